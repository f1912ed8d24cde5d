import { describe, expect, test } from "vitest";
import { CallRate, MAX_CALLS_PER_S } from "../../grader/check/index.ts";

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
});
