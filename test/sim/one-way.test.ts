import { describe, expect, it } from "vitest";
import { Tape } from "../../grader/sim/tape.ts";
import { seedFrom, wordsFrom } from "../attacks/invertible.ts";

const SEEDS = Array.from({ length: 400 }, (_, i) => Math.floor(((i * 0.6180339887 + 0.1) % 1) * 2 ** 53));
const KEY = "peer 2 incarnation 1";
const RANGE = 2 ** 32;

const bitsOf = (words: readonly number[]): number[] =>
  words.flatMap((word) => Array.from({ length: 32 }, (_, bit) => Math.floor(word / 2 ** bit) % 2));
const seedBits = (seed: number): number[] => bitsOf([seed % RANGE, Math.floor(seed / RANGE)]).slice(0, 53);

/** Whether some sum (modulo 2) of what is known always gives the bit that is wanted: such a bit can be worked out. */
function isLinear(known: readonly number[][], wanted: readonly number[]): boolean {
  const rows = known.map((row, i) => [...row, 1, wanted[i] as number]);
  const columns = (rows[0]?.length ?? 0) - 1;
  let done = 0;
  for (let column = 0; column < columns; column++) {
    const at = rows.findIndex((row, i) => i >= done && row[column] === 1);
    if (at < 0) continue;
    const pivot = rows[at] as number[];
    rows[at] = rows[done] as number[];
    rows[done++] = pivot;
    for (const [i, row] of rows.entries()) {
      if (i >= done && row[column] === 1)
        for (let k = column; k <= columns; k++) row[k] = (row[k] as number) ^ (pivot[k] as number);
    }
  }
  return rows.slice(done).every((row) => row[columns] === 0);
}

/** A seed that is only spread over words by shifts, as a generator is often seeded. */
function spreadWords(seed: number): number[] {
  let [a, b] = [seed >>> 0, Math.floor(seed / RANGE)];
  return Array.from({ length: 4 }, () => {
    a ^= a << 13;
    a ^= a >>> 17;
    a ^= b << 5;
    [a, b] = [b, a];
    return a >>> 0;
  });
}

describe("the seed of a run cannot be had back", () => {
  it("by undoing the steps that lead from it to a peer's random words", () => {
    for (const seed of SEEDS) {
      // Words that are made so give their seed away; those of the tape do not.
      expect(seedFrom(wordsFrom(seed, KEY), KEY)).toBe(seed);
      const words = new Tape(seed).words(KEY);
      for (const key of [KEY, `${KEY}/a`, `${KEY}/b`]) {
        for (const pair of [words, words.slice(2)]) expect(seedFrom(pair, key)).not.toBe(seed);
      }
    }
  });

  it("by linear algebra on a peer's random words, nor can the words of another peer or incarnation", () => {
    const spread = SEEDS.map((seed) => bitsOf(spreadWords(seed)));
    const known = SEEDS.map((seed) => bitsOf(new Tape(seed).words(KEY)));
    const others = ["peer 1 incarnation 1", "peer 2 incarnation 2"].map((key) =>
      SEEDS.map((seed) => bitsOf(new Tape(seed).words(key))),
    );
    for (const bit of [0, 1, 17, 31, 32, 45, 52]) {
      const wanted = SEEDS.map((seed) => seedBits(seed)[bit] as number);
      expect(isLinear(spread, wanted)).toBe(true);
      expect(isLinear(known, wanted)).toBe(false);
      for (const other of others)
        expect(
          isLinear(
            known,
            other.map((bits) => bits[bit] as number),
          ),
        ).toBe(false);
    }
  });

  it("by linear algebra on what was drawn", () => {
    const drawn = SEEDS.map((seed) => {
      const tape = new Tape(seed);
      return bitsOf(["short", "rest", "delay", "back"].map((what) => tape.below(`${what} 0>1 m #1`, RANGE)));
    });
    const next = SEEDS.map((seed) => new Tape(seed).below("short 0>1 m #2", 2));
    expect(isLinear(drawn, next)).toBe(false);
    for (const bit of [0, 31, 52])
      expect(
        isLinear(
          drawn,
          SEEDS.map((seed) => seedBits(seed)[bit] as number),
        ),
      ).toBe(false);
  });
});
