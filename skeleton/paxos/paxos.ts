import type { ClientEnd, Decision, PaxosPeer, Persister } from "consensus-labs/paxos";
import type { AcceptArgs, Accepted, AcceptReply, LearnArgs, PrepareArgs, PrepareReply } from "./messages.ts";

/** What a peer knows of one slot. */
interface Slot {
  /** The highest ballot that it promised; 0 if none. */
  promised: number;
  accepted: Accepted | null;
}

/** One peer: proposer, acceptor and learner of every slot. */
export class Paxos implements PaxosPeer {
  private readonly peers: ClientEnd<Paxos>[];
  private readonly me: number;
  private readonly persister: Persister;
  private readonly decide: (decision: Decision) => void;
  private readonly slots = new Map<number, Slot>();
  private max = -1;

  constructor(peers: ClientEnd<Paxos>[], me: number, persister: Persister, decide: (decision: Decision) => void) {
    this.peers = peers;
    this.me = me;
    this.persister = persister;
    this.decide = decide;
    // TODO (A), last step: restore what persister.readState() holds, if anything. `decode` of "consensus-labs/paxos" reads what
    // `encode` made; only plain data can be encoded, so no Map.
  }

  start(slot: number, value: unknown): void {
    this.max = Math.max(this.max, slot);
    // TODO (A), third step: propose the value, unless that is being done already, or the slot is decided. start() returns at once,
    // so that what waits for answers is a method of its own: `void this.propose(slot, value)`.
    // TODO (A), last step: a slot that was decided before a restart is decided again here.
    // TODO (B): a slot below min is ignored.
    void value;
  }

  done(slot: number): void {
    // TODO (B): remember it, and tell the others with the messages that you send anyway. What all have said may be forgotten:
    // from memory, and from what is saved.
    void slot;
  }

  getState(): { max: number; min: number } {
    // TODO (B): min is one more than the least of what all peers have said by done().
    return { max: this.max, min: 0 };
  }

  kill(): void {
    // TODO (A): whatever is still under way must come to nothing.
  }

  // --- acceptor: public methods are RPCs, with names of your choice ---

  prepare({ slot: number, ballot }: PrepareArgs): PrepareReply {
    const slot = this.slot(number);
    // TODO (A), first step: when may this be promised, and what must the answer say? What is saved, and when?
    void ballot;
    return { ok: false, promised: slot.promised };
  }

  accept({ slot: number, ballot, value }: AcceptArgs): AcceptReply {
    const slot = this.slot(number);
    // TODO (A), second step: when may this be accepted, and what does that change? What is saved, and when?
    void ballot;
    void value;
    return { ok: false, promised: slot.promised };
  }

  // --- learner ---

  learn({ slot, value }: LearnArgs): true {
    // TODO (A), fourth step: call this.decide({ slot, value }), once for each slot.
    void slot;
    void value;
    return true;
  }

  // --- proposer ---

  // TODO (A), third step: ballot after ballot, until the slot is decided.
  // - A ballot belongs to one peer, is used once, and is higher than all that this peer has heard of.
  // - Ask everybody at once: `peer.call("prepare", { slot, ballot })`, oneself too, or call one's own method. A call may take seven
  //   seconds to give null, so wait for a majority of answers, and not for long.
  // - Which value does phase 2 propose? When is it chosen, and who must hear of it?
  // - Who was refused waits a random time before the next ballot.

  private slot(number: number): Slot {
    this.max = Math.max(this.max, number);
    let slot = this.slots.get(number);
    if (slot === undefined) {
      slot = { promised: 0, accepted: null };
      this.slots.set(number, slot);
    }
    return slot;
  }
}
