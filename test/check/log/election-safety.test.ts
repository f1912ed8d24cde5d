import { describe, expect, test } from "vitest";
import { ElectionSafety } from "../../../grader/check/log/index.ts";

type Report = [peer: number, incarnation: number, term: number, isLeader: boolean];

function failureOf(reports: readonly Report[]) {
  const check = new ElectionSafety(5);
  for (let peer = 0; peer < 5; peer++) for (const from of [1, 2, 3]) check.heard(peer, (peer + from) % 5);
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
      check: "one-leader-a-term",
      where: { term: 4 },
    });
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

describe("a leader has been elected", () => {
  const leading = (size: number, heardFrom: readonly number[]) => {
    const check = new ElectionSafety(size);
    for (const from of heardFrom) check.heard(0, from);
    return check.observed(0, 1, 1, true, 5_000_000);
  };

  test.each([
    [1, []],
    [2, [1]],
    [3, [2]],
    [4, [1, 3]],
    [5, [4, 1]],
  ])("of %i peers, heard from %j: accepted", (size, heardFrom) => expect(leading(size, heardFrom)).toBeNull());

  test.each([
    [2, []],
    [3, [0, 0]],
    [4, [3, 3]],
    [5, [4, 0]],
  ])("of %i peers, heard from %j: refused", (size, heardFrom) => {
    expect(leading(size, heardFrom)).toMatchObject({
      property: "election-safety",
      check: "leader-elected",
      peers: [0],
      where: { term: 1 },
    });
  });

  test("what an earlier incarnation heard does not count, and the failure says what was seen", () => {
    const check = new ElectionSafety(5);
    for (const from of [1, 2]) check.heard(0, from);
    check.booted(0);
    check.heard(0, 3);
    expect(check.observed(0, 2, 1, true, 5_000_000)?.seen).toBe(
      "peer 0 (boot 2) says that it leads term 1, and has got a message from peer 3 since it booted",
    );
  });
});
