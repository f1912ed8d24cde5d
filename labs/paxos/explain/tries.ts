import type { ToldFact } from "../../../grader/explain/types.ts";
import { at, counted, listed, peersText } from "../../../grader/explain/words.ts";
import type { Micros } from "../../../grader/sim/peer-host.ts";
import type { TraceRecord } from "../../../grader/sim/trace.ts";
import type { Knowledge } from "./knowledge.ts";
import { type Ballot, ballotText, compareBallots, readAnswer, readRequest } from "./messages.ts";

/** What one proposer has tried in a slot. */
export interface Tries {
  readonly peer: number;
  /** How many ballots it used. */
  ballots: number;
  firstUs: Micros;
  last: LastBallot;
}

interface LastBallot {
  readonly ballot: Ballot;
  readonly startedUs: Micros;
  readonly asked: Set<number>;
  readonly promised: Set<number>;
  readonly accepted: Set<number>;
  /** Its own acceptor too, where it was asked by a message. */
  readonly refused: Set<number>;
}

/** A proposer that has not tried again for so long has given up. */
const GIVEN_UP_US = 3_000_000;
/** With so many ballots in a slot rivals are in each other's way. */
const MANY_BALLOTS = 12;
const CALLS_KEPT = 10_000;

/** What each proposer of a slot has tried, as far as the trace goes back; who proposed nothing is left out. */
export function triesIn(trace: readonly TraceRecord[], slot: number): Tries[] {
  const tries = new Map<number, Tries>();
  const calls = new Map<
    string,
    { readonly of: LastBallot; readonly method: "prepare" | "accept"; readonly to: number }
  >();
  for (const { kind, peer, other, id, text, bytes, timeUs } of trace) {
    if (kind === "boot") {
      // What it hears from now on answers nothing that it asked before.
      for (const key of calls.keys()) if (key.startsWith(`${peer} `)) calls.delete(key);
    } else if (kind === "call") {
      const request = readRequest(text, bytes);
      if (request === null || request.method === "learn" || request.slot !== slot) continue;
      const of = lastOf(tries, peer, request.ballot, timeUs);
      if (other !== peer) of.asked.add(other);
      if (calls.size < CALLS_KEPT) calls.set(`${peer} ${id}`, { of, method: request.method, to: other });
    } else if (kind === "deliver-reply") {
      const call = calls.get(`${peer} ${id}`);
      calls.delete(`${peer} ${id}`);
      if (call === undefined || bytes === null) continue;
      const { is } = readAnswer(call.method, bytes);
      if (is === "no") call.of.refused.add(call.to);
      if (is === "yes" && call.to !== peer)
        (call.method === "prepare" ? call.of.promised : call.of.accepted).add(call.to);
    }
  }
  return [...tries.values()].sort((a, b) => a.peer - b.peer);
}

function lastOf(tries: Map<number, Tries>, peer: number, ballot: Ballot, timeUs: Micros): LastBallot {
  const known = tries.get(peer);
  if (known !== undefined && ballotText(known.last.ballot) === ballotText(ballot)) return known.last;
  const last = {
    ballot,
    startedUs: timeUs,
    asked: new Set<number>(),
    promised: new Set<number>(),
    accepted: new Set<number>(),
    refused: new Set<number>(),
  };
  if (known === undefined) tries.set(peer, { peer, ballots: 1, firstUs: timeUs, last });
  else {
    known.ballots++;
    known.last = last;
  }
  return last;
}

/** What was tried in a slot that is not decided. */
export function stuckFacts(tries: readonly Tries[], size: number): ToldFact[] {
  return tries.map(({ peer, ballots, last }): ToldFact => {
    const { ballot, startedUs, asked, promised, accepted, refused } = last;
    const acceptedBy = accepted.size === 0 ? "" : `, accepted by ${peersText(accepted)}`;
    return {
      label: "tried",
      text: `${counted(ballots, "ballot")} by peer ${peer}; the last one, ${ballotText(ballot)} at ${at(startedUs)}, asked ${asked.size} of ${size - 1}, was promised by ${peersText(promised)}${acceptedBy} and refused by ${peersText(refused)}`,
    };
  });
}

/** What to ask of a slot that is not decided, by what was tried in it. Undefined: nobody is seen to have tried. */
export function stuckHint(
  tries: readonly Tries[],
  known: readonly Knowledge[],
  slot: number,
  endUs: Micros,
): string | undefined {
  const size = known.length;
  if (tries.length === 0) return undefined;
  const all = tries.reduce((sum, { ballots }) => sum + ballots, 0);
  const cautious = tries.filter(({ last }) => last.asked.size < Math.floor(size / 2));
  if (cautious.length > 0 && all < MANY_BALLOTS) {
    const [{ peer, last }] = cautious as [Tries, ...Tries[]];
    return `Peer ${peer} has asked ${peersText(last.asked)} so far, and a majority takes more. What does it wait for before it asks the next one?`;
  }
  const tired = tries.filter(({ last }) => endUs - last.startedUs > GIVEN_UP_US);
  if (tired.length === tries.length) {
    const when = tired.map(({ peer, last }) => `peer ${peer} at ${at(last.startedUs)}`);
    return `The last ballots were begun by ${listed(when)}, and none since. What makes a proposer try again: a refusal, an answer that does not come, one that comes to nothing?`;
  }
  for (const { peer, last } of tries) {
    const refused = [...last.refused].filter((id) => refusesForNothing(known[id], slot, last.ballot));
    if (refused.length === 0) continue;
    return `Ballot ${ballotText(last.ballot)} of peer ${peer} was refused by ${peersText(refused)}, and no message shows that a higher one had been promised there. On which ground does an acceptor refuse, after a restart too?`;
  }
  if (all >= MANY_BALLOTS && tries.length > 1) {
    return `${all} ballots of ${peersText(tries.map(({ peer }) => peer))}, each overtaken by another. What does a proposer do right after it was refused, and how long do rivals wait, drawn at random?`;
  }
  return "Ballots go on, and none gets through. Which phase do they come to, who answers, and what is done with a promise that comes late?";
}

/** An acceptor refused a ballot though it is not seen to have heard of a higher one, or of a decision. */
function refusesForNothing(peer: Knowledge | undefined, number: number, ballot: Ballot): boolean {
  // A trace that lacks its beginning tells nothing of what was promised in it.
  if (peer === undefined || peer.boot === 0 || peer.heardUnknown) return false;
  const slot = peer.slot(number);
  if (slot.isTold || slot.decided !== null) return false;
  // Its own ballots it may have promised without a message.
  const heardOf = [...slot.given, ...slot.attempts.values()];
  return heardOf.every((one) => (compareBallots(one.ballot, ballot) ?? 1) <= 0);
}
