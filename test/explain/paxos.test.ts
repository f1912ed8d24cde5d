import { describe, expect, test } from "vitest";
import type { Failure } from "../../grader/check/failure.ts";
import type { TraceKind, TraceRecord } from "../../grader/sim/trace.ts";
import { encode } from "../../labs/api/codec.ts";
import { explainPaxos } from "../../labs/paxos/explain/index.ts";

let calls = 0;
const record = (timeMs: number, kind: TraceKind, peer: number, other = -1, text = "", data?: unknown): TraceRecord => ({
  ...{ timeUs: timeMs * 1_000, kind, peer, other, id: ++calls, text },
  bytes: data === undefined ? null : encode(data),
});
const boots = [0, 1, 2].map((peer) => record(0, "boot", peer));

/** A call, and what becomes of it: it arrives, is answered, and the answer arrives. */
function asks(timeMs: number, from: number, to: number, method: string, args: object, reply: object): TraceRecord[] {
  const call = record(timeMs, "call", from, to, method, args);
  const got = record(timeMs + 1, "deliver-request", to, from, method, args);
  return [
    ...[call, got, record(timeMs + 1, "save", to, -1, "state")],
    { ...record(timeMs + 1, "reply", to, from, "", reply), id: got.id },
    { ...record(timeMs + 2, "deliver-reply", from, to, "", reply), id: call.id },
  ];
}
const prepares = (timeMs: number, from: number, to: number, ballot: number, reply: object) =>
  asks(timeMs, from, to, "prepare", { slot: 0, ballot }, reply);
const accepts = (timeMs: number, from: number, to: number, ballot: number, reply: object) =>
  asks(timeMs, from, to, "accept", { slot: 0, ballot, value: "v" }, reply);
const YES = { ok: true, accepted: null };
const NO = { ok: false, promised: 0 };

function explained(property: Failure["property"], check: string, trace: readonly TraceRecord[]) {
  const failure: Failure = { property, check, expected: "", seen: "", cite: "", timeUs: 0, where: { slot: 0 } };
  const peers = [0, 1, 2].map((peer) => ({ peer, up: true, connected: true }));
  return explainPaxos({ verdict: "failed", failure, peers, trace });
}

describe("how values came to be decided", () => {
  const told = (trace: readonly TraceRecord[]) =>
    explained("agreement", "one-value-a-slot", [...boots, ...trace]).facts.map(({ text }) => text);
  const promised = [...prepares(1, 1, 1, 4, YES), ...prepares(1, 1, 0, 4, YES)];

  test("who asks its own acceptor through the network is not said to have missed that answer", () => {
    expect(told([...promised, ...accepts(5, 1, 1, 4, YES), ...accepts(5, 1, 0, 4, YES)])).toEqual([
      '4 of peer 1, at 0.001 s; promised to it by peer 0; "v", accepted by peer 0 beside itself',
    ]);
    expect(told([...promised, ...accepts(5, 1, 1, 4, YES)])).toEqual([
      '4 of peer 1, at 0.001 s; promised to it by peer 0; "v", accepted by nobody beside itself',
    ]);
  });

  test("an answer of another peer that did not arrive is", () => {
    const lost = accepts(5, 1, 2, 4, YES).filter(({ kind }) => kind !== "deliver-reply");
    expect(told([...promised, ...lost])).toEqual([
      '4 of peer 1, at 0.001 s; promised to it by peer 0; "v", accepted by peer 2 beside itself (it did not hear so of peer 2)',
    ]);
  });
});

describe("a slot that nobody decides", () => {
  const stuck = (trace: readonly TraceRecord[]) => explained("liveness", "decides", [...boots, ...trace]);
  const refused = [...prepares(1, 1, 0, 4, NO), ...prepares(1, 1, 2, 4, NO)];

  test("tells who refused the last ballot", () => {
    expect(stuck(refused).facts.map(({ text }) => text)).toEqual([
      "1 ballot by peer 1; the last one, 4 at 0.001 s, asked 2 of 2, was promised by nobody and refused by peers 0 and 2",
    ]);
  });

  test("asks for the ground of a refusal where nothing higher is seen to have been promised", () => {
    expect(stuck(refused).hint).toBe(
      "Ballot 4 of peer 1 was refused by peers 0 and 2, and no message shows that a higher one had been promised there. On which ground does an acceptor refuse, after a restart too?",
    );
    const higher = [...prepares(0, 2, 0, 5, YES), ...prepares(0, 2, 2, 5, YES)];
    expect(stuck([...higher, ...refused]).hint).not.toContain("was refused by");
    expect(explained("liveness", "decides", refused).hint).not.toContain("was refused by");
    const told = asks(0, 2, 0, "learn", { slot: 0, value: "v" }, YES);
    expect(stuck([...told, ...refused]).hint).toContain("was refused by peer 2,");
  });
});
