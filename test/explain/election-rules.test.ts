import { expect, test } from "vitest";
import type { TraceKind, TraceRecord } from "../../grader/sim/trace.ts";
import { encode } from "../../labs/api/codec.ts";
import { explainRaft } from "../../labs/raft/explain/index.ts";

const MS = 1_000;
let calls = 0;
const record = (timeMs: number, kind: TraceKind, peer: number, other = -1, text = "", data?: unknown): TraceRecord => ({
  ...{ timeUs: timeMs * MS, kind, peer, other, id: ++calls, text },
  bytes: data === undefined ? null : encode(data),
});
const boots = [0, 1, 2].map((peer) => record(0, "boot", peer));
const asks = (timeMs: number, to: number, term: number) =>
  record(timeMs, "call", 0, to, "requestVote", { term, candidateId: 0, lastLogIndex: 0, lastLogTerm: 0 });
const sends = (timeMs: number, to: number, term: number) =>
  record(timeMs, "call", 0, to, "appendEntries", {
    ...{ term, leaderId: 0, prevLogIndex: 0, prevLogTerm: 0, entries: [], leaderCommit: 0 },
  });

function rulesIn(trace: readonly TraceRecord[]): string[] {
  const peers = [0, 1, 2].map((peer) => ({ peer, up: true, connected: true }));
  return explainRaft({ verdict: "failed", peers, trace }).departures.map(({ rule }) => rule);
}

test("an election soon after the last one of the same boot is one without a timeout, also in the end of a long run", () => {
  const quick = [asks(600, 1, 1), asks(600, 2, 1), asks(601, 1, 2), asks(601, 2, 2)];
  const slow = [asks(600, 1, 1), asks(600, 2, 1), asks(750, 1, 2), asks(750, 2, 2)];
  expect(rulesIn([...boots, ...quick])).toEqual(["elections-without-a-timeout"]);
  expect(rulesIn(quick)).toEqual(["elections-without-a-timeout"]);
  expect(rulesIn([...boots, ...slow])).toEqual([]);
  const byFastClock = [asks(600, 1, 1), asks(600, 2, 1), asks(736.4, 1, 2), asks(736.4, 2, 2)];
  expect(rulesIn([...boots, ...byFastClock])).toEqual([]);
  expect(rulesIn([...boots, asks(600, 1, 1), asks(600, 2, 1), record(601, "boot", 0), asks(602, 1, 2)])).toEqual([]);
});

test("who begins an election though it heard the leader of its term since is told that, and not twice", () => {
  const heard = record(620, "deliver-request", 0, 1, "appendEntries", {
    ...{ term: 1, leaderId: 1, prevLogIndex: 0, prevLogTerm: 0, entries: [], leaderCommit: 0 },
  });
  const trace = [...boots, asks(600, 1, 1), asks(600, 2, 1), heard, asks(650, 1, 2), asks(650, 2, 2)];
  expect(rulesIn(trace)).toEqual(["election-under-a-leader"]);
});

test("a log end that a candidate was never given is told as that, and not as a shorter log as well", () => {
  const given = record(600, "deliver-request", 0, 1, "appendEntries", {
    ...{ term: 2, leaderId: 1, prevLogIndex: 0, prevLogTerm: 0, entries: [{ term: 2 }], leaderCommit: 0 },
  });
  const taken = { ...record(601, "reply", 0, 1, "", { term: 2, success: true }), id: given.id };
  const ending = (lastLogIndex: number, lastLogTerm: number) =>
    rulesIn([
      ...[...boots, given, record(600, "save", 0, -1, "state"), taken],
      record(1_000, "call", 0, 1, "requestVote", { term: 3, candidateId: 0, lastLogIndex, lastLogTerm }),
    ]);
  expect(ending(1, 2)).toEqual([]);
  expect(ending(1, 1)).toEqual(["log-end-never-given"]);
  expect(ending(2, 1)).toEqual(["log-longer-than-given"]);
  expect(ending(0, 0)).toEqual(["log-shorter-than-promised"]);
});

test("a piece of a snapshot is no snapshot yet: who asks for votes then may have the log that it had", () => {
  const asksAfter = (more: object) => {
    const piece = record(600, "deliver-request", 0, 1, "installSnapshot", {
      ...{ term: 1, lastIncludedIndex: 4, lastIncludedTerm: 1, data: new Uint8Array(8), ...more },
    });
    return rulesIn([...boots, piece, asks(1_000, 1, 2)]);
  };
  expect(asksAfter({})).toEqual(["log-shorter-than-promised"]);
  for (const more of [{ offset: 0, size: 80 }, { done: false }, { offset: 0, done: false }])
    expect(asksAfter(more)).toEqual([]);
});

test("who saves its vote for itself before it asks begins with the term, however long it saves", () => {
  const term = (timeMs: number, term: number) => record(timeMs, "observed", 0, -1, "", { term, isLeader: false });
  const saving = (nextMs: number) => [
    ...[...boots, term(600, 1), asks(780, 1, 1), asks(780, 2, 1)],
    ...[term(nextMs, 2), asks(860, 1, 2), asks(860, 2, 2)],
  ];
  expect(rulesIn(saving(800))).toEqual([]);
  expect(rulesIn(saving(700))).toEqual(["elections-without-a-timeout"]);
});

test("that a winner did not lead is said of one that could have, and not of one that led, crashed or had heard of a newer term", () => {
  const call = asks(600, 1, 1);
  const granted = (timeMs: number) => ({
    ...record(timeMs, "deliver-reply", 0, 1, "requestVote", { term: 1, voteGranted: true }),
    id: call.id,
  });
  const hint = (...after: readonly TraceRecord[]) =>
    explainRaft({
      ...{ verdict: "failed", trace: [...boots, call, asks(600, 2, 1), ...after, record(2_000, "boot", 2)] },
      peers: [0, 1, 2].map((peer) => ({ peer, up: true, connected: true })),
      failure: { property: "liveness", check: "elects", expected: "a leader", seen: "none", timeUs: 2_000 * MS },
    } as unknown as Parameters<typeof explainRaft>[0]).hint;
  const unled = /^Peer 0 had the votes of a majority in term 1 at 0\.650 s, and did not lead/;
  const again = [record(900, "fault", 0, -1, "crash"), record(950, "boot", 0)];
  const newer = record(640, "deliver-request", 0, 2, "requestVote", { term: 2, candidateId: 2 });
  const refused = { ...record(641, "reply", 0, 2, "", { term: 2, voteGranted: false }), id: newer.id };
  expect(hint(granted(650))).toMatch(unled);
  expect(hint(granted(650), ...again)).toMatch(unled);
  expect(hint(granted(650), record(650, "observed", 0, -1, "", { term: 1, isLeader: true }), ...again)).not.toMatch(
    unled,
  );
  expect(hint(granted(650), record(660, "fault", 0, -1, "crash"), record(950, "boot", 0))).not.toMatch(unled);
  expect(hint(newer, refused, granted(650))).not.toMatch(unled);
});

test("who asks the next peer when the first call is over waits for it; who asks the same one again does not", () => {
  const late = "peers-asked-one-by-one";
  expect(rulesIn([...boots, asks(600, 1, 1), asks(7_600, 2, 1)])).toEqual([late]);
  expect(rulesIn([...boots, asks(600, 1, 1), asks(600, 2, 1), asks(7_600, 2, 1)])).toEqual([]);
  const won = (timeMs: number) => record(timeMs, "observed", 0, -1, "", { term: 1, isLeader: true });
  expect(rulesIn([...boots, sends(600, 1, 1), won(600), sends(7_600, 2, 1), won(7_600)])).toEqual([late]);
  expect(rulesIn([...boots, sends(600, 1, 1), sends(600, 2, 1), won(600), sends(7_600, 2, 1)])).toEqual([]);
});

test("success needs no save for entries that a snapshot or an earlier request brought, for others it does", () => {
  const gets = (timeMs: number, method: string, args: object) =>
    record(timeMs, "deliver-request", 0, 1, method, { term: 1, leaderId: 1, ...args });
  const append = (timeMs: number, prevLogIndex: number, count: number) => {
    const entries = Array.from({ length: count }, () => ({ term: 1 }));
    return gets(timeMs, "appendEntries", { prevLogIndex, prevLogTerm: 1, entries, leaderCommit: 0 });
  };
  const success = (asked: TraceRecord) => ({
    ...record(800, "reply", 0, 1, "", { term: 1, success: true }),
    id: asked.id,
  });
  const installs = gets(600, "installSnapshot", {
    lastIncludedIndex: 10,
    lastIncludedTerm: 1,
    data: new Uint8Array(8),
  });
  const before = [...boots, installs, append(700, 10, 1), record(700, "save", 0, -1, "state")];
  const late = append(800, 8, 3);
  expect(rulesIn([...before, late, success(late)])).toEqual([]);
  const longer = append(800, 8, 4);
  expect(rulesIn([...before, longer, success(longer)])).toEqual(["success-before-its-save"]);
});
