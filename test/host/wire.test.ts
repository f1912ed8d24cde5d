import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  decodeFromHost,
  decodeToHost,
  encodeLoad,
  encodeLost,
  encodeReady,
  encodeReset,
  encodeResult,
  encodeWindow,
  FrameStream,
  isFrameOf,
  WireError,
} from "../../grader/host/wire.ts";
import type { Effect, Entry, Input, WindowResult } from "../../grader/sim/peer-host.ts";
import { processesOf } from "../../grader/sim/role.ts";
import { raftForm } from "./fixture.ts";

const limits = { fromUs: 0, untilUs: 1e9, peers: 5 };
const body = (frame: Uint8Array) => {
  expect(new DataView(frame.buffer, frame.byteOffset).getUint32(0, true)).toBe(frame.length - 4);
  return frame.slice(4);
};

const to = { timeUs: 2 ** 53 - 1, peer: 3, incarnation: 2 };
const bytes = new Uint8Array([1, 2, 3]);
const inputs: Input[] = [
  {
    kind: "boot",
    ...to,
    processes: processesOf([{ role: "peer", size: 5 }]),
    options: new Uint8Array(0),
    seed: [0, 1, 2 ** 31, 2 ** 32 - 1],
    clock: { offsetUs: -5, driftPpm: -100 },
    state: bytes,
    snapshot: new Uint8Array(100_000).fill(8),
  },
  { kind: "request", ...to, requestId: 2 ** 40, from: 4, method: "requestVote", args: bytes },
  { kind: "request", ...to, requestId: 1, from: 4, method: "ünïcode".repeat(20), args: new Uint8Array(0) },
  { kind: "reply", ...to, callId: 7, reply: null },
  { kind: "reply", ...to, callId: 7, reply: new Uint8Array(0) },
  { kind: "invoke", ...to, invokeId: 9, method: "start", args: bytes },
  { kind: "pause", ...to },
  { kind: "resume", ...to },
  { kind: "drop", ...to },
];

const effects: Effect[] = [
  { kind: "call", callId: 2 ** 33, to: 4, method: "requestVote", args: bytes },
  { kind: "reply", requestId: 5, reply: new Uint8Array(3000).fill(1) },
  { kind: "save", state: bytes, snapshot: null },
  { kind: "save", state: new Uint8Array(0), snapshot: bytes },
  { kind: "upcall", message: bytes },
  { kind: "observed", value: bytes },
  { kind: "result", invokeId: 1, value: bytes },
  { kind: "log", level: "warn", text: "é".repeat(100) },
  { kind: "log", level: "debug", text: "" },
  { kind: "exception", where: "a timer", name: "TypeError", message: "m", stack: "at x\n at y" },
  { kind: "misuse", message: "m", stack: "" },
];
const entry = (fields: Partial<Entry>): Entry => ({
  timeUs: 5,
  peer: 1,
  incarnation: 1,
  cause: "input",
  effects: [],
  ...fields,
});
const result: WindowResult = {
  entries: [entry({ effects }), entry({ cause: "timer" }), entry({ timeUs: 6, peer: 0 })],
  endUs: 7,
  nextWakeUs: Number.POSITIVE_INFINITY,
};

/** Longer than what a host of ours says of anything. */
const LONG = "x".repeat(100_000);

describe("round trips", () => {
  test("windows", () => {
    const window = { untilUs: 1234, spanUs: 1000, maxEntries: 3, inputs };
    expect(decodeToHost(body(encodeWindow(window)))).toEqual({ kind: "window", window });
    const open = { untilUs: Number.POSITIVE_INFINITY, spanUs: Number.POSITIVE_INFINITY, maxEntries: 0, inputs: [] };
    expect(decodeToHost(body(encodeWindow(open)))).toEqual({ kind: "window", window: open });
  });

  test("results", () => {
    expect(decodeFromHost(body(encodeResult(result)), limits)).toEqual({ kind: "result", result });
  });

  test("what changed in fields, where that was asked for", () => {
    const entries = [entry({ fields: bytes, effects }), entry({ cause: "timer", fields: new Uint8Array(0) })];
    const told = { ...result, entries };
    const frame = body(encodeResult(told));
    expect(decodeFromHost(frame, { ...limits, takesFields: true })).toEqual({ kind: "result", result: told });
    expect(() => decodeFromHost(frame, limits)).toThrow(new WireError("an entry's cause is 2"));
    const large = { ...result, entries: [entry({ fields: new Uint8Array(5e6) })] };
    expect(() => decodeFromHost(body(encodeResult(large)), { ...limits, takesFields: true })).toThrow(
      "peer 1: what its fields hold of 4.8 MB is larger than 4 MB",
    );
  });

  test("the others", () => {
    const load = {
      code: "exports.Raft = 1; // é".repeat(10_000),
      filename: "submission.js",
      roles: raftForm.roles,
      layers: { inner: { code: "exports.x = 1;" } },
      tellsFields: true,
    };
    expect(decodeToHost(body(encodeLoad(load)))).toEqual({ kind: "load", watchdog: "stuck", ...load });
    for (const watchdog of ["stuck", "orphan", "none"] as const) {
      expect(decodeToHost(body(encodeLoad(load, watchdog)))).toEqual({ kind: "load", watchdog, ...load });
    }
    expect(decodeToHost(body(encodeReset()))).toEqual({ kind: "reset", renewsRealms: false });
    expect(decodeToHost(body(encodeReset(true)))).toEqual({ kind: "reset", renewsRealms: true });
    expect(decodeFromHost(body(encodeReady()), limits)).toEqual({ kind: "ready" });
    const lost = { kind: "lost", verdict: "output-limit", message: "too much" } as const;
    expect(decodeFromHost(body(encodeLost(lost.verdict, lost.message)), limits)).toEqual(lost);
  });

  test("lone surrogates arrive as replacement characters", () => {
    const text = { kind: "log", level: "log", text: "\ud800" } as const;
    const frame = body(encodeResult({ entries: [entry({ effects: [text] })], endUs: 7, nextWakeUs: 0 }));
    expect(decodeFromHost(frame, limits)).toMatchObject({ result: { entries: [{ effects: [{ text: "\ufffd" }] }] } });
  });

  test("what is decoded shares no memory with the frame", () => {
    const frame = body(encodeResult(result));
    const decoded = decodeFromHost(frame, limits);
    frame.fill(255);
    expect(decoded).toEqual({ kind: "result", result });
  });
});

describe("what is malformed is refused", () => {
  const refused = (frame: Uint8Array) => expect(() => decodeFromHost(frame, limits)).toThrow(WireError);

  test("every frame that is cut short, or has a byte more", () => {
    const whole = body(encodeResult(result));
    for (let length = 0; length < whole.length; length += length < 400 ? 1 : 97) refused(whole.slice(0, length));
    refused(new Uint8Array([...whole, 0]));
  });

  test.each<[string, WindowResult]>([
    ["an entry before the window", { entries: [entry({ timeUs: 4 })], endUs: 9, nextWakeUs: 9 }],
    ["an entry after the window", { entries: [entry({ timeUs: 10 })], endUs: 9, nextWakeUs: 9 }],
    ["a time that is no integer", { entries: [entry({ timeUs: 5.5 })], endUs: 9, nextWakeUs: 9 }],
    ["a time that is no number", { entries: [entry({ timeUs: Number.NaN })], endUs: 9, nextWakeUs: 9 }],
    ["entries out of order", { entries: [entry({ timeUs: 6 }), entry({ timeUs: 5 })], endUs: 9, nextWakeUs: 9 }],
    ["peers out of order", { entries: [entry({ peer: 2 }), entry({ peer: 1 })], endUs: 9, nextWakeUs: 9 }],
    ["a peer that does not exist", { entries: [entry({ peer: 3 })], endUs: 9, nextWakeUs: 9 }],
    ["incarnation 0", { entries: [entry({ incarnation: 0 })], endUs: 9, nextWakeUs: 9 }],
    [
      "an exception told at length",
      {
        entries: [entry({ effects: [{ kind: "exception", where: "", name: "", message: LONG, stack: "" }] })],
        endUs: 9,
        nextWakeUs: 9,
      },
    ],
    [
      "a misuse told at length",
      { entries: [entry({ effects: [{ kind: "misuse", message: "", stack: LONG }] })], endUs: 9, nextWakeUs: 9 },
    ],
    [
      "a call to nobody",
      {
        entries: [entry({ effects: [{ kind: "call", callId: 1, to: 3, method: "x", args: bytes }] })],
        endUs: 9,
        nextWakeUs: 9,
      },
    ],
    [
      "a call without a number",
      {
        entries: [entry({ effects: [{ kind: "call", callId: -1, to: 1, method: "x", args: bytes }] })],
        endUs: 9,
        nextWakeUs: 9,
      },
    ],
    ["an end after the window", { entries: [], endUs: 11, nextWakeUs: 11 }],
    ["an end in no time", { entries: [], endUs: Number.NaN, nextWakeUs: 11 }],
    ["a wake-up in no time", { entries: [], endUs: 9, nextWakeUs: Number.NaN }],
    ["a wake-up before time", { entries: [], endUs: 9, nextWakeUs: -1 }],
  ])("%s", (_, bad) => {
    expect(() => decodeFromHost(body(encodeResult(bad)), { fromUs: 5, untilUs: 10, peers: 3 })).toThrow(WireError);
  });

  test("counts that no frame can hold, without taking memory for them", () => {
    const frame = body(encodeResult({ entries: [], endUs: 1, nextWakeUs: 1 }));
    new DataView(frame.buffer).setUint32(17, 2 ** 32 - 1, true);
    refused(frame);
  });

  test("text that is not UTF-8", () => {
    const frame = body(encodeLost("crashed", "abc"));
    frame[frame.length - 1] = 0xff;
    refused(frame);
  });

  test("kinds that do not exist, and frames of the other direction", () => {
    refused(new Uint8Array([77]));
    refused(body(encodeReset()));
    expect(() => decodeToHost(body(encodeReady()))).toThrow(WireError);
    refused(new Uint8Array([6, 99, 0, 0, 0, 0]));
  });

  test("random damage gives a WireError or a result within the limits, never anything else", () => {
    let state = 1;
    const whole = body(encodeResult(result));
    for (let round = 0; round < 3000; round++) {
      const frame = whole.slice();
      for (let hits = 0; hits < 3; hits++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        frame[(state >>> 8) % Math.min(frame.length, 300)] = state & 255;
      }
      try {
        const decoded = decodeFromHost(frame, limits);
        if (decoded.kind === "result")
          expect(decoded.result.entries.every((one) => one.peer < 5 && one.timeUs < 1e9)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }
  });
});

describe("a stream of frames", () => {
  /** A file serves as a stream that ends. */
  const streamOf = (content: Uint8Array, frameBytesMax = 1e6) => {
    const folder = mkdtempSync(join(tmpdir(), "consensus-labs-test-"));
    const path = join(folder, "frames");
    const fd = openSync(path, "w+");
    writeSync(fd, content, 0, content.length, 0);
    const readFd = openSync(path, "r");
    rmSync(folder, { recursive: true });
    return { stream: new FrameStream(readFd, fd, frameBytesMax), close: () => [fd, readFd].map(closeSync), fd };
  };

  test("frames of all sizes come out as they went in, one after the other", () => {
    const frames = [0, 1, 100, 65_530, 65_536, 200_000, 3].map((size) => encodeLost("hung", "x".repeat(size)).slice());
    const { stream, close } = streamOf(Buffer.concat(frames));
    for (const frame of frames) expect(Buffer.compare(stream.read() as Uint8Array, frame.subarray(4))).toBe(0);
    expect(stream.read()).toBe(null);
    close();
  });

  test("an end inside a frame, and a frame that is too long", () => {
    const frame = encodeLost("hung", "message").slice();
    for (const length of [2, 4, frame.length - 1]) {
      const { stream, close } = streamOf(frame.slice(0, length));
      expect(() => stream.read()).toThrow("the stream ends inside a frame");
      close();
    }
    const { stream, close } = streamOf(frame, 5);
    expect(() => stream.read()).toThrow(WireError);
    close();
  });

  test("what is written can be read", () => {
    const { stream, close, fd } = streamOf(new Uint8Array(0));
    ftruncateSync(fd);
    stream.write(encodeReady());
    stream.write(encodeLost("crashed", "x".repeat(300_000)));
    expect(decodeFromHost(stream.read() as Uint8Array, limits)).toEqual({ kind: "ready" });
    expect(decodeFromHost(stream.read() as Uint8Array, limits)).toMatchObject({ kind: "lost", verdict: "crashed" });
    close();
  });
});

describe("entries that keep their bytes", () => {
  const one: Entry = { timeUs: 5, peer: 1, incarnation: 1, cause: "input", effects };
  const other: Entry = { ...one, timeUs: 6, peer: 2, cause: "timer" };
  const again: Entry = { ...one, timeUs: 7, cause: "timer", effects: [] };
  const answer = (...entries: Entry[]) => body(encodeResult({ entries, endUs: 9, nextWakeUs: 12 }));
  const decoded = decodeFromHost(answer(one, other, again), { ...limits, rawOf: new Set([1]) });
  const entries = decoded.kind === "result" ? decoded.result.entries : [];
  const raws = entries.flatMap(({ raw }) => raw ?? []);

  test("are those that were asked for, and are equal otherwise", () => {
    expect(entries.map(({ raw }) => raw !== undefined)).toEqual([true, false, true]);
    expect(entries.map(({ raw: _, ...entry }) => entry)).toEqual([one, other, again]);
  });

  test("are found again in the answer of another host, whatever it says of its window", () => {
    expect(isFrameOf(answer(one, again), limits, raws)).toBe(true);
    expect(isFrameOf(body(encodeResult({ entries: [one, again], endUs: 8, nextWakeUs: 8 })), limits, raws)).toBe(true);
    expect(isFrameOf(answer(), limits, [])).toBe(true);
  });

  test.each<[string, readonly Entry[]]>([
    ["one is missing", [one]],
    ["there is one more", [one, again, again]],
    ["there is none", []],
    ["the order is another", [again, one]],
    ["one came later", [one, { ...again, timeUs: 8 }]],
    ["one is of another peer", [{ ...one, peer: 2 }, again]],
    ["one has another cause", [one, { ...again, cause: "input" }]],
    ["one did more", [one, { ...again, effects: effects.slice(0, 1) }]],
    [
      "one did something else",
      [{ ...one, effects: [...effects.slice(0, -1), { kind: "misuse", message: "M", stack: "" }] }, again],
    ],
  ])("are not found where %s", (_, others) => {
    expect(isFrameOf(answer(...others), limits, raws)).toBe(false);
  });

  test("are not found in what is no result", () => {
    expect(isFrameOf(body(encodeReady()), limits, [])).toBe(false);
    expect(isFrameOf(body(encodeLost("hung", "")), limits, raws)).toBe(false);
    expect(() => isFrameOf(answer(one, again).slice(0, 15), limits, raws)).toThrow(WireError);
    expect(() => isFrameOf(answer(one, again), { ...limits, untilUs: 8 }, raws)).toThrow(WireError);
  });
});
