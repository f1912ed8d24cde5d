import { describe, expect, test } from "vitest";
import { EFFECT_OVERHEAD_BYTES, ENTRY_OVERHEAD_BYTES, RUN_BYTES_MAX } from "../../grader/host/limits.ts";
import { countResult } from "../../grader/host/wire/entries.ts";
import {
  ANSWER_BYTES_MAX,
  decodeWholeRunAnswer,
  decodeWholeRunOrder,
  encodeWholeRunAnswer,
  encodeWholeRunOrder,
  type WholeRunAnswer,
} from "../../grader/host/wire/whole-run.ts";
import { encodeReset, Intake, WireError, WireExcess } from "../../grader/host/wire.ts";
import type { Effect } from "../../grader/sim/peer-host.ts";

const HASH = "0123456789abcdef".repeat(4);
const PASSED: WholeRunAnswer = { kind: "passed", virtualUs: 12_345, rpcs: 67, bytes: 8_900, traceHash: HASH };
const frameOf = (answer: WholeRunAnswer, order = 5) => encodeWholeRunAnswer(order, answer).slice();

test("an order arrives as it was sent, and frames of peer hosts are none", () => {
  const order = { number: 3, scenarioId: "lab2a/initial-election", seed: 2 ** 53 - 1, audit: [0, 4] };
  expect(decodeWholeRunOrder(encodeWholeRunOrder(order).subarray(4))).toEqual(order);
  expect(decodeWholeRunOrder(encodeReset().subarray(4))).toBeNull();
});

describe("an answer", () => {
  test.each([PASSED, { kind: "not-passed" } as const])("arrives as it was sent: $kind", (answer) => {
    const frame = frameOf(answer);
    expect(decodeWholeRunAnswer(frame, 5)).toEqual(answer);
    expect(frame.length).toBeLessThan(ANSWER_BYTES_MAX);
  });

  test("is waited for until it is whole", () => {
    const frame = frameOf(PASSED);
    for (let length = 0; length < frame.length; length++) {
      expect(decodeWholeRunAnswer(frame.subarray(0, length), 5)).toBeNull();
    }
  });

  const changed = (at: number, value: number) => {
    const frame = frameOf(PASSED);
    frame[at] = value;
    return frame;
  };
  const withFigure = (nth: number, value: number) => {
    const frame = frameOf(PASSED);
    new DataView(frame.buffer).setFloat64(4 + 1 + 8 + 8 * nth, value, true);
    return frame;
  };
  test.each([
    ["of another kind", changed(4, 5)],
    ["to another order", frameOf(PASSED, 4)],
    ["with something after it", new Uint8Array([...frameOf(PASSED), 0])],
    ["and one more", new Uint8Array([...frameOf(PASSED), ...frameOf(PASSED)])],
    ["that says it is longer than any", changed(1, 2)],
    ["that says it is shorter than it is", changed(0, 20)],
    ["longer than any", new Uint8Array(ANSWER_BYTES_MAX + 1)],
    ["of no bytes", new Uint8Array(4)],
    ["with a hash of other letters", changed(frameOf(PASSED).length - 1, "G".charCodeAt(0))],
    ["with a shorter hash", frameOf({ ...PASSED, traceHash: HASH.slice(1) })],
    ["with no hash", frameOf({ ...PASSED, traceHash: "" })],
    ["with a fraction of a microsecond", withFigure(0, 0.5)],
    ["that took less than no time", withFigure(0, -1)],
    ["that took for ever", withFigure(0, Number.POSITIVE_INFINITY)],
    ["with calls that are no number", withFigure(1, Number.NaN)],
    ["with more bytes than can be counted", withFigure(2, 2 ** 53)],
  ])("%s is refused", (_, frame) => {
    expect(() => decodeWholeRunAnswer(frame, 5)).toThrow(WireError);
  });
});

describe("what never was a frame is counted as if it were one", () => {
  const result = (...effects: Effect[]) => ({
    endUs: 2,
    nextWakeUs: 2,
    entries: [{ timeUs: 1, peer: 0, incarnation: 1, cause: "input" as const, effects }],
  });
  const data = (megabytes: number) => new Uint8Array(megabytes * 1024 * 1024);

  test.each<[string, Effect]>([
    ["the saved state of 5 MB", { kind: "save", state: data(5), snapshot: null }],
    ["the saved snapshot of 5 MB", { kind: "save", state: data(0), snapshot: data(5) }],
    ["a call of 5 MB", { kind: "call", callId: 1, to: 1, method: "m", args: data(5) }],
    ["a reply of 5 MB", { kind: "reply", requestId: 1, reply: data(5) }],
    ["a message to apply of 5 MB", { kind: "upcall", message: data(5) }],
    ["the observed state of 5 MB", { kind: "observed", value: data(5) }],
    ["a result of 5 MB", { kind: "result", invokeId: 1, value: data(5) }],
  ])("%s is too large", (what, effect) => {
    expect(() => countResult(result(effect), new Intake())).toThrow(`peer 0: ${what} is larger than 4 MB`);
  });

  test("many windows are too much in all", () => {
    const intake = new Intake();
    const four = { kind: "reply", requestId: 1, reply: data(4) } as const;
    const play = () => countResult(result(four, four, four), intake);
    const windows = Math.floor(RUN_BYTES_MAX / (3 * (4 * 1024 * 1024 + EFFECT_OVERHEAD_BYTES) + ENTRY_OVERHEAD_BYTES));
    for (let window = 0; window < windows; window++) play();
    expect(play).toThrow(WireExcess);
  });

  test("a name that UTF-8 cannot carry is none", () => {
    const call = (method: string): Effect => ({ kind: "call", callId: 1, to: 1, method, args: data(0) });
    expect(() => countResult(result(call("appeñd😀")), new Intake())).not.toThrow();
    expect(() => countResult(result(call("append\ud800")), new Intake())).toThrow(WireError);
  });
});
