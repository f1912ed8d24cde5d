import { describe, expect, test } from "vitest";
import { ConsoleTail } from "../../../grader/harness/console-tail.ts";
import { decodeApplied, decodeStarted, decodeState } from "../../../grader/harness/log/messages.ts";
import { makeSnapshot, readSnapshot } from "../../../grader/harness/log/service.ts";
import { decode, encode } from "../../../labs/api/codec.ts";
import { tooMuchCpu } from "../../cpu.ts";

const deep = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
const state = (value: unknown) => decodeState(encode(value));

describe("getState", () => {
  test("is read for two fields, whatever stands beside them", () => {
    for (const junk of [deep(100), new Uint8Array(1e6), "x".repeat(1e6), new Array(40_000).fill(null)]) {
      expect(state({ junk, isLeader: true, more: junk, term: 7 })).toEqual({ term: 7, isLeader: true });
    }
  });

  test("may not be made of far too much", () => {
    expect(state({ junk: new Array(100_000).fill(0), term: 0, isLeader: false })).toBe(
      "getState() returned data of more than 100000 items",
    );
  });

  test.each<[unknown, string]>([
    [null, "getState() returned null"],
    [[1, 2], "getState() returned [1,2]"],
    [new Uint8Array(3), "getState() returned 3 bytes"],
    [{ isLeader: true }, "getState() returned the term undefined"],
    [{ term: -1, isLeader: true }, "getState() returned the term -1"],
    [{ term: 1.5, isLeader: true }, "getState() returned the term 1.5"],
    [{ term: true, isLeader: true }, "getState() returned the term true"],
    [{ term: 1, isLeader: "yes" }, 'getState() returned isLeader: "yes"'],
    [{ term: 1, isLeader: 1 }, "getState() returned isLeader: 1"],
    [{ term: "x".repeat(1e6), isLeader: 1 }, `getState() returned the term "${"x".repeat(58)}…`],
  ])("%#: what is wrong is said in few words", (value, message) => {
    expect(state(value)).toBe(message);
  });

  test("bytes that are no plain data", () => {
    for (const bytes of [[], [0xc1], [0x81], [0x82, 0xa4, 0x74, 0x65, 0x72, 0x6d, 1]]) {
      expect(decodeState(Uint8Array.from(bytes))).toBe("getState() returned something that is not plain data");
    }
  });

  test("a megabyte of nested lists costs little, shown or passed over", () => {
    const bombs = [
      { junk: new Array(600).fill(deep(150)), term: 1, isLeader: true },
      { term: new Array(600).fill(deep(150)) },
    ];
    for (const bomb of bombs) {
      const bytes = encode(bomb);
      const before = process.memoryUsage().heapUsed;
      decodeState(bytes);
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(10e6);
      expect(tooMuchCpu(() => decodeState(bytes), 200)).toBeNull();
    }
  });
});

test("what start() returned", () => {
  const started = (value: unknown) => decodeStarted(encode(value));
  expect(started({ index: 3, term: 2, isLeader: true, junk: deep(9) })).toEqual({ index: 3, term: 2, isLeader: true });
  expect(started({ index: "?", isLeader: false })).toEqual({ index: 0, term: 0, isLeader: false });
  expect(started({ index: 0, term: 2, isLeader: true })).toBe(
    "start() accepted a command at the index 0; log indices start at 1",
  );
  expect(started({ index: 1, isLeader: true })).toBe("start() accepted a command in the term undefined");
});

test("what apply() was given, its parts as they stand in the message", () => {
  const applied = (value: unknown) => decodeApplied(encode(value));
  expect(applied({ kind: "command", index: 3, command: null })).toEqual({
    kind: "command",
    index: 3,
    command: encode(null),
  });
  expect(applied({ kind: "noop", index: 3, command: deep(9) })).toEqual({
    kind: "noop",
    index: 3,
    command: new Uint8Array(0),
  });
  const snapshot = Uint8Array.of(1, 2, 3);
  expect(applied({ snapshot, term: 4, index: 5, kind: "snapshot" })).toEqual({
    kind: "snapshot",
    index: 5,
    term: 4,
    snapshot,
  });
  expect(applied({ kind: "snapshot", index: 5, term: 1, snapshot: "abc" })).toBe(
    "apply() was given no snapshot bytes at index 5",
  );
  expect(applied({ kind: "command", index: 5 })).toBe("apply() was given no command at index 5");
  expect(applied({ kind: "commands", index: 5 })).toBe('apply() was given the kind "commands" at index 5');
});

test("a snapshot of the service is known to the byte, and nothing else is one", () => {
  const made = makeSnapshot(7, "0123456789abcdef", 3000);
  expect(readSnapshot(made, 3000)).toEqual({ index: 7, digest: "0123456789abcdef" });
  expect(readSnapshot(made.subarray(1), 3000)).toBe(null);
  expect(readSnapshot(encode({ service: "other", index: 7, digest: "" }), 3000)).toBe(null);
  expect(readSnapshot(encode({ service: "consensus-labs", index: 7, digest: "x".repeat(1e6) }), 3000)).toBe(null);
  expect(readSnapshot(encode({ service: "consensus-labs", index: "7", digest: "" }), 3000)).toBe(null);
  // Nor what carries something along.
  expect(readSnapshot(encode({ ...(decode(made) as object), more: 1 }), 3000)).toBe(null);
  expect(readSnapshot(made, 400)).toBe(null);
});

test("of the console the last lines are kept, and not too many characters", () => {
  const tailOf = (count: number, chars: number) => {
    const tail = new ConsoleTail();
    for (let i = 0; i < count; i++) tail.add({ timeUs: i, peer: 0, level: "log", text: "x".repeat(chars) });
    return tail.lines().map(({ timeUs }) => timeUs);
  };
  expect(tailOf(3, 10)).toEqual([0, 1, 2]);
  expect(tailOf(1000, 10)).toEqual(Array.from({ length: 200 }, (_, i) => 800 + i));
  expect(tailOf(1000, 64 * 1024)).toEqual([996, 997, 998, 999]);
  expect(tailOf(2, 10e6)).toEqual([1]);
});
