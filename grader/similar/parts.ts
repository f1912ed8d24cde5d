import { type FingerprintedFile, type Fingerprints, GRAM_WORDS } from "./fingerprints.ts";

/** A piece of one file. */
export interface Place {
  readonly path: string;
  /** From 1, both inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly lines: readonly string[] | null;
}

/** What two submissions have in common, without a gap. */
export interface CommonPart {
  /** How long it is, in words of the comparison. */
  readonly words: number;
  readonly one: Place;
  readonly other: Place;
}

/** Places of one fingerprint that are looked at in each submission; more only where something is said over and over. */
const MAX_PLACES = 8;
/** Fingerprints of one submission that parts are sought from. */
const MAX_STARTS = 60_000;
/** Steps along common parts; only what says the same over and over takes as many. */
const MAX_STEPS = 2_000_000;
/** Shorter ones say nothing. */
const FEWEST_WORDS = 24;

interface Run {
  readonly one: number;
  readonly other: number;
  readonly words: number;
}

/** The longest common parts of two submissions, longest first, none of which overlaps another. */
export function commonParts(
  one: Fingerprints,
  other: Fingerprints,
  given: ReadonlySet<number>,
  most: number,
): readonly CommonPart[] {
  const [left, right] = [flat(one), flat(other)];
  const places = placesOf(right.hashes, given);
  const runs: Run[] = [];
  let stepsLeft = MAX_STEPS;
  for (let at = 0; at < Math.min(left.hashes.length, MAX_STARTS); at++) {
    for (const place of places.get(left.hashes[at] as number) ?? []) {
      // What began earlier was found there.
      if (isSame(left, at - 1, right, place - 1, given)) continue;
      let length = 1;
      while (stepsLeft-- > 0 && isSame(left, at + length, right, place + length, given)) length++;
      const words = length + GRAM_WORDS - 1;
      if (words >= FEWEST_WORDS) runs.push({ one: at, other: place, words });
    }
  }
  runs.sort((a, b) => b.words - a.words || a.one - b.one || a.other - b.other);
  const taken = [new Uint8Array(left.hashes.length + GRAM_WORDS), new Uint8Array(right.hashes.length + GRAM_WORDS)];
  const parts: CommonPart[] = [];
  for (const run of runs) {
    if (parts.length === most) break;
    if (isTaken(taken[0] as Uint8Array, run.one, run.words) || isTaken(taken[1] as Uint8Array, run.other, run.words))
      continue;
    (taken[0] as Uint8Array).fill(1, run.one, run.one + run.words);
    (taken[1] as Uint8Array).fill(1, run.other, run.other + run.words);
    parts.push({ words: run.words, one: left.placeOf(run.one, run.words), other: right.placeOf(run.other, run.words) });
  }
  return parts;
}

interface Flat {
  /** Of all files, one after the other; 0 between them. */
  readonly hashes: Uint32Array;
  placeOf(start: number, words: number): Place;
}

function flat({ files }: Fingerprints): Flat {
  const starts: number[] = [];
  let length = 0;
  for (const { lineOf } of files) {
    starts.push(length);
    length += lineOf.length + 1;
  }
  const hashes = new Uint32Array(length);
  files.forEach((file, at) => {
    hashes.set(file.hashes, starts[at] as number);
  });
  return {
    hashes,
    placeOf: (start, words) => {
      const at = starts.findLastIndex((begin) => begin <= start);
      const { path, lineOf, lines } = files[at] as FingerprintedFile;
      const first = start - (starts[at] as number);
      const firstLine = lineOf[first] as number;
      const lastLine = lineOf[first + words - 1] as number;
      return { path, firstLine, lastLine, lines: lines === null ? null : lines.slice(firstLine - 1, lastLine) };
    },
  };
}

function placesOf(hashes: Uint32Array, given: ReadonlySet<number>): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  hashes.forEach((hash, at) => {
    if (hash === 0 || given.has(hash)) return;
    const known = places.get(hash);
    if (known === undefined) places.set(hash, [at]);
    else if (known.length < MAX_PLACES) known.push(at);
  });
  return places;
}

function isSame(left: Flat, at: number, right: Flat, place: number, given: ReadonlySet<number>): boolean {
  const hash = left.hashes[at];
  return hash !== undefined && hash !== 0 && hash === right.hashes[place] && !given.has(hash);
}

/** Whether a good part of it belongs to a longer one. */
function isTaken(taken: Uint8Array, start: number, words: number): boolean {
  let count = 0;
  for (let at = start; at < start + words; at++) count += taken[at] as number;
  return count > words / 3;
}
