import type { RosterLine } from "./read-roster.ts";

/** Lines by one kind of word. A word that several have names none of them. */
export type Index = ReadonlyMap<string, RosterLine | null>;

export function indexOf(lines: readonly RosterLine[], wordsOf: (line: RosterLine) => readonly string[]): Index {
  const index = new Map<string, RosterLine | null>();
  for (const line of lines) {
    for (const word of new Set(wordsOf(line))) {
      if (word !== "") index.set(word, index.has(word) ? null : line);
    }
  }
  return index;
}

/** One spelling of what differs in capitals, or in how accents are written. */
export function lower(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/**
 * Everything by which a platform may call whoever a line is about within a longer name, but for their own name; in small letters.
 * Small numbers count groups and labs just as well.
 */
export function wordsOf({ id, aliases, email, account }: RosterLine): readonly string[] {
  const texts = [id, ...aliases, email ?? "", account ?? ""];
  return [...texts, ...texts.flatMap(localPart)].map(lower).filter((word) => word !== "" && !/^\d{1,4}$/.test(word));
}

/** What stands before the `@` of an address, in small letters; none of anything else. */
export function localPart(address: string): string[] {
  const at = address.indexOf("@");
  return at > 0 ? [lower(address.slice(0, at))] : [];
}

/** `Kim, Lee` and `Lee Kim` have one key in common; Canvas writes `kimlee`, which is another one of the first. */
export function nameKeys(name: string): string[] {
  const words =
    name
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) return [];
  return [...new Set([words.join(""), [...words].sort().join(" ")])];
}
