import { expect, test } from "vitest";
import type { Instance } from "../../grader/harness/instance.ts";
import { coverageText, effortText } from "../../grader/report/coverage-text.ts";
import type { Coverage } from "../../grader/search/search.ts";

const instance: Instance = { name: "x", title: "", about: "", peers: 3, starts: [] };
const coverage: Coverage = {
  orders: 330_694,
  prefixes: 2_043_015,
  histories: 999,
  lives: 1_000,
  checked: 12,
  leftAtLeast: null,
};

test.each([
  [{}, {}, "all 330 694 orders of this instance, without a fault"],
  [{}, { lost: 1 }, "all 330 694 orders of this instance, with at most one loss that its caller is told of"],
  [
    { orders: 7 },
    { lost: 2, duplicated: 1, crashes: 3 },
    "all 7 orders of this instance, with at most 2 losses that their callers are told of and one duplicate and 3 crashes",
  ],
  [
    { leftAtLeast: 57, orders: 0 },
    { crashes: 1 },
    "2 043 015 of at least 2 043 072 beginnings of orders, with at most one crash, and 0 orders to their end",
  ],
])("what was played is said exactly: %j %j", (some, faults, text) => {
  expect(coverageText({ ...coverage, ...some }, { ...instance, ...faults })).toBe(text);
});

test("what it took is said in counts", () => {
  expect(effortText(coverage)).toBe(
    "2 043 015 beginnings looked at, 999 steps of the submission in 1 000 lives of peers, 12 runs judged",
  );
});
