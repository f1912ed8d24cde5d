import { describe, expect, it } from "vitest";
import { Tape } from "../../grader/sim/tape.ts";

describe("the choice tape", () => {
  it("draws the same for the same seed and key, whatever was drawn before", () => {
    const one = new Tape(7);
    const other = new Tape(7);
    for (let i = 0; i < 10; i++) other.below(`noise ${i}`, 100);
    expect(one.below("delay 0>1", 1_000_000)).toBe(other.below("delay 0>1", 1_000_000));
  });

  it("draws differently for another seed, another key, and seeds that differ only above 2^32", () => {
    const values = [new Tape(1), new Tape(2), new Tape(1 + 2 ** 33)].map((tape) => tape.below("a", 1_000_000_000));
    values.push(new Tape(1).below("b", 1_000_000_000));
    expect(new Set(values).size).toBe(4);
  });

  it("gives each peer and incarnation a random stream of its own, of four words", () => {
    const tape = new Tape(1);
    const all = [
      tape.words("peer 0 incarnation 1"),
      tape.words("peer 1 incarnation 1"),
      tape.words("peer 0 incarnation 2"),
    ].flat();
    expect(new Set(all).size).toBe(12);
  });

  it("is uniform enough: ten buckets over 50 000 similar keys, each within 6 % of a tenth", () => {
    const tape = new Tape(99);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 50_000; i++) {
      const bucket = tape.below(`delay request 0>1 appendEntries #${i}`, 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 5000)).toBeLessThan(300);
  });

  it("hits a chance of 10 % about every tenth time", () => {
    const tape = new Tape(3);
    const hits = Array.from({ length: 20_000 }, (_, i) => tape.chance(`loss #${i}`, 0.1)).filter(Boolean).length;
    expect(Math.abs(hits - 2000)).toBeLessThan(200);
  });

  it("records what was not mildest, and plays it again without the seed", () => {
    const first = new Tape(5, undefined, true);
    const drawn = [first.below("a", 1000), first.below("b", 1000), first.chance("c", 0.5)];
    const again = new Tape(0, first.recorded());
    expect([again.below("a", 1000), again.below("b", 1000), again.chance("c", 0.5)]).toEqual(drawn);
  });

  it("gives its mildest value to a choice that is not on a given tape", () => {
    const tape = new Tape(5, new Map([["known", 4]]));
    expect([tape.below("known", 9), tape.below("unknown", 9), tape.chance("unknown", 0.99)]).toEqual([4, 0, false]);
  });

  it("refuses a seed that is not an integer 0 … 2^53−1", () => {
    for (const seed of [-1, 1.5, 2 ** 53, Number.NaN]) expect(() => new Tape(seed)).toThrow(RangeError);
  });
});
