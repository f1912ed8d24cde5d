import { describe, expect, test } from "vitest";
import { median, survivalChance, upperBound, wilson } from "../../grader/calibrate/statistics.ts";

describe("the Wilson interval", () => {
  // Newcombe 1998, Table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i in %i", (hits, of, low, high) => {
    const estimate = wilson(hits, of);
    expect(estimate).toMatchObject({ hits, of });
    expect(estimate.low).toBeCloseTo(low, 4);
    expect(estimate.high).toBeCloseTo(high, 4);
  });

  test("ends at 1 when all hit, and says nothing of nothing", () => {
    expect(wilson(20, 20).low).toBeCloseTo(1 - 0.1611, 4);
    expect(wilson(20, 20).high).toBe(1);
    expect(wilson(0, 0)).toEqual({ hits: 0, of: 0, low: 0, high: 1 });
  });
});

describe("the exact upper bound", () => {
  test("without a hit is about 3/n", () => {
    expect(upperBound(0, 1)).toBeCloseTo(0.95, 10);
    expect(upperBound(0, 10)).toBeCloseTo(0.25887, 5);
    expect(upperBound(0, 100_000) * 100_000).toBeCloseTo(2.9957, 3);
  });

  test("with hits is that of Clopper and Pearson", () => {
    // The 95 % quantiles of Beta(2, 9) and Beta(6, 95).
    expect(upperBound(1, 10)).toBeCloseTo(0.39416, 5);
    expect(upperBound(5, 100)).toBeCloseTo(0.10225, 4);
    expect(upperBound(10, 10)).toBe(1);
    expect(upperBound(0, 0)).toBe(1);
  });
});

test("survival is the chance to pass every run of every scenario", () => {
  expect(survivalChance([])).toBe(1);
  expect(
    survivalChance([
      { kill: 0.5, runs: 2 },
      { kill: 0.2, runs: 1 },
      { kill: 0, runs: 9 },
    ]),
  ).toBeCloseTo(0.2, 12);
  expect(survivalChance([{ kill: 1, runs: 1 }])).toBe(0);
});

test("the median is the middle one, or lies between two", () => {
  expect(median([5, 1, 9])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
});
