import { describe, expect, test } from "vitest";
import { Decisions } from "../../../grader/check/decisions/index.ts";
import { encode } from "../../../labs/api/codec.ts";

const A = encode("a");
const B = encode("b");

/** Three peers; both values were proposed for slots 0 and 1. */
function proposed(): Decisions {
  const decisions = new Decisions(3);
  for (const slot of [0, 1]) for (const value of [A, B]) decisions.proposing(slot, value);
  return decisions;
}

describe("histories that are right", () => {
  test("all decide one value, and another slot another one", () => {
    const decisions = proposed();
    for (const peer of [2, 0, 1]) expect(decisions.decided(peer, 1, 0, A, peer)).toBeNull();
    expect(decisions.decided(1, 1, 1, B, 9)).toBeNull();
    expect([...decisions.decidersOf(0).keys()]).toEqual([2, 0, 1]);
    expect(decisions.valueOf(1)).toEqual(B);
  });

  test("a peer decides again after a restart, or does not", () => {
    const decisions = proposed();
    expect(decisions.decided(0, 1, 0, A, 1)).toBeNull();
    decisions.booted(0);
    expect(decisions.decided(0, 2, 0, A, 2)).toBeNull();
    expect(decisions.decidersOf(0).get(0)).toBe(2);
  });

  test("values are the same whatever the order of their fields", () => {
    const decisions = new Decisions(2);
    decisions.proposing(0, encode({ x: 1, y: 2 }));
    expect(decisions.decided(0, 1, 0, encode({ y: 2, x: 1 }), 1)).toBeNull();
    expect(decisions.decided(1, 1, 0, encode({ x: 1, y: 2 }), 2)).toBeNull();
  });

  test("min follows what all have given up, late or not at all, and is lower after a restart", () => {
    const decisions = new Decisions(3);
    for (const [peer, slot] of [
      [0, 4],
      [1, 2],
      [2, 3],
    ] as const)
      decisions.giveUp(peer, slot);
    for (const min of [0, 2, 3]) expect(decisions.observed(0, min, 1)).toBeNull();
    decisions.booted(0);
    expect(decisions.observed(0, 1, 2)).toBeNull();
  });
});

describe("what breaks a promise is found at once", () => {
  test("two peers decide two values, the first of which may have crashed since", () => {
    const decisions = proposed();
    decisions.decided(0, 1, 0, A, 1_500_000);
    expect(decisions.decided(2, 1, 0, B, 2_000_000)).toEqual({
      property: "agreement",
      check: "one-value-a-slot",
      expected: "one value to be decided for slot 0",
      seen: 'peer 0 decided "a" at 1.500 s, and peer 2 "b"',
      timeUs: 2_000_000,
      peers: [0, 2],
      where: { slot: 0 },
    });
  });

  test("a peer decides something else after a restart than before", () => {
    const decisions = proposed();
    decisions.decided(1, 1, 0, A, 1);
    decisions.decided(0, 1, 0, A, 2);
    decisions.booted(0);
    expect(decisions.decided(0, 2, 0, B, 3)).toMatchObject({
      property: "durability",
      check: "decision-stands",
      seen: 'before a restart it decided "a", now "b"',
      peers: [0],
    });
  });

  test.each([
    ["of another slot", 3, A, "nothing was proposed"],
    ["that nobody proposed", 0, encode("c"), 'proposed were "a", "b"'],
    ["that is a little longer than a proposed one", 0, encode("aa"), 'proposed were "a", "b"'],
  ])("a value is decided %s", (_, slot, value, seen) => {
    const finding = proposed().decided(1, 1, slot, value, 1);
    expect(finding).toMatchObject({ property: "validity", check: "value-was-proposed", where: { slot } });
    expect(finding?.seen).toContain(seen);
  });

  test("a value that is proposed only after it was decided does not count", () => {
    const decisions = new Decisions(1);
    expect(decisions.decided(0, 1, 0, A, 1)?.property).toBe("validity");
  });

  test("decide() is called twice in one life", () => {
    const decisions = proposed();
    decisions.decided(0, 1, 0, A, 1);
    expect(decisions.decided(0, 1, 0, A, 2)).toMatchObject({ property: "integrity", check: "decides-once" });
    expect(decisions.decided(0, 1, 0, B, 2)).toMatchObject({
      check: "decision-stands",
      expected: "peer 0 to stand by what it decided for slot 0",
      seen: 'first it decided "a", now "b"',
    });
  });

  test("min falls, or is beyond what everybody has given up", () => {
    const decisions = new Decisions(3);
    for (const peer of [0, 1]) decisions.giveUp(peer, 5);
    expect(decisions.observed(1, 1, 7)).toMatchObject({
      property: "integrity",
      check: "min-within-dones",
      seen: "it is 1, and peer 2 was told of no slot that it is done",
    });
    decisions.giveUp(2, 3);
    expect(decisions.observed(1, 4, 8)).toBeNull();
    expect(decisions.observed(1, 5, 9)?.seen).toBe("it is 5, and peer 2 was told done(3) at most");
    expect(decisions.observed(0, 4, 9)).toBeNull();
    expect(decisions.observed(0, 3, 10)).toMatchObject({ check: "min-never-falls", seen: "it fell from 4 to 3" });
  });
});

describe("a decision of which no majority can have known", () => {
  /** A slot is started at 5, and decided by its proposer, peer 0, at 9, after messages of its reached peers. */
  const decided = (size: number, heard: readonly (readonly [peer: number, timeUs: number])[]) => {
    const decisions = new Decisions(size);
    decisions.proposing(0, A, 5);
    decisions.proposing(0, B, 8);
    for (const [peer, timeUs] of heard) decisions.heard(peer, 0, timeUs);
    expect(decisions.decided(0, 1, 0, A, 9)).toBeNull();
    return decisions.decidedTooSoon();
  };

  test("is told once all is over, with how many got any message since the slot was started", () => {
    expect(decided(3, [[1, 4]])).toMatchObject({
      property: "agreement",
      check: "in-a-majority",
      expected: "slot 0 to be accepted by 2 of 3 peers before anybody decides it",
      seen: "peer 0 decided it when no message of another peer had reached anybody since it was started",
      where: { slot: 0 },
    });
    expect(
      decided(5, [
        [1, 6],
        [1, 7],
        [2, 3],
      ]),
    ).toMatchObject({
      seen: "peer 0 decided it when messages of another peer had reached 1 of them only since it was started",
    });
  });

  test("is told where the proposer has heard of itself only, through the network", () => {
    expect(decided(3, [[0, 6]])?.seen).toBe(
      "peer 0 decided it when no message of another peer had reached anybody since it was started",
    );
    expect(
      decided(5, [
        [0, 6],
        [1, 7],
      ])?.seen,
    ).toBe("peer 0 decided it when messages of another peer had reached 1 of them only since it was started");
  });

  test("is none where the proposer accepts by itself, and so many others were reached that they make a majority", () => {
    expect(decided(3, [[1, 5]])).toBeNull();
    expect(
      decided(5, [
        [1, 6],
        [4, 9],
      ]),
    ).toBeNull();
  });
});
