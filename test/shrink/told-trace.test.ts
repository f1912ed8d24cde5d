import { describe, expect, test } from "vitest";
import type { Step } from "../../grader/shrink/script.ts";
import { toldTrace } from "../../grader/shrink/told-trace.ts";
import type { TraceRecord } from "../../grader/sim/trace.ts";

const at = (ms: number): TraceRecord => ({
  ...{ timeUs: 1000 * ms, kind: "observed", peer: 0, other: -1, id: -1, text: "", bytes: null },
});
const every = (count: number, ms: number, fromMs = 0) => Array.from({ length: count }, (_, i) => at(fromMs + i * ms));
const expecting = (name: string): Step => ({ do: "expect", expect: { name, args: [] } });
const boot: Step = { do: "boot", peer: 0 };

describe("what is told of a script's trace", () => {
  const outcomes = [{ traceFrom: 0 }, { traceFrom: 5 }];
  const long = [...every(5, 1), ...every(301, 100, 10)];

  test("is the beginning and the end of a long wait, and how much there was between", () => {
    const { trace: told, placed } = toldTrace(long, outcomes, [boot, expecting("leader")]);
    const note = told.find(({ kind }) => kind === "note");
    expect(note?.text).toBe(`so it goes on for 26.8 s, with ${long.length - told.length + 1} events more`);
    expect([told.slice(0, 5), told.at(-1)]).toEqual([long.slice(0, 5), long.at(-1)]);
    expect(told.map(({ timeUs }) => timeUs)).toEqual([...told.map(({ timeUs }) => timeUs)].sort((a, b) => a - b));
    expect(told.length).toBeLessThan(45);
    const change = (from: number) => ({ from, to: from + 1, peer: 0, bytes: new Uint8Array() });
    const noteAt = told.findIndex(({ kind }) => kind === "note");
    for (const from of [0, noteAt - 1, long.length - 1]) expect(told[placed(change(from)).from]).toBe(long[from]);
    expect(placed(change(noteAt + 10))).toMatchObject({ from: noteAt + 1, to: noteAt + 1 });
  });

  test("is all of it where the wait is short, is no wait, or is a whole scenario", () => {
    expect(toldTrace(long.slice(0, 50), outcomes, [boot, expecting("leader")]).trace).toHaveLength(50);
    expect(toldTrace(long, outcomes, [boot, { do: "timer", peer: 0 }]).trace).toHaveLength(long.length);
    expect(toldTrace(long, outcomes, [boot, expecting("lab2a/re-election")]).trace).toHaveLength(long.length);
    expect(toldTrace([], [], []).trace).toEqual([]);
  });
});
