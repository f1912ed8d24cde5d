import { describe, expect, test } from "vitest";
import { MESSAGE_BYTES_MAX, METHOD_CHARS_MAX, RUN_BYTES_MAX, WINDOW_BYTES_MAX } from "../../grader/host/limits.ts";
import { decodeFromHost, encodeResult, Intake, WireError, WireExcess } from "../../grader/host/wire.ts";
import type { Effect, Entry } from "../../grader/sim/peer-host.ts";

const limits = { fromUs: 0, untilUs: 1e9, peers: 3 };
const NOTHING = new Uint8Array(0);

const entryWith = (effects: readonly Effect[], peer = 1): Entry => ({
  timeUs: 5,
  peer,
  incarnation: 1,
  cause: "timer",
  effects,
});
const frameOf = (entries: readonly Entry[]) => encodeResult({ entries, endUs: 7, nextWakeUs: 7 }).subarray(4).slice();
const framed = (effects: readonly Effect[]) => frameOf([entryWith(effects)]);
const many = (count: number, effect: Effect) => framed(new Array<Effect>(count).fill(effect));
const read = (frame: Uint8Array, intake?: Intake) => decodeFromHost(frame, { ...limits, ...(intake && { intake }) });

function excessOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof WireExcess) return error.message;
    throw error;
  }
  return "nothing was too much";
}

const observed = (size: number): Effect => ({ kind: "observed", value: new Uint8Array(size) });
const call = (method: string, size = 0): Effect => ({
  kind: "call",
  callId: 1,
  to: 2,
  method,
  args: new Uint8Array(size),
});

describe("whatever a host sends is counted where it is read", () => {
  const large = new Uint8Array(MESSAGE_BYTES_MAX + 1);
  test.each<[string, Effect]>([
    ["a call", call("x", large.length)],
    ["a reply", { kind: "reply", requestId: 1, reply: large }],
    ["the saved state", { kind: "save", state: large, snapshot: null }],
    ["the saved snapshot", { kind: "save", state: NOTHING, snapshot: large }],
    ["a message to apply", { kind: "upcall", message: large }],
    ["the observed state", observed(large.length)],
    ["a result", { kind: "result", invokeId: 1, value: large }],
  ])("%s that is too large", (what, effect) => {
    expect(excessOf(() => read(framed([effect])))).toBe(`peer 1: ${what} of 4 MB is larger than 4 MB`);
  });

  test.each<[string, Effect]>([
    ["a call", call("x")],
    ["a reply", { kind: "reply", requestId: 1, reply: NOTHING }],
    ["a save", { kind: "save", state: NOTHING, snapshot: null }],
    ["an upcall", { kind: "upcall", message: NOTHING }],
    ["an observation", observed(0)],
    ["a result", { kind: "result", invokeId: 1, value: NOTHING }],
    ["a log line", { kind: "log", level: "log", text: "" }],
    ["a misuse", { kind: "misuse", message: "", stack: "" }],
    ["an exception", { kind: "exception", where: "", name: "", message: "", stack: "" }],
  ])("%s over and over, however small", (_, effect) => {
    const frame = many(WINDOW_BYTES_MAX / 256, effect);
    expect(frame.length).toBeLessThan(WINDOW_BYTES_MAX / 4);
    expect(excessOf(() => read(frame))).toMatch(/^peer 1 did too much at once: .* within one window passed 16 MB/);
    expect(excessOf(() => read(many(10_000, effect)))).toBe("nothing was too much");
  });

  test("entries in which nothing was done", () => {
    const entries = (count: number) => frameOf(new Array<Entry>(count).fill(entryWith([])));
    expect(excessOf(() => read(entries(WINDOW_BYTES_MAX / 128 + 1)))).toMatch(/passed 16 MB, the last was an entry$/);
    expect(excessOf(() => read(entries(10_000)))).toBe("nothing was too much");
  });

  test("a window in all, and each window for itself", () => {
    const intake = new Intake();
    const half = framed([observed(MESSAGE_BYTES_MAX), observed(MESSAGE_BYTES_MAX)]);
    const whole = framed(new Array<Effect>(5).fill(observed(MESSAGE_BYTES_MAX - 1000)));
    expect(excessOf(() => read(whole, intake))).toMatch(/passed 16 MB, the last was the observed state$/);
    for (let i = 0; i < 3; i++) expect(excessOf(() => read(half, intake))).toBe("nothing was too much");
  });

  test("a run in all", () => {
    const intake = new Intake();
    const windowBytes = 3 * MESSAGE_BYTES_MAX;
    const frame = framed(new Array<Effect>(3).fill(observed(MESSAGE_BYTES_MAX)));
    let windows = 0;
    const excess = excessOf(() => {
      for (; ; windows++) read(frame, intake);
    });
    expect(excess).toMatch(/^peer 1 did too much in all: .* within one run passed 256 MB, the last was/);
    expect(windows).toBe(Math.floor(RUN_BYTES_MAX / windowBytes));
  });

  test("before memory is taken for it: what is made of a frame is at most a few times as large", () => {
    const frame = many(Math.floor(WINDOW_BYTES_MAX / 300), observed(3));
    const before = process.memoryUsage();
    const decoded = read(frame);
    const after = process.memoryUsage();
    const taken = after.heapUsed + after.external - before.heapUsed - before.external;
    expect(decoded.kind).toBe("result");
    expect(taken).toBeLessThan(2 * WINDOW_BYTES_MAX);
  });
});

describe("texts are measured before they are read", () => {
  test("a text that is far too long, though no message is", () => {
    const effect: Effect = { kind: "misuse", message: "x".repeat(1_000_000), stack: "" };
    expect(() => read(framed([effect]))).toThrow("a text of 1000000 bytes is too long");
  });

  test("the name of a method", () => {
    expect(() => read(framed([call("x".repeat(METHOD_CHARS_MAX + 2))]))).toThrow(WireError);
    expect(read(framed([call("é".repeat(METHOD_CHARS_MAX))])).kind).toBe("result");
  });
});
