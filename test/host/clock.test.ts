import { describe, expect, test } from "vitest";
import { kernelTime, localTime } from "../../grader/host/clock.ts";
import { TimerQueue } from "../../grader/host/engine/timer-queue.ts";

describe("a peer's clock", () => {
  const clocks = [
    { offsetUs: 0, driftPpm: 0 },
    { offsetUs: 5_000, driftPpm: 0 },
    { offsetUs: -123_456, driftPpm: 1 },
    { offsetUs: 7, driftPpm: -1 },
    { offsetUs: 0, driftPpm: 200_000 },
    { offsetUs: 99, driftPpm: -500_000 },
    { offsetUs: 0, driftPpm: 333_333 },
  ];
  const times = [0, 1, 2, 3, 4, 5, 999_999, 1_000_000, 1_000_001, 123_456_789, 3_600_000_000, 10 ** 14 + 7];

  test.each(clocks)("%o is integer arithmetic, and the inverse gives the least time", (clock) => {
    for (const timeUs of times) {
      const exact =
        BigInt(clock.offsetUs) + BigInt(timeUs) + floorDivide(BigInt(timeUs) * BigInt(clock.driftPpm), 1_000_000n);
      expect(localTime(clock, timeUs)).toBe(Number(exact));
      for (const dueUs of [Number(exact), Number(exact) + 1, Number(exact) + 50]) {
        const least = kernelTime(clock, dueUs);
        expect(localTime(clock, least)).toBeGreaterThanOrEqual(dueUs);
        if (least > 0) expect(localTime(clock, least - 1)).toBeLessThan(dueUs);
      }
    }
  });

  test("a time that is long past is 0", () => {
    expect(kernelTime({ offsetUs: 1000, driftPpm: 0 }, 500)).toBe(0);
    expect(kernelTime({ offsetUs: 1000, driftPpm: 10 }, 500)).toBe(0);
  });

  function floorDivide(a: bigint, b: bigint): bigint {
    const quotient = a / b;
    return a % b < 0n ? quotient - 1n : quotient;
  }
});

test("a timer queue is a sorted list, whatever is set and cleared", () => {
  let state = 12345;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const queue = new TimerQueue();
  let expected: { id: number; dueUs: number }[] = [];
  for (let step = 0; step < 20_000; step++) {
    const kind = random(5);
    if (kind < 3) {
      const id = random(40);
      const dueUs = random(1000);
      queue.set(id, dueUs);
      expected = [...expected.filter((timer) => timer.id !== id), { id, dueUs }];
    } else if (kind === 3) {
      const id = random(40);
      queue.clear(id);
      expected = expected.filter((timer) => timer.id !== id);
    }
    const first = expected.reduce<{ id: number; dueUs: number } | null>(
      (a, b) => (a === null || b.dueUs < a.dueUs ? b : a),
      null,
    );
    expect(queue.nextDueUs()).toBe(first?.dueUs ?? Number.POSITIVE_INFINITY);
    if (kind === 4 && first !== null) {
      expect(queue.take()).toBe(first.id);
      expected = expected.filter((timer) => timer !== first);
    }
  }
});
