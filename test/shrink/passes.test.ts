import { describe, expect, test } from "vitest";
import { Parked } from "../../grader/shrink/parked.ts";
import { withWhatFollows } from "../../grader/shrink/passes.ts";
import type { MessageRef, Step } from "../../grader/shrink/script.ts";
import type { Call } from "../../grader/sim/call.ts";
import { QueuedInput } from "../../grader/sim/queued-input.ts";

const from0 = { what: "request", from: 0, to: 1, method: "ask" } as const;
const timer = (place: number): Step => ({ do: "timer", peer: 0, place });
const deliver = (place: number, sentIn: number): Step => ({
  ...{ do: "deliver", place, ref: { ...from0, nth: place, like: 7, origin: { place: sentIn, nth: 1 } } },
});

describe("steps that are left out", () => {
  test("take with them what would set out in them, and what would set out in those", () => {
    const steps = [timer(0), timer(1), deliver(2, 0), deliver(3, 1), deliver(5, 2), { ...deliver(6, 3) }];
    expect(withWhatFollows([0], steps)).toEqual([0, 2, 4]);
    expect(withWhatFollows([1, 4], steps)).toEqual([1, 3, 4, 5]);
    expect(withWhatFollows([5], steps)).toEqual([5]);
  });
});

describe("a message on its way", () => {
  const parked = new Parked(() => {});
  const add = (nth: number, text: string, place?: number) => {
    const call = { ...from0, nth, args: new TextEncoder().encode(text) } as unknown as Call;
    parked.add(QueuedInput.request(0, call), call, place === undefined ? undefined : { place, nth: 1 });
  };
  add(1, "old");
  add(2, "same", 40);
  add(3, "other", 41);
  const find = (ref: Partial<MessageRef>) => parked.find({ ...from0, ...ref }, () => true)?.call.nth;

  test("is found by the step that it set out in, whatever it holds and whichever it is by now", () => {
    expect(find({ nth: 2, like: 0, origin: { place: 41, nth: 1 } })).toBe(3);
    expect(find({ nth: 3, like: 0, origin: { place: 40, nth: 1 } })).toBe(2);
  });

  test("is another one where that step is gone: that of its number, or the oldest", () => {
    expect(find({ nth: 3, like: 0, origin: { place: 7, nth: 1 } })).toBe(3);
    expect(find({ nth: 9, like: 0, origin: { place: 7, nth: 1 } })).toBe(1);
    expect(find({ nth: 9 })).toBeUndefined();
  });
});
