import type { Micros } from "../../sim/peer-host.ts";
import { peerName, seconds } from "../describe.ts";
import type { Finding } from "../failure.ts";
import { Undecided } from "../undecided.ts";

interface TermRecord {
  incarnation: number;
  /** What this incarnation reported last. */
  term: number;
  isLeader: boolean;
  /** The highest term that the peer has bound itself to, in any incarnation, and when. */
  boundTerm: number;
  boundUs: Micros;
  /** The last request that was answered in the step in which it arrived. */
  answeredAtOnce: number | null;
  /** Requests that are not answered yet and that raised the peer's term, with the term that they raised it to. */
  raisedBy: Map<number, number>;
}

/**
 * A peer's term only grows (Raft paper, section 5.1).
 *
 * While the peer is up, a report of a lower term breaks `election-safety`: nothing was lost, the peer went back by
 * itself, and one vote a term is what makes one leader a term. Over a restart it breaks `durability`, and a peer may
 * then come back with less than it had if nobody can know better: the paper wants the term saved before *answering*
 * (Figure 2). What it has only heard of binds it to nothing: a peer whose disk is slow knows of a newer term and goes on
 * answering what it saved before. So an incarnation binds the later ones
 *
 * - to the term that a request raised it to, once it has answered *that* request, now or later: whatever the answer
 *   says, it was given in that term or a later one;
 * - to a term as whose leader it sent anything: it has the votes of a majority, its own among them.
 *
 * For the same reason the new incarnation is held to it only when it acts in turn; until then it may still be restoring
 * itself. No field of a message is looked at: what they are called is the submission's business.
 */
export class TermOrder {
  readonly #peers = new Map<number, TermRecord>();

  booted(peer: number, incarnation: number, _timeUs: Micros): void {
    const { boundTerm = 0, boundUs = 0 } = this.#peers.get(peer) ?? {};
    const fresh = { term: 0, isLeader: false, answeredAtOnce: null, raisedBy: new Map<number, number>() };
    this.#peers.set(peer, { incarnation, boundTerm, boundUs, ...fresh });
  }

  /**
   * What a peer reported; call it for every report, in order of time.
   *
   * @param request number of the request that reached the peer in the step that the report is of; null if none did.
   */
  observed(
    peer: number,
    incarnation: number,
    term: number,
    isLeader: boolean,
    timeUs: Micros,
    request: number | null,
  ): Finding | null {
    const record = this.#record(peer, incarnation);
    const before = record.term;
    record.term = term;
    record.isLeader = isLeader;
    if (term >= before) {
      if (term > before && request !== null) this.#raised(record, request, timeUs);
      return null;
    }
    return {
      property: "election-safety",
      check: "term-only-grows",
      expected: `the term of peer ${peer} never to go back from ${before}`,
      seen: `${peerName(peer, incarnation)} went back to term ${term} without a crash`,
      timeUs,
      peers: [peer],
      where: { term },
    };
  }

  /** The peer sent a request. */
  called(peer: number, incarnation: number, timeUs: Micros): Finding | null {
    const record = this.#record(peer, incarnation);
    if (!record.isLeader) return null;
    if (record.term < record.boundTerm) return this.#wentBack(peer, record, timeUs);
    bind(record, record.term, timeUs);
    return null;
  }

  /** The peer answered that request; `atOnce`: in the step in which it arrived. */
  replied(peer: number, incarnation: number, request: number, atOnce: boolean, timeUs: Micros): Finding | null {
    const record = this.#record(peer, incarnation);
    if (record.term < record.boundTerm) return this.#wentBack(peer, record, timeUs);
    if (atOnce) record.answeredAtOnce = request;
    const raisedTo = record.raisedBy.get(request);
    if (raisedTo === undefined) return null;
    record.raisedBy.delete(request);
    bind(record, raisedTo, timeUs);
    return null;
  }

  /** A peer reports at the end of a step, so that an answer given in it comes before the term that it was given in. */
  #raised(record: TermRecord, request: number, timeUs: Micros): void {
    if (record.answeredAtOnce === request) bind(record, record.term, timeUs);
    else record.raisedBy.set(request, record.term);
  }

  #wentBack(peer: number, record: TermRecord, timeUs: Micros): Finding {
    return {
      property: "durability",
      check: "term-survives-crash",
      expected: `peer ${peer} to come back from a crash with term ${record.boundTerm} or a later one, as it had answered a request of that term, or led it, at ${seconds(record.boundUs)}`,
      seen: `${peerName(peer, record.incarnation)} acts in term ${record.term}`,
      timeUs,
      peers: [peer],
      where: { term: record.term },
    };
  }

  #record(peer: number, incarnation: number): TermRecord {
    const record = this.#peers.get(peer);
    if (record?.incarnation !== incarnation) {
      throw new Undecided("term order", `peer ${peer} acts in its boot ${incarnation}, which was not announced`);
    }
    return record;
  }
}

function bind(record: TermRecord, term: number, timeUs: Micros): void {
  if (term <= record.boundTerm) return;
  record.boundTerm = term;
  record.boundUs = timeUs;
}
