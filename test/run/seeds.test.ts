import { expect, test } from "vitest";
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

test("parts that run into each other are kept apart", () => {
  expect(runSeed(1, "a\n1", 2)).not.toBe(runSeed(1, "a", 12));
  expect(runSeed(11, "a", 1)).not.toBe(runSeed(1, "1a", 1));
});
