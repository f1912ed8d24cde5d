import { expect, test } from "vitest";
import { STRATA, stratumOf } from "../../grader/harness/strata.ts";
import { MAX_SEED, runSeed } from "../../grader/run/seeds.ts";

test("a run's seed is an integer 0 … 2^53 − 1, and depends on base, scenario and number", () => {
  const seeds = [1, 2, MAX_SEED].flatMap((base) =>
    ["lab2a/x", "lab2a/y"].flatMap((id) => [0, 1, 2, 199].map((index) => runSeed(base, id, index))),
  );
  for (const seed of seeds) expect(Number.isSafeInteger(seed) && seed >= 0 && seed <= MAX_SEED).toBe(true);
  expect(new Set(seeds).size).toBe(seeds.length);
});

test("seeds stay the same from release to release, and so do grades", () => {
  expect(runSeed(1, "lab2a/initial-election", 0)).toBe(5694848331441127);
});

test("within as many runs as there are cases, each has had its turn, whichever run is the first", () => {
  const starts = new Set<number>();
  for (let base = 0; base < 200; base++) {
    const seeds = Array.from({ length: STRATA }, (_, index) => runSeed(base, "lab2a/x", index));
    for (const cases of [
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4, 5],
    ]) {
      for (let first = 0; first + cases.length <= STRATA; first++) {
        const met = seeds.slice(first, first + cases.length).map((seed) => stratumOf(seed, cases));
        expect(met.sort()).toEqual(cases);
      }
    }
    starts.add((seeds[0] as number) % STRATA);
  }
  expect(starts.size).toBe(STRATA);
  expect(() => stratumOf(1, [1, 2, 3, 4, 5])).toThrow("5 cases cannot take turns");
});

test("parts that run into each other are kept apart", () => {
  expect(runSeed(1, "a\n1", 2)).not.toBe(runSeed(1, "a", 12));
  expect(runSeed(11, "a", 1)).not.toBe(runSeed(1, "1a", 1));
});
