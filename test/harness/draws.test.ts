import { describe, expect, it } from "vitest";
import { Draws } from "../../grader/harness/draws.ts";
import { Tape } from "../../grader/sim/tape.ts";

const DRAWS = 6_000;
const draws = (seed = 1): Draws => new Draws(new Tape(seed), seed);
const many = <T>(draw: () => T): T[] => Array.from({ length: DRAWS }, draw);
const countOf = <T>(list: readonly T[], value: T): number => list.filter((one) => one === value).length;
const isAbout = (count: number, share: number): boolean => Math.abs(count - DRAWS * share) < 0.12 * DRAWS * share;

describe("what a scenario draws", () => {
  it("is each integer from the least to the greatest, as often as the others", () => {
    const d = draws();
    const drawn = many(() => d.int("n", -1, 4));
    expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2, 3, 4]);
    for (const value of [-1, 0, 1, 2, 3, 4]) expect(isAbout(countOf(drawn, value), 1 / 6)).toBe(true);
    expect(many(() => d.int("one", 7, 7)).every((value) => value === 7)).toBe(true);
  });

  it("is true as often as its chance says, and one of a list as often as the others", () => {
    const d = draws();
    expect(
      isAbout(
        countOf(
          many(() => d.chance("c", 0.25)),
          true,
        ),
        0.25,
      ),
    ).toBe(true);
    const picked = many(() => d.pick("p", ["a", "b", "c"]));
    for (const value of ["a", "b", "c"]) expect(isAbout(countOf(picked, value), 1 / 3)).toBe(true);
    expect(() => d.pick("p", [])).toThrow("nothing to pick from");
  });

  it("is each order of a list as often as the others, and leaves the list alone", () => {
    const d = draws();
    const list = [1, 2, 3];
    const orders = many(() => d.shuffle("s", list).join(""));
    expect(list).toEqual([1, 2, 3]);
    for (const order of ["123", "132", "213", "231", "312", "321"])
      expect(isAbout(countOf(orders, order), 1 / 6)).toBe(true);
    const long = Array.from({ length: 8 }, (_, i) => i);
    const firsts = many(() => d.shuffle("t", long)[0]);
    const lasts = many(() => d.shuffle("u", long)[7]);
    for (const value of long)
      for (const drawn of [firsts, lasts]) expect(isAbout(countOf(drawn, value), 1 / 8)).toBe(true);
  });

  it("is a sequence of its own for each label, the same for the same seed whatever else is drawn", () => {
    const alone = draws();
    const mixed = draws();
    const sequence = Array.from({ length: 20 }, () => alone.int("a", 0, 1_000));
    const same = Array.from({ length: 20 }, () => {
      mixed.int("b", 0, 1_000);
      return mixed.int("a", 0, 1_000);
    });
    expect(same).toEqual(sequence);
    expect(new Set(sequence).size).toBeGreaterThan(15);
    const other = draws(2);
    expect(Array.from({ length: 20 }, () => other.int("a", 0, 1_000))).not.toEqual(sequence);
  });

  it("is the mildest where a tape has nothing: the least, false, the first, the order as it is", () => {
    const d = new Draws(new Tape(1, new Map()), 1);
    expect([d.int("n", 3, 9), d.chance("c", 0.9), d.pick("p", ["x", "y"]), d.shuffle("s", [1, 2, 3])]).toEqual([
      3,
      false,
      "x",
      [1, 2, 3],
    ]);
  });

  it("takes turns in the cases that seeds in a row bring", () => {
    expect([0, 1, 2, 3, 4, 5].map((seed) => draws(seed).stratum(["a", "b", "c"])).join("")).toBe("abcabc");
  });
});
