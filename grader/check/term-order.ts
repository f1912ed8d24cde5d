import type { Micros } from "../sim/peer-host.ts";
import { peerName, seconds } from "./describe.ts";
import type { Failure } from "./failure.ts";
import { Undecided } from "./undecided.ts";

interface TermRecord {
  incarnation: number;
  /** What this incarnation reported last. */
  term: number;
  isLeader: boolean;
  /** The highest term that the peer has bound itself to, in any incarnation, and when. */
  boundTerm: number;
  boundUs: Micros;
}

/**
 * A peer's term only grows (Raft paper, section 5.1).
 *
 * While the peer is up, a report of a lower term breaks `election-safety`: nothing was lost, the peer went back by
 * itself, and one vote a term is what makes one leader a term. Over a restart it breaks `durability`, and a peer may
 * then come back with less than it had if nobody can know better: the paper wants the term saved before *answering*
 * (Figure 2). So an incarnation binds the later ones to a term that it reported before it answered a call, or before it
 * sent anything as that term's leader. For the same reason the new incarnation is held to it only when it acts in turn;
 * until then it may still be restoring itself.
 */
export class TermOrder {
  readonly #peers = new Map<number, TermRecord>();

  booted(peer: number, incarnation: number, _timeUs: Micros): void {
    const record = this.#peers.get(peer);
    if (record === undefined)
      this.#peers.set(peer, { incarnation, term: 0, isLeader: false, boundTerm: 0, boundUs: 0 });
    else Object.assign(record, { incarnation, term: 0, isLeader: false });
  }

  /** What a peer reported; call it for every report, in order of time. */
  observed(peer: number, incarnation: number, term: number, isLeader: boolean, timeUs: Micros): Failure | null {
    const record = this.#record(peer, incarnation);
    const before = record.term;
    record.term = term;
    record.isLeader = isLeader;
    if (term >= before) return null;
    return {
      property: "election-safety",
      expected: `the term of peer ${peer} never to go back from ${before}`,
      seen: `${peerName(peer, incarnation)} went back to term ${term} without a crash`,
      cite: "Raft paper, section 5.1: the current term increases monotonically over time",
      timeUs,
      peers: [peer],
      term,
      hint: "Look for every place that sets the current term: may it ever be set to a lower one?",
    };
  }

  /** The peer sent a request (`call`) or answered one (`reply`). */
  externalised(peer: number, incarnation: number, by: "call" | "reply", timeUs: Micros): Failure | null {
    const record = this.#record(peer, incarnation);
    if (by === "call" && !record.isLeader) return null;
    if (record.term < record.boundTerm) return this.#wentBack(peer, record, timeUs);
    if (record.term > record.boundTerm) {
      record.boundTerm = record.term;
      record.boundUs = timeUs;
    }
    return null;
  }

  #wentBack(peer: number, record: TermRecord, timeUs: Micros): Failure {
    return {
      property: "durability",
      expected: `peer ${peer} to come back from a crash with term ${record.boundTerm} or a later one, as it acted in that term at ${seconds(record.boundUs)}`,
      seen: `${peerName(peer, record.incarnation)} acts in term ${record.term}`,
      cite: "Raft paper, Figure 2: currentTerm is updated on stable storage before responding to RPCs",
      timeUs,
      peers: [peer],
      term: record.term,
      hint: "Is the term saved each time it changes, before anything is answered, and read back in the constructor?",
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
