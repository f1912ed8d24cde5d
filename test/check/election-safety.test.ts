import { describe, expect, test } from "vitest";
import { ElectionSafety } from "../../grader/check/index.ts";

type Report = [peer: number, incarnation: number, term: number, isLeader: boolean];

function failureOf(reports: readonly Report[]) {
  const check = new ElectionSafety();
  for (const [i, report] of reports.entries()) {
    const failure = check.observed(...report, (i + 1) * 1_000_000);
    if (failure !== null) return failure;
  }
  return null;
}

describe("election safety accepts", () => {
  const good: Record<string, Report[]> = {
    "one leader in each term": [
      [0, 1, 1, true],
      [1, 1, 2, true],
      [0, 2, 3, true],
    ],
    "a leader that reports itself again": [
      [0, 1, 4, true],
      [0, 1, 4, false],
      [0, 1, 4, true],
    ],
    "an old leader that still believes in its older term": [
      [0, 1, 1, true],
      [1, 1, 2, true],
      [0, 1, 1, true],
    ],
    "followers of a term that has a leader": [
      [0, 1, 1, true],
      [1, 1, 1, false],
    ],
  };
  test.each(Object.entries(good))("%s", (_, reports) => expect(failureOf(reports)).toBeNull());
});

describe("election safety refuses", () => {
  test("two peers that lead one term, at any distance in time", () => {
    const failure = failureOf([
      [0, 1, 4, true],
      [0, 1, 5, false],
      [2, 1, 6, true],
      [3, 2, 4, true],
    ]);
    expect(failure).toMatchObject({
      property: "election-safety",
      expected: "at most one leader in term 4",
      seen: "peer 0 (since 1.000 s) and peer 3 (boot 2) both lead term 4",
      timeUs: 4_000_000,
      peers: [0, 3],
      term: 4,
    });
    expect(failure?.cite).toContain("Figure 3 (Election Safety)");
  });

  test("one peer that leads the same term again after a restart", () => {
    const failure = failureOf([
      [1, 1, 2, true],
      [1, 2, 2, true],
    ]);
    expect(failure?.seen).toBe("peer 1 led term 2 since 1.000 s, crashed, and leads the same term again");
    expect(failure?.peers).toEqual([1]);
  });
});
