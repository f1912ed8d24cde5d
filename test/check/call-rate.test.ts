import { describe, expect, test } from "vitest";
import { CallRate, MAX_CALLS_PER_2_MIN, MAX_CALLS_PER_S } from "../../grader/check/index.ts";

/** Calls of one peer at those times, in order; what the last one comes to. */
function callAt(check: CallRate, peer: number, timesUs: readonly number[]) {
  let failure = null;
  for (const timeUs of timesUs) failure ??= check.called(peer, timeUs);
  return failure;
}

const atOnce = (count: number, timeUs: number) => new Array<number>(count).fill(timeUs);

describe("call rate accepts", () => {
  test("as many calls in a second as are allowed, in every second", () => {
    const check = new CallRate();
    for (const timeUs of [500_000, 1_000_000, 2_999_999, 3_000_000])
      expect(callAt(check, 1, atOnce(MAX_CALLS_PER_S, timeUs))).toBeNull();
  });

  test("so many by each of several peers", () => {
    const check = new CallRate();
    for (const peer of [0, 1, 2]) expect(callAt(check, peer, atOnce(MAX_CALLS_PER_S, 7))).toBeNull();
  });

  test("as many by all in two minutes as are allowed, in every two minutes", () => {
    const check = new CallRate();
    const found = [0, 120_000_000, 480_000_000].flatMap((sinceUs) =>
      Array.from({ length: MAX_CALLS_PER_2_MIN }, (_, i) => check.called(i % 5, sinceUs + i * 100)),
    );
    expect(found.every((one) => one === null)).toBe(true);
  });
});

describe("call rate refuses", () => {
  test("one more, at one instant or spread over the second", () => {
    expect(callAt(new CallRate(), 2, atOnce(MAX_CALLS_PER_S + 1, 4_200_000))).toMatchObject({
      property: "efficiency",
      seen: expect.stringContaining("peer 2"),
      timeUs: 4_200_000,
      peers: [2],
    });
    const spread = Array.from({ length: MAX_CALLS_PER_S + 1 }, (_, i) => 4_000_000 + i * 99);
    expect(callAt(new CallRate(), 2, spread)).toMatchObject({ property: "efficiency" });
  });

  test("one more by all in two minutes, though no second saw many", () => {
    const check = new CallRate();
    for (let i = 0; i < MAX_CALLS_PER_2_MIN; i++) check.called(i % 5, 120_000_000 + i * 1_000);
    expect(check.called(3, 239_999_999)).toMatchObject({
      property: "efficiency",
      expected: expect.stringContaining("by all peers in two minutes"),
      seen: "they made more between 120.000 s and 240.000 s",
      peers: [3],
    });
  });
});
