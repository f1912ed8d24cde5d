import type { Fingerprints } from "./fingerprints.ts";

/** Two submissions, by their places in the list, and how much alike they are. */
export interface Pair {
  readonly one: number;
  readonly other: number;
  /**
   * From 0 to 1: what share of the fingerprints of the smaller one the other has too. One that many have counts less, one
   * that the skeleton has not at all.
   */
  readonly score: number;
}

export interface Comparison {
  /** Most alike first; of very many those that are most alike, and of none those that are hardly alike. */
  readonly pairs: readonly Pair[];
  /** How many pairs there are, those with nothing in common included. */
  readonly pairCount: number;
  /** The scores that half of all pairs, and 99 of 100, do not exceed. */
  readonly median: number;
  readonly high: number;
  /** Fingerprints that so many have that they were left out; 0: none. */
  readonly tooCommon: number;
}

/** Whoever has fewer fingerprints is compared as if they had so many: a few lines are alike by chance. */
const FEWEST = 200;
/** Work that one comparison may take: common fingerprints times the pairs that have them. */
const MAX_COUNTS = 1_500_000_000;
/** More submissions at once would take too much memory. */
export const MAX_COMPARED = 4_000;

/**
 * Compares each of the first `newCount` with all others; those behind them are compared with nobody else.
 *
 * @param given Fingerprints of what everybody was given: they count nowhere.
 */
export function compare(
  all: readonly Fingerprints[],
  newCount: number,
  given: Fingerprints,
  maxCounts = MAX_COUNTS,
): Comparison {
  const groups = groupsOf(all, new Set(given.unique));
  const limit = commonestCounted(groups, all.length, maxCounts);
  const totals = new Float64Array(all.length);
  const shared = new Float64Array(newCount * all.length);
  let tooCommon = 0;
  for (const { start, end } of groups.ranges) {
    const weight = weightOf(end - start, all.length);
    if (end - start > limit) {
      tooCommon++;
      continue;
    }
    for (let i = start; i < end; i++) {
      const one = groups.owners[i] as number;
      totals[one] = (totals[one] as number) + weight;
      if (one >= newCount) continue;
      for (let j = i + 1; j < end; j++) {
        const at = one * all.length + (groups.owners[j] as number);
        shared[at] = (shared[at] as number) + weight;
      }
    }
  }
  const scoreOf = (one: number, other: number) => {
    const smaller = Math.max(FEWEST, Math.min(totals[one] as number, totals[other] as number));
    return Math.round((STEPS * (shared[one * all.length + other] as number)) / smaller);
  };
  return { ...ranked(scoreOf, newCount, all.length), tooCommon };
}

/** Scores are whole parts of this. */
const STEPS = 1_000;
const MAX_PAIRS = 20_000;
/** In steps: what is less alike is in no list. */
const LEAST_LISTED = 100;

/** The pairs by their scores, which are asked twice, so that millions of pairs need not be kept. */
function ranked(scoreOf: (one: number, other: number) => number, newCount: number, count: number) {
  const counts = new Float64Array(STEPS + 1);
  for (let one = 0; one < newCount; one++) {
    for (let other = one + 1; other < count; other++) {
      const score = scoreOf(one, other);
      counts[score] = (counts[score] as number) + 1;
    }
  }
  const pairCount = counts.reduce((sum, some) => sum + some, 0);
  let least = STEPS;
  for (let sum = 0; least >= LEAST_LISTED; least--) {
    sum += counts[least] as number;
    if (sum > MAX_PAIRS) break;
  }
  const pairs: Pair[] = [];
  for (let one = 0; one < newCount && pairs.length < MAX_PAIRS; one++) {
    for (let other = one + 1; other < count && pairs.length < MAX_PAIRS; other++) {
      const score = scoreOf(one, other);
      if (score > least || score === STEPS) pairs.push({ one, other, score: score / STEPS });
    }
  }
  pairs.sort((a, b) => b.score - a.score || a.one - b.one || a.other - b.other);
  return { pairs, pairCount, median: scoreAt(counts, pairCount, 0.5), high: scoreAt(counts, pairCount, 0.99) };
}

/** The score that this share of all pairs does not exceed. */
function scoreAt(counts: Float64Array, pairCount: number, share: number): number {
  let sum = 0;
  for (let score = 0; score < STEPS; score++) {
    sum += counts[score] as number;
    if (sum >= share * pairCount) return score / STEPS;
  }
  return 1;
}

/** One that two have, or half of all, counts whole; one that everybody has, little. */
function weightOf(owners: number, all: number): number {
  return Math.min(1, Math.log(1 + all / owners) / Math.log(1 + all / 2));
}

interface Groups {
  /** Owners of equal fingerprints stand together, ascending. */
  readonly owners: Uint16Array;
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

function groupsOf(all: readonly Fingerprints[], given: ReadonlySet<number>): Groups {
  const keys = new Float64Array(all.reduce((sum, { unique }) => sum + unique.length, 0));
  let count = 0;
  all.forEach(({ unique }, owner) => {
    for (const hash of unique) if (!given.has(hash)) keys[count++] = hash * 2 ** 16 + owner;
  });
  const sorted = keys.subarray(0, count).sort();
  const owners = new Uint16Array(count);
  const ranges: { start: number; end: number }[] = [];
  let before = -1;
  for (let at = 0; at < count; at++) {
    const key = sorted[at] as number;
    const hash = Math.floor(key / 2 ** 16);
    owners[at] = key - hash * 2 ** 16;
    if (hash !== before) ranges.push({ start: at, end: at + 1 });
    else (ranges.at(-1) as { end: number }).end = at + 1;
    before = hash;
  }
  return { owners, ranges };
}

/** How many may have a fingerprint that is counted: rare ones first, as long as the work is bearable. */
function commonestCounted({ ranges }: Groups, all: number, maxCounts: number): number {
  const work = new Float64Array(all + 1);
  for (const { start, end } of ranges) work[end - start] = (work[end - start] as number) + (end - start) ** 2 / 2;
  let sum = 0;
  for (let owners = 0; owners <= all; owners++) {
    sum += work[owners] as number;
    if (sum > maxCounts) return owners - 1;
  }
  return all;
}
