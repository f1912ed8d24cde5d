import type { Found } from "../sources/found.ts";
import type { Member } from "../types.ts";
import type { RosterLine } from "./read-roster.ts";

/** A line that belongs to somebody, and how that is known when it is not by an id or an e-mail address. */
export interface Match {
  readonly line: RosterLine;
  readonly by?: string;
}

/** Which lines belong to a submission: to all of it, and to each of its members (of one without members, to nobody). */
export interface Matches {
  readonly whole: Match | undefined;
  readonly members: readonly (Match | undefined)[];
}

/** Lines by one kind of word. A word that several have names none of them. */
type Index = ReadonlyMap<string, RosterLine | null>;

/**
 * Finds everybody's line: by id, by other ids of the roster, by e-mail address; and those that have none of these in common by
 * GitHub account, by the beginning of an e-mail address, and by name, where nobody else can be meant.
 */
export function findLines(found: readonly Found[], lines: readonly RosterLine[]): readonly Matches[] {
  const strong = [
    indexOf(lines, ({ id }) => [id]),
    indexOf(lines, ({ aliases }) => aliases),
    indexOf(lines, ({ id, aliases }) => [id, ...aliases].map(lower)),
    indexOf(lines, ({ email, id, aliases }) =>
      [email ?? "", id, ...aliases].filter((text) => text.includes("@")).map(lower),
    ),
  ] as const;
  const byWord = (word: string | undefined) => {
    if (word === undefined) return undefined;
    const [ids, aliases, anyCase, emails] = strong;
    const line = ids.get(word) ?? aliases.get(word) ?? anyCase.get(lower(word)) ?? emails.get(lower(word));
    return line === undefined || line === null ? undefined : { line };
  };
  const sure = found.map(({ rawId, members = [] }): Matches => {
    const whole = byWord(rawId);
    return {
      whole,
      members: members.map(
        ({ studentId, email }) => byWord(studentId) ?? byWord(email) ?? (members.length === 1 ? whole : undefined),
      ),
    };
  });
  return guess(found, lines, sure);
}

/** The rest, each only where one line and one submission go together and neither has another. */
function guess(found: readonly Found[], lines: readonly RosterLine[], sure: readonly Matches[]): readonly Matches[] {
  const taken = new Set(sure.flatMap(({ whole, members }) => [whole, ...members].map((match) => match?.line)));
  const free = lines.filter((line) => !taken.has(line));
  const accounts = accountsOf(found, free);
  const localParts = indexOf(free, ({ email, id, aliases }) => [email ?? "", id, ...aliases].flatMap(localPart));
  const names = indexOf(free, ({ name }) => (name === null ? [] : nameKeys(name)));
  const wanted = countNames(found);
  const ofGroups = namesBehindDashes(found, wanted);
  return found.map((one, at): Matches => {
    const known = sure[at] ?? { whole: undefined, members: [] };
    const { members = [] } = one;
    if (members.length === 0) {
      if (known.whole !== undefined) return known;
      const account = accounts.get(one);
      const local = localParts.get(lower(one.rawId));
      const whole =
        account !== undefined
          ? { line: account, by: "the GitHub account" }
          : local
            ? { line: local, by: "the beginning of the e-mail address" }
            : byName(one.name, names, wanted, ofGroups);
      return { ...known, whole };
    }
    // Somebody whose address is known, and who is not in the roster by it, is another one of that name.
    const guessed = members.map(({ name, email }, index) => {
      const match = known.members[index];
      return match ?? (email !== undefined || name === undefined ? undefined : byName(name, names, wanted, ofGroups));
    });
    return { ...known, members: guessed };
  });
}

type Counts = ReadonlyMap<string, number>;

function byName(name: string, names: Index, wanted: Counts, ofGroups: Counts): Match | undefined {
  for (const key of nameKeys(name)) {
    const line = names.get(key);
    if (line && wanted.get(key) === 1) return { line, by: "the name" };
  }
  for (const key of behindDashes(name)) {
    const line = names.get(key);
    if (line && ofGroups.get(key) === 1) return { line, by: "the name behind a group's" };
  }
  return undefined;
}

/**
 * Names behind dashes, where most have one: `Gruppe A-Ana Dummy` is how Moodle calls a student of a group (`download_submissions`
 * of mod/assign/locallib.php of moodle/moodle). One that is somebody's whole name does not count.
 */
function namesBehindDashes(found: readonly Found[], wanted: Counts): Counts {
  const all = found.flatMap(namesIn);
  if (all.filter((name) => name.includes("-")).length * 2 <= all.length) return new Map();
  const keys = all.flatMap(behindDashes).filter((key) => !wanted.has(key));
  return countsOf(keys);
}

function behindDashes(name: string): string[] {
  return [...name.slice(0, MOST_NAME).matchAll(/-/g)].flatMap(({ index }) =>
    nameKeys(name.slice(index + 1, MOST_NAME)),
  );
}

/** Longer than anybody's name with that of a group. */
const MOST_NAME = 300;

function namesIn({ name, members = [] }: Found): readonly string[] {
  return members.length === 0 ? [name] : members.flatMap((member: Member) => member.name ?? []);
}

function countsOf(keys: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function countNames(found: readonly Found[]): Counts {
  return countsOf(found.flatMap((one) => namesIn(one).flatMap(nameKeys)));
}

function indexOf(lines: readonly RosterLine[], wordsOf: (line: RosterLine) => readonly string[]): Index {
  const index = new Map<string, RosterLine | null>();
  for (const line of lines) {
    for (const word of new Set(wordsOf(line))) {
      if (word !== "") index.set(word, index.has(word) ? null : line);
    }
  }
  return index;
}

/**
 * Repositories of GitHub Classroom are called `<assignment>-<account>`, and both may have dashes: the assignment is what most
 * of the names begin with when an account ends them.
 */
function accountsOf(found: readonly Found[], lines: readonly RosterLine[]): ReadonlyMap<Found, RosterLine> {
  const accounts = indexOf(lines, ({ account }) => (account === null ? [] : [lower(account)]));
  const pairs = found.flatMap((one) =>
    [lower(one.rawId), ...withoutBranch(lower(one.rawId))].flatMap(suffixesOf).flatMap(({ prefix, suffix }) => {
      const line = accounts.get(suffix);
      return line ? [{ one, line, prefix }] : [];
    }),
  );
  const times = new Map<string, number>();
  for (const { prefix } of pairs) times.set(prefix, (times.get(prefix) ?? 0) + 1);
  const best = new Map<Found, (typeof pairs)[number]>();
  for (const pair of pairs) {
    const other = best.get(pair.one);
    if (other === undefined || (times.get(pair.prefix) ?? 0) > (times.get(other.prefix) ?? 0)) best.set(pair.one, pair);
  }
  return new Map([...best].map(([one, { line }]) => [one, line]));
}

/** GitHub calls the archive of a repository `<repository>-<branch>.zip`. */
function withoutBranch(name: string): string[] {
  return /-(?:main|master)$/.test(name) ? [name.slice(0, name.lastIndexOf("-"))] : [];
}

/** More than an account may have. */
const MAX_ACCOUNT = 64;

/** The whole, and what is behind each dash, as far as it can be an account; the longest first. */
function suffixesOf(name: string): { prefix: string; suffix: string }[] {
  const start = Math.max(0, name.length - MAX_ACCOUNT);
  const dashes = [...name.slice(start).matchAll(/-/g)].map(({ index }) => start + index + 1);
  return [...(start === 0 ? [0] : []), ...dashes].map((at) => ({ prefix: name.slice(0, at), suffix: name.slice(at) }));
}

function localPart(address: string): string[] {
  const at = address.indexOf("@");
  return at > 0 ? [lower(address.slice(0, at))] : [];
}

/** `Kim, Lee` and `Lee Kim` have one key in common; Canvas writes `kimlee`, which is another one of the first. */
function nameKeys(name: string): string[] {
  const words =
    name
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) return [];
  return [...new Set([words.join(""), [...words].sort().join(" ")])];
}

/** One spelling of what differs in capitals, or in how accents are written. */
export function lower(text: string): string {
  return text.normalize("NFC").toLowerCase();
}
