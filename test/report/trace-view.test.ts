import { expect, test } from "vitest";
import { makeStyle } from "../../grader/report/style.ts";
import { traceLines } from "../../grader/report/trace-text.ts";
import { chosen } from "../../grader/report/trace-view.ts";
import type { TraceKind, TraceRecord } from "../../grader/sim/trace.ts";
import { encode } from "../../labs/api/codec.ts";
import { storeWords } from "../../labs/kv/trace-words.ts";
import { traceWords } from "../../labs/raft/explain/trace-words.ts";

const style = makeStyle(false);

function record(timeUs: number, kind: TraceKind, peer: number, more: Partial<TraceRecord> = {}): TraceRecord {
  return { timeUs, kind, peer, other: -1, id: -1, text: "", bytes: null, ...more };
}

/** A call of peer 0 to peer 1 from its beginning to its answer. */
function exchange(timeUs: number, id: number, args: unknown, reply: unknown): TraceRecord[] {
  const call = { id, text: "appendEntries", bytes: encode(args) };
  return [
    record(timeUs, "call", 0, { ...call, other: 1 }),
    record(timeUs + 1, "deliver-request", 1, { ...call, id: id + 100, other: 0 }),
    record(timeUs + 1, "reply", 1, { id: id + 100, bytes: encode(reply) }),
    record(timeUs + 2, "deliver-reply", 0, { ...call, other: 1, bytes: encode(reply) }),
  ];
}

test("a part of a trace is chosen by time, by peer and by call; faults always stay", () => {
  const records = [
    ...exchange(1_000_000, 1, { a: 1 }, { ok: true }),
    record(2_000_000, "fault", 1, { text: "crash" }),
    record(2_500_000, "call", 0, { text: "requestVote", other: 1 }),
    record(3_000_000, "observed", 0),
  ];
  const shape = (choice: Parameters<typeof chosen>[1]) => chosen(records, choice).map(({ kind }) => kind);
  expect(shape({ lastUs: 1_000_000 })).toEqual(["fault", "call", "observed"]);
  expect(shape({ fromUs: 1_000_001, toUs: 2_000_000 })).toEqual(["deliver-request", "reply", "deliver-reply", "fault"]);
  expect(shape({ peers: [1] })).toEqual(["deliver-request", "reply", "fault"]);
  expect(shape({ method: "requestVote" })).toEqual(["fault", "call", "observed"]);
  expect(shape({ method: "appendEntries" })).toEqual([
    "call",
    "deliver-request",
    "reply",
    "deliver-reply",
    "fault",
    "observed",
  ]);
});

test("an exchange that says the same again and again is told once, with how often it went on", () => {
  const same = [1, 2, 3, 4].flatMap((id) => exchange(id * 1_000_000, id, { a: 1 }, { ok: false }));
  const lines = [
    ...traceLines([...same, ...exchange(9_000_000, 9, { a: 2 }, { ok: true })], style, { isFolded: true }),
  ];
  expect(lines).toEqual([
    "   1.000000  peer 0   → peer 1  appendEntries { a: 1 }  #1",
    "   1.000001  peer 1   ← peer 0  appendEntries { a: 1 }",
    "   1.000001  peer 1   answers { ok: false }",
    "   1.000002  peer 0   ← peer 1  appendEntries: { ok: false }  #1",
    "             … appendEntries of peer 0 to peer 1: the same 3 times more, to 4.000002 s",
    "   9.000000  peer 0   → peer 1  appendEntries { a: 2 }  #9",
    "   9.000001  peer 1   ← peer 0  appendEntries { a: 2 }",
    "   9.000001  peer 1   answers { ok: true }",
    "   9.000002  peer 0   ← peer 1  appendEntries: { ok: true }  #9",
  ]);
});

test("long requests and saved logs are told by what they mean, and nothing of it is cut", () => {
  const entries = Array.from({ length: 5 }, () => ({ term: 5, command: "x".repeat(60) }));
  const args = { term: 5, leaderId: 0, prevLogIndex: 7, prevLogTerm: 4, entries, leaderCommit: 7 };
  const saved = (log: readonly { term: number }[]) => encode({ currentTerm: 5, votedFor: null, log });
  const records = [
    record(1, "call", 0, { other: 1, id: 3, text: "appendEntries", bytes: encode(args) }),
    record(2, "save", 1, { text: "state", bytes: saved([{ term: 1 }, { term: 2 }]) }),
    record(3, "save", 1, { text: "state", bytes: saved([{ term: 1 }, { term: 5 }, { term: 5 }]) }),
    record(4, "save", 1, { text: "state", bytes: saved([{ term: 1 }, { term: 5 }, { term: 5 }]) }),
  ];
  const lines = [...traceLines(records, style, { words: traceWords() })].map((line) => line.slice(22));
  expect(lines).toEqual([
    "→ peer 1  appendEntries term 5 prev (4,7) entries (5,8)…(5,12) [5] commit 7  #3",
    expect.stringMatching(
      /^saves its state, \d+ bytes: currentTerm 5, votedFor null, log of 2 entries: \+2 of term 1 to 2$/,
    ),
    expect.stringMatching(/log of 3 entries: −1 \+2 of term 5$/),
    expect.stringMatching(/log of 3 entries, as before$/),
  ]);
});

test("with columns each peer has its own, and what is long goes on below", () => {
  const records = [record(1, "log", 1, { text: "y".repeat(60) }), record(2, "fault", -1, { text: "heal" })];
  const lines = [...traceLines(records, style, { isInColumns: true, names: ["peer 0", "server 1", "clerk 0"] })];
  expect(lines.shift()).toBe(`${" ".repeat(13)}peer 0${" ".repeat(50)}server 1${" ".repeat(48)}clerk 0`);
  expect(lines[0]).toBe(`   0.000001  ${" ".repeat(56)}console: ${"y".repeat(45)}`);
  expect(lines[1]).toBe(`${" ".repeat(13)}${" ".repeat(56)}${"y".repeat(15)}`);
  expect(lines[2]).toBe("   0.000002  fault: heal");
});

test("processes are told by their names, and what is not in a column stands in one line", () => {
  const names = ["server 0", "a clerk of west 1"];
  const lines = [...traceLines(exchange(1_000_000, 1, { a: 1 }, { ok: true }), style, { names })];
  expect(lines).toEqual([
    "   1.000000  server 0           → a clerk of west 1  appendEntries { a: 1 }  #1",
    "   1.000001  a clerk of west 1  ← server 0  appendEntries { a: 1 }",
    "   1.000001  a clerk of west 1  answers { ok: true }",
    "   1.000002  server 0           ← a clerk of west 1  appendEntries: { ok: true }  #1",
  ]);
});

test("a log that is saved as bytes of its own is told as one that is not", () => {
  const entries = encode([{ term: 1 }, { term: 2 }]);
  const bytes = encode({ currentTerm: 2, votedFor: 0, entries });
  const [line] = traceLines([record(1, "save", 0, { text: "state", bytes })], style, { words: storeWords() });
  expect(line).toMatch(/currentTerm 2, votedFor 0, log of 2 entries: \+2 of term 1 to 2$/);
});

test("what the Raft below a store asks is told as in its own lab, and nothing else is", () => {
  const bytes = encode({ term: 5, leaderId: 0, prevLogIndex: 7, prevLogTerm: 4, entries: [], leaderCommit: 7 });
  const words = storeWords();
  expect(words.request("raft.appendEntries", bytes)).toBe("raft.appendEntries term 5 prev (4,7) commit 7");
  expect(words.request("appendEntries", bytes)).toBeNull();
});

test("what a line is about is told by its colour, too, and by nothing where there are no colours", () => {
  const snapshot = { text: "installSnapshot", other: 1, bytes: encode({ term: 1 }) };
  const records = [
    record(0, "fault", 0, { text: "cut", other: 1 }),
    record(1, "invoke", 0, { text: "start", bytes: encode(["x"]) }),
    record(2, "call", 0, { text: "requestVote", id: 1, other: 1, bytes: encode({ term: 1 }) }),
    record(3, "observed", 0, { bytes: encode({ term: 1 }) }),
    record(4, "call", 0, snapshot),
    ...exchange(5, 2, { a: 1 }, { ok: true }),
    record(9, "call", 0, { text: "gossip", id: 3, other: 1, bytes: encode({}) }),
  ];
  const telling = { words: traceWords(), names: ["peer 0", "peer 1"] };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are such characters
  const colour = /\u001b\[[0-9;]*m/g;
  for (const isInColumns of [false, true]) {
    const plain = [...traceLines(records, style, { ...telling, isInColumns })];
    const [legend = "", ...coloured] = [...traceLines(records, makeStyle(true), { ...telling, isInColumns })];
    expect(legend.replace(colour, "")).toBe("colours: elections, log, snapshots, faults, clients");
    expect(coloured.map((line) => line.replace(colour, ""))).toEqual(plain);
    const codes = coloured
      .slice(isInColumns ? 1 : 0)
      .map((line) => [...line.slice(20).matchAll(colour)].map(([code]) => code)[0] ?? "");
    const [fault, invoke, vote, shown, installed, ...rest] = codes;
    expect(new Set([fault, invoke, vote, installed, rest[0]]).size).toBe(5);
    expect(shown).toBe(vote);
    // A call of the log, its arrival, the answer and the answer's arrival; then something that no lab knows.
    expect(rest.slice(0, 4)).toEqual([rest[0], rest[0], rest[0], rest[0]]);
    expect(rest[4]).toBe("");
  }
});
