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
  expect(rulesIn([...boots, asks(600, 1, 1), asks(600, 2, 1), record(601, "boot", 0), asks(602, 1, 2)])).toEqual([]);
});

test("who asks the next peer when the first call is over waits for it; who asks the same one again does not", () => {
  const late = "peers-asked-one-by-one";
  expect(rulesIn([...boots, asks(600, 1, 1), asks(7_600, 2, 1)])).toEqual([late]);
  expect(rulesIn([...boots, asks(600, 1, 1), asks(600, 2, 1), asks(7_600, 2, 1)])).toEqual([]);
  const won = (timeMs: number) => record(timeMs, "observed", 0, -1, "", { term: 1, isLeader: true });
  expect(rulesIn([...boots, sends(600, 1, 1), won(600), sends(7_600, 2, 1), won(7_600)])).toEqual([late]);
  expect(rulesIn([...boots, sends(600, 1, 1), sends(600, 2, 1), won(600), sends(7_600, 2, 1)])).toEqual([]);
});
