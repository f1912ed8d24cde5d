import type { Found } from "../sources/found.ts";
import type { RosterLine } from "./read-roster.ts";
import { lower } from "./words.ts";

/** A line that a submission's name has a word of, beside what most names have in common. */
export interface Framed {
  readonly line: RosterLine;
  /** The name with `*` in the word's place: `lab2-*`, `*-lab2`. */
  readonly frame: string;
  /** How many names have that frame around the word of a line. */
  readonly times: number;
}

/** More than an account, an id or a name has. */
const MAX_WORD = 64;
const MAX_NAME = 300;

/**
 * Which line each name has a word of, at its end or at its beginning: `lab2-ana`, `ana-lab2`. Where several fit, as both parts may
 * have marks, the frame that most names have counts.
 *
 * @param lineOf of a word in small letters. @param marks what may stand between the word and its frame.
 */
export function framedLines(
  found: readonly Found[],
  lineOf: (word: string) => RosterLine | undefined,
  marks: string,
): ReadonlyMap<Found, Framed> {
  const pairs = found.flatMap((one) => {
    const name = lower(one.rawId).slice(0, MAX_NAME);
    return [name, ...withoutBranch(name)]
      .flatMap((text) => partsOf(text, marks))
      .flatMap(({ frame, word }) => {
        const line = lineOf(word);
        return line === undefined ? [] : [{ one, line, frame }];
      });
  });
  const times = new Map<string, number>();
  for (const { frame } of pairs) times.set(frame, (times.get(frame) ?? 0) + 1);
  const best = new Map<Found, Framed>();
  for (const { one, line, frame } of pairs) {
    const count = times.get(frame) ?? 0;
    // Chance alone may end a name like that, but does not begin several in one way.
    if (frame.startsWith("*") && frame !== "*" && count < 2) continue;
    if (count > (best.get(one)?.times ?? 0)) best.set(one, { line, frame, times: count });
  }
  return best;
}

/** GitHub calls the archive of a repository `<repository>-<branch>.zip`. */
function withoutBranch(name: string): string[] {
  return /-(?:main|master)$/.test(name) ? [name.slice(0, name.lastIndexOf("-"))] : [];
}

/** The whole, and what is behind and before each mark, as far as it can be a word; the longest first, those behind first. */
function partsOf(name: string, marks: string): { frame: string; word: string }[] {
  const places = Array.from({ length: name.length }, (_, at) => at).filter((at) => marks.includes(name[at] as string));
  const behind = places.map((at) => ({ frame: `${name.slice(0, at + 1)}*`, word: name.slice(at + 1) }));
  const before = places.reverse().map((at) => ({ frame: `*${name.slice(at)}`, word: name.slice(0, at) }));
  return [{ frame: "*", word: name }, ...behind, ...before].filter(
    ({ word }) => word !== "" && word.length <= MAX_WORD,
  );
}

/** So many digits are nobody's number by chance. */
const LEAST_DIGITS = 5;

/** The one line whose number stands in a name as a word of its own, as in `Dummy Ana (900001)`; undefined where there are more. */
export function lineOfNumber(name: string, lineOf: (word: string) => RosterLine | undefined): RosterLine | undefined {
  const words = lower(name.slice(0, MAX_NAME)).match(/[\p{L}\p{N}]+/gu) ?? [];
  const numbers = words.filter((word) => (word.match(/\d/g)?.length ?? 0) >= LEAST_DIGITS);
  const [line, ...others] = new Set(numbers.flatMap((word) => lineOf(word) ?? []));
  return others.length === 0 ? line : undefined;
}
