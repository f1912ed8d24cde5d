import { expect, test } from "vitest";
import { type Deed, firstDifference, isSameEffect } from "../../grader/audit/difference.ts";
import { differenceText } from "../../grader/audit/words.ts";
import type { Effect, Entry } from "../../grader/sim/peer-host.ts";
import { encode } from "../../labs/api/codec.ts";
import { tooMuchCpu } from "../cpu.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const call = { kind: "call", callId: 1, to: 2, method: "ask", args: encode({ term: 3 }) } as const;

/** An effect, and what may be changed about it so that it is another one. */
const EFFECTS: readonly [Effect, Record<string, unknown>][] = [
  [call, { callId: 2, to: 1, method: "tell", args: bytes(1) }],
  [
    { kind: "reply", requestId: 1, reply: bytes(1) },
    { requestId: 2, reply: bytes(2) },
  ],
  [
    { kind: "save", state: bytes(1), snapshot: bytes(2) },
    { state: bytes(1, 1), snapshot: null },
  ],
  [{ kind: "upcall", message: bytes(1) }, { message: bytes() }],
  [{ kind: "observed", value: bytes(1) }, { value: bytes(2) }],
  [
    { kind: "result", invokeId: 1, value: bytes(1) },
    { invokeId: 2, value: bytes(2) },
  ],
  [
    { kind: "log", level: "log", text: "a" },
    { level: "warn", text: "b" },
  ],
  [
    { kind: "exception", where: "a", name: "b", message: "c", stack: "d" },
    { where: "x", name: "x", message: "x" },
  ],
  [{ kind: "misuse", message: "a", stack: "b" }, { message: "x" }],
];

test.each(EFFECTS)("%o equals itself, and nothing that differs in one field", (effect, changes) => {
  expect(isSameEffect(effect, structuredClone(effect))).toBe(true);
  for (const [field, value] of Object.entries(changes)) {
    expect(isSameEffect(effect, { ...effect, [field]: value } as Effect), field).toBe(false);
  }
  for (const [other] of EFFECTS) if (other.kind !== effect.kind) expect(isSameEffect(effect, other)).toBe(false);
});

test("stack texts do not count", () => {
  const thrown = { kind: "exception", where: "a", name: "b", message: "c", stack: "d" } as const;
  expect(isSameEffect(thrown, { ...thrown, stack: "elsewhere" })).toBe(true);
  const misuse = { kind: "misuse", message: "a", stack: "b" } as const;
  expect(isSameEffect(misuse, { ...misuse, stack: "elsewhere" })).toBe(true);
});

function entry(timeUs: number, effects: readonly Effect[] = [], fields: Partial<Entry> = {}): Entry {
  return { timeUs, peer: 1, incarnation: 1, cause: "timer", effects, ...fields };
}

const RUN = [entry(10, [call]), entry(20), entry(30, [call], { cause: "input" })];

test("the same entries do not differ", () => {
  expect(firstDifference(RUN, structuredClone(RUN))).toBe(null);
  expect(firstDifference([], [])).toBe(null);
});

test("the first effect that differs, is missing or is one too many is told", () => {
  const other = { ...call, to: 0 };
  const at = (effects: Effect[]) => firstDifference(RUN, [entry(10, effects), entry(20, [call])]);
  expect(at([other])).toMatchObject({ timeUs: 10, expected: { effect: call }, seen: { effect: other } });
  expect(at([])).toMatchObject({ timeUs: 10, expected: { effect: call }, seen: { kind: "nothing" } });
  expect(at([call, other])).toMatchObject({ timeUs: 10, expected: { kind: "nothing" }, seen: { effect: other } });
  expect(at([call])).toMatchObject({ timeUs: 20, expected: { kind: "nothing" }, seen: { effect: call } });
});

test("timers that fire at other times, not at all or in another life differ", () => {
  const [first, , third] = RUN as [Entry, Entry, Entry];
  const late = firstDifference(RUN, [first, entry(25), third]);
  expect(late).toMatchObject({
    timeUs: 20,
    expected: { kind: "entry", timeUs: 20 },
    seen: { kind: "entry", timeUs: 25 },
  });
  expect(firstDifference(RUN, [first])).toMatchObject({ timeUs: 20, seen: { kind: "no-entry" } });
  expect(firstDifference([first], RUN)).toMatchObject({ timeUs: 20, expected: { kind: "no-entry" } });
  expect(firstDifference([entry(20)], [entry(20, [], { incarnation: 2 })])).not.toBe(null);
  expect(firstDifference([entry(20)], [entry(20, [], { cause: "input" })])).not.toBe(null);
});

test("the message names peer, life, moment, both deeds and what causes such a thing", () => {
  const seen = { ...call, args: encode({ term: 4 }) };
  const difference = firstDifference(
    [entry(1_234_000, [call], { incarnation: 2 })],
    [entry(1_234_000, [seen], { incarnation: 2 })],
  );
  expect(differenceText(difference as NonNullable<typeof difference>)).toMatch(
    /^peer 1 \(boot 2\) was run once more, alone .* at 1\.234 s .*In the run: it called ask on peer 2 with \{"term":3\} .*Alone: .*\{"term":4\}.*Usual causes: .*prototype.*clock/,
  );
});

test("long data is cut to where it parts", () => {
  const [a, b] = [1, 2].map((last) => encode([..."x".repeat(500), last]));
  const upcall = (message: Uint8Array | undefined) => [entry(1, [{ kind: "upcall", message: message as Uint8Array }])];
  const difference = firstDifference(upcall(a), upcall(b));
  const text = differenceText(difference as NonNullable<typeof difference>);
  expect(text).toMatch(/In the run: it applied .*… ….*,1\]\. Alone: .*,2\]\./);
  expect(text.length).toBeLessThan(900);
});

test("two values of 4 MB that part at their end are told apart there, and cost little", () => {
  const nested = JSON.parse("[".repeat(150) + "]".repeat(150));
  const values = [new Array(600).fill(nested), "x".repeat(4e6), new Uint8Array(4e6)];
  for (const value of values) {
    const did = (last: number): Deed => ({
      kind: "effect",
      effect: { kind: "observed", value: encode([value, last]) },
    });
    const [expected, seen] = [did(1), did(2)];
    const peer = { peer: 0, incarnation: 1, timeUs: 5 };
    const before = process.memoryUsage().rss;
    const told = () => {
      const text = differenceText({ ...peer, expected, seen });
      expect(text).toMatch(/In the run: it.*1\]\. Alone: it.*2\]\. A peer/);
      expect(text.length).toBeLessThan(1000);
    };
    expect(tooMuchCpu(told, 8_000)).toBeNull();
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  }
});
