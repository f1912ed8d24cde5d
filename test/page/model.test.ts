import { describe, expect, it } from "vitest";
import { tracePage } from "../../grader/page/trace-page.ts";
import { isDisputed, Logs, NONE } from "../../grader/page/viewer/model/logs.ts";
import { operationsIn, operationText } from "../../grader/page/viewer/model/operations.ts";
import {
  type Filter,
  foldedOf,
  lastMessagesBefore,
  momentsIn,
  rankOf,
  repeatsOf,
  rowsOf,
} from "../../grader/page/viewer/model/rows.ts";
import { Run } from "../../grader/page/viewer/model/run.ts";
import { conditionOf, factText, stretchAt, stretchesOf } from "../../grader/page/viewer/model/state.ts";
import { unpack } from "../../grader/page/viewer/model/unpack.ts";
import { eventText, fateOf } from "../../grader/page/viewer/model/words.ts";
import type { TraceRecord } from "../../grader/sim/trace.ts";
import { encode } from "../../labs/api/codec.ts";
import { playPingers } from "../harness/pingers.ts";
import { dataOf, exchange, record, runOf } from "./made-up.ts";

const read = (records: readonly TraceRecord[], peers = 3) =>
  new Run(dataOf(tracePage(runOf(records, { peers }), { script: "", style: "" })));
const ALL: Filter = { hiddenPeers: new Set(), hiddenGroups: new Set(), hiddenMethods: new Set(), isFolded: false };
const fates = (run: Run, event: number) => fateOf(run, event).map(([what]) => what);

describe("what became of a call", () => {
  it("is followed from its call to its answer", () => {
    const run = read([...exchange(1, 0, { term: 1 }, { ok: true }), ...exchange(2, 10, { term: 1 }, { ok: true })]);
    expect(fates(run, 4)).toEqual(["called", "delivered", "answered", "answer delivered"]);
    expect([...run.mate]).toEqual([1, 0, 3, 2, 5, 4, 7, 6]);
    expect(eventText(run, 2)).toBe("⇢ 0  answers ask { ok: true }");
  });

  it("is told when it, or its answer, is lost, held back, or delivered twice", () => {
    const [call, request, reply, answer] = exchange(1, 0, 1, 2) as [TraceRecord, TraceRecord, TraceRecord, TraceRecord];
    const lost = record(1, "lost", 0, { other: 1, text: "ask", call: 1 });
    const held = record(0, "held", 0, { other: 1, text: "request ask", call: 1 });
    const none = { ...answer, bytes: null };
    expect(fates(read([call, lost, none]), 0)).toEqual(["called", "lost", "given up"]);
    expect(fates(read([call, request, reply, lost, none]), 0)).toEqual([
      "called",
      "delivered",
      "answered",
      "answer lost",
      "given up",
    ]);
    expect(fates(read([call, held, request]), 0)).toEqual(["called", "held back", "delivered"]);
    const again = { ...request, id: 999 };
    expect(fates(read([call, request, again]), 0)).toEqual(["called", "delivered", "delivered again"]);
    // Without its call, as when the beginning of a trace is gone.
    expect(eventText(read([request, reply]), 1)).toBe("⇢ ?  answers ask 2");
  });

  it("is known for every message of a real run, by the number of the call", () => {
    const { trace } = playPingers(3, (c) => {
      c.network({ drop: 0.2, duplicate: 0.2, delayMs: [0, 30] });
      c.sleep(200);
    });
    const calls = new Map(trace.filter(({ kind }) => kind === "call").map((one) => [one.call, one]));
    const arrived = trace.filter(({ kind }) => kind === "deliver-request");
    expect(arrived.length).toBeGreaterThan(20);
    for (const { call, other, peer, bytes } of arrived) {
      expect(calls.get(call)).toMatchObject({ peer: other, other: peer, bytes });
    }
    expect(calls.size).toBe(trace.filter(({ kind }) => kind === "call").length);
  });
});

describe("a line of an event", () => {
  it("says of an answer first whether it is a yes", () => {
    const run = read(exchange(1, 0, {}, { term: 2, success: false }));
    expect(eventText(run, 3)).toBe("⇠ 1  ask answered { success: false, term: 2 }");
  });

  it("says of a save first what has changed, and how lists end", () => {
    const save = (votedFor: number | null, ...log: number[]) =>
      record(0, "save", 0, { text: "state", bytes: encode({ term: 1, votedFor, log }) });
    const run = read([save(null, 7), save(2, 7), save(2, 7, 8, 9)]);
    expect([0, 1, 2].map((event) => eventText(run, event))).toEqual([
      "saves its state: { term: 1, votedFor: null, log: [7] }",
      "saves its state: { votedFor: 2, term: 1, log: [7] }",
      "saves its state: { log: [3: … 9], term: 1, votedFor: 2 }",
    ]);
  });
});

describe("what is shown", () => {
  const records = [
    ...exchange(1, 0, { n: 1 }, true),
    ...exchange(2, 10, { n: 1 }, true),
    ...exchange(3, 20, { n: 1 }, false),
    ...exchange(4, 30, { n: 2 }, false, 2),
    record(40, "log", 2, { text: "hello" }),
    record(41, "fault", -1, { text: "heal" }),
  ];
  const run = read(records);
  const rows = (filter: Partial<Filter>, always: number[] = []) => [
    ...rowsOf(run, { ...ALL, ...filter }, repeatsOf(run), always),
  ];

  it("folds exchanges that say the same as the one before between the same two", () => {
    expect(rows({ isFolded: true })).toEqual([0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
    expect(rows({ isFolded: true }, [6])).toContain(6);
  });

  it("folds nothing that the story names by its time, or that a marked peer heard last", () => {
    expect(momentsIn("it heard peer 3 at 3.914 s, and 12.000250 s; 7 s")).toEqual([3914, 12_000]);
    const seconds = read([
      ...exchange(1, 1_000_000, 1, true),
      ...exchange(2, 2_000_000, 1, true),
      ...exchange(3, 3_000_000, 1, true),
      record(4_000_000, "log", 1, { text: "wrong" }),
    ]);
    expect([...repeatsOf(seconds)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    expect([...foldedOf(seconds, [], new Set([2_000]))].slice(4)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0]);
    expect(lastMessagesBefore(seconds, 12)).toEqual([9]);
    expect([...foldedOf(seconds, [9], new Set())].slice(4)).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0]);
  });

  it("leaves out peers but for their messages with others, kinds, and methods; faults never", () => {
    expect(rows({ hiddenPeers: new Set([1, 2]) })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17]);
    expect(rows({ hiddenPeers: new Set([0, 1]) })).toEqual([12, 13, 14, 15, 16, 17]);
    expect(rows({ hiddenGroups: new Set(["messages"]) })).toEqual([16, 17]);
    expect(rows({ hiddenMethods: new Set(["ask"]) })).toEqual([16, 17]);
  });

  it("finds where an event stands, or would stand", () => {
    const shown = Int32Array.from([2, 5, 9]);
    expect([0, 2, 3, 9, 10].map((event) => rankOf(shown, event))).toEqual([0, 0, 1, 2, 3]);
  });
});

describe("peers at a moment", () => {
  const state = (term: number, isLeader: boolean) => ({ bytes: encode({ term, isLeader }) });
  const run = read([
    record(0, "boot", 0, { id: 1 }),
    record(0, "observed", 0, state(1, true)),
    record(1, "fault", -1, { text: "partition 0,2 | 1" }),
    record(2, "fault", 0, { text: "disconnect" }),
    record(3, "fault", -1, { text: "heal" }),
    record(4, "fault", 0, { text: "crash after save" }),
    record(5, "boot", 0, { id: 2 }),
    record(6, "pause", 0),
  ]);
  const [own = [], other = []] = stretchesOf(run);

  it("are up, down, paused, cut off or in a part of a partition", () => {
    const conditions = [0, 1, 2, 3, 4, 5, 6, 7].map((event) => conditionOf(stretchAt(own, event)));
    expect(conditions).toEqual([
      "up",
      "up",
      "up, reaches 0, 2",
      "up, cut off, reaches 0, 2",
      "up",
      "down",
      "up",
      "paused",
    ]);
    expect(conditionOf(stretchAt(other, 2))).toBe("down, reaches 1");
  });

  it("say whom they cannot reach, until that is mended", () => {
    const cut = (text: string, other: number) => record(1, "fault", 0, { text, other });
    const cuts = read([
      record(0, "boot", 0, { id: 1 }),
      ...[cut("cut", 2), cut("cut", 1), cut("uncut", 2), record(2, "fault", -1, { text: "heal" })],
    ]);
    const [first = []] = stretchesOf(cuts);
    const conditions = [0, 1, 2, 3, 4].map((event) => conditionOf(stretchAt(first, event)));
    expect(conditions).toEqual(["up", "up, cannot reach 2", "up, cannot reach 1, 2", "up, cannot reach 1", "up"]);
  });

  it("are killed, not up, from their kill on, until they boot", () => {
    const killed = read([
      record(0, "boot", 0, { id: 1 }),
      record(1, "fault", 0, { text: "kill" }),
      record(2, "observed", 0, state(1, false)),
      record(3, "boot", 0, { id: 2 }),
    ]);
    const [first = []] = stretchesOf(killed);
    expect([0, 1, 2, 3].map((event) => conditionOf(stretchAt(first, event)))).toEqual(["up", "killed", "killed", "up"]);
  });

  it("do not differ where one has a snapshot and the other a command, but where two commands differ", () => {
    const upcall = (peer: number, value: object) =>
      record(1, "upcall", peer, { bytes: encode({ index: 2, term: 1, ...value }) });
    const logs = (...values: object[]) => {
      const made = new Logs(read(values.map((value, peer) => upcall(peer, value))));
      return values.map((_, peer) => made.at(peer, values.length - 1));
    };
    const [command, snapshot] = [
      { kind: "command", command: "a" },
      { kind: "snapshot", snapshot: new Uint8Array([1]) },
    ];
    expect(isDisputed(logs(command, snapshot, command), 2)).toBe(false);
    expect(isDisputed(logs(command, snapshot, { ...command, command: "b" }), 2)).toBe(true);
  });

  it("have facts under the names that are observed, and none after a boot", () => {
    expect(run.columns).toEqual([
      { fact: "term", title: "term" },
      { fact: "isLeader", title: "leader", whenTrue: "leader" },
    ]);
    const facts = (event: number) => run.columns.map((column) => factText(run, stretchAt(own, event), column));
    expect([facts(0), facts(4), facts(6)]).toEqual([
      ["", ""],
      ["1", "leader"],
      ["", ""],
    ]);
  });

  it("have logs: what they applied since they booted, and what is in the state that they saved", () => {
    const apply = (timeUs: number, index: number, command: unknown) =>
      record(timeUs, "upcall", 0, { bytes: encode({ kind: "command", index, command }) });
    const save = (timeUs: number, log: unknown) => record(timeUs, "save", 0, { text: "state", bytes: encode(log) });
    const observed = record(0, "observed", 0, state(1, false));
    const told = read([
      ...[record(0, "boot", 0, { id: 1 }), observed, apply(1, 1, "a"), apply(2, 2, "b")],
      save(3, {
        currentTerm: 2,
        log: [
          { term: 0, command: null },
          { term: 1, command: "a" },
          { term: 2, command: "b" },
        ],
      }),
      record(4, "boot", 0, { id: 2 }),
      save(5, { lastIncludedIndex: 7, log: [{ term: 3, command: "h" }] }),
    ]);
    const logs = new Logs(told);
    const before = logs.at(0, 4);
    expect([...before.applied.values()].map(({ index, text }) => `${index} ${text}`).sort()).toEqual([
      '1 "a"',
      '2 "b"',
    ]);
    expect([...before.saved.values()].map(({ index, epoch }) => [index, epoch])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect([logs.appliedUpTo(0, 2), logs.appliedUpTo(0, 4), logs.appliedUpTo(0, 5)]).toEqual([1, 2, NONE]);
    const after = logs.at(0, 6);
    expect([after.applied.size, [...after.saved.keys()], after.assumedFirst, after.lastIndex]).toEqual([0, [8], 8, 8]);
  });
});

describe("what a lab says of its processes", () => {
  const names = ["server 0", "clerk 0", "clerk 1"];
  const invoke = (timeUs: number, peer: number, id: number) =>
    record(timeUs, "invoke", peer, { id, text: "get", bytes: encode(["k"]) });
  const records = [
    ...[invoke(5, 1, 1), invoke(6, 2, 1), record(7, "result", 1, { id: 1, bytes: encode("v") })],
    ...[invoke(7, 1, 2), record(7, "result", 1, { id: 2 }), record(8, "boot", 2, { id: 2 })],
    ...exchange(1, 9, 1, 2, 2),
  ];
  const operations = [
    { name: "A", peer: 1, timeUs: 5 },
    { name: "B", peer: 2, timeUs: 6 },
    { name: "C", peer: 2, timeUs: 99 },
  ];
  const page = (more: object) => tracePage(runOf(records, { names, ...more }), { script: "", style: "" });

  it("names them everywhere, by numbers where those say it all", () => {
    const run = new Run(dataOf(page({})));
    expect([run.nameOf(1), run.shortName(1), read(records).shortName(1)]).toEqual(["clerk 0", "clerk 0", "1"]);
    expect(eventText(run, 6)).toBe("→ clerk 1  ask 1");
    expect(eventText(read(records), 6)).toBe("→ 2  ask 1");
  });

  it("shows operations from call to return, and those of the failure by their letters", () => {
    const run = new Run(dataOf(page({ operations })));
    expect(run.data.operations).toEqual([
      ["A", 0],
      ["B", 1],
    ]);
    // One is over at once, and one goes on until its process begins anew.
    expect(operationsIn(run)).toEqual([
      { call: 0, result: 2, until: 2 },
      { call: 1, result: -1, until: 5 },
    ]);
    expect([0, 1].map((call) => operationText(run, call))).toEqual(['get("k") → "v"', 'get("k") → ?']);
  });

  it("knows where something is decided by the lab's own word", () => {
    const decide = (slot: number) => record(1, "upcall", 0, { bytes: encode({ slot, value: `v${slot}` }) });
    const entries = { place: "slot", content: "value", title: "Decided" };
    const told = tracePage(runOf([decide(3), decide(0)], { entries }), { script: "", style: "" });
    const logs = new Logs(new Run(dataOf(told)));
    expect([...logs.at(0, 1).applied.values()].map(({ index, text }) => [index, text])).toEqual([
      [0, '"v0"'],
      [3, '"v3"'],
    ]);
    expect([logs.isAnyApplied, logs.appliedUpTo(0, 1)]).toEqual([true, 3]);
  });
});

it("what the page holds is what its script unpacks", async () => {
  const page = tracePage(runOf(exchange(1, 0, 1, 2)), { script: "", style: "" });
  const [, packed = ""] = /id="data">([^<]*)</.exec(page) ?? [];
  expect(await unpack(packed)).toEqual(dataOf(page));
  await expect(unpack(packed.slice(0, 40))).rejects.toThrow();
});
