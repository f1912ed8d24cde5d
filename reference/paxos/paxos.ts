import type { ClientEnd, Decision, PaxosPeer, Persister } from "consensus-labs/paxos";
import type { AcceptArgs, Accepted, AcceptReply, LearnArgs, No, PrepareArgs, PrepareReply } from "./messages.ts";
import { Slots } from "./slots.ts";

/** Answers that take longer than this are not waited for. */
const PATIENCE_MS = 100;
/** Before a second attempt, at most; doubled with each further one, so that rivals get out of each other's way. */
const BACK_OFF_MS = 10;
const BACK_OFF_MAX_MS = 400;

/** One peer of Paxos: proposer, acceptor and learner of every slot. */
export class Paxos implements PaxosPeer {
  private readonly peers: ClientEnd<Paxos>[];
  private readonly me: number;
  private readonly decide: (decision: Decision) => void;
  private readonly slots: Slots;
  private readonly majority: number;
  /** Slots that are being proposed here. */
  private readonly proposing = new Set<number>();
  /** Slots whose decision this incarnation has handed on. */
  private readonly told = new Set<number>();
  private isKilled = false;

  constructor(peers: ClientEnd<Paxos>[], me: number, persister: Persister, decide: (decision: Decision) => void) {
    this.peers = peers;
    this.me = me;
    this.decide = decide;
    this.slots = new Slots(peers.length, persister);
    this.majority = Math.floor(peers.length / 2) + 1;
  }

  start(slot: number, value: unknown): void {
    if (slot < this.slots.min || this.isKilled) return;
    const { decided } = this.slots.of(slot);
    if (decided !== null) this.tell(slot, decided.value);
    else if (!this.proposing.has(slot)) void this.propose(slot, value);
  }

  done(slot: number): void {
    const dones = [...this.slots.dones];
    dones[this.me] = Math.max(dones[this.me] ?? -1, slot);
    this.hear(dones);
  }

  getState(): { max: number; min: number } {
    return { max: this.slots.max, min: this.slots.min };
  }

  kill(): void {
    this.isKilled = true;
  }

  // --- acceptor and learner ---

  /** A ballot is used for one attempt of one proposer: whoever asks for the same one again is the same, and may. */
  prepare({ slot: number, ballot, dones }: PrepareArgs): PrepareReply {
    const no = this.refusal(number, ballot, dones);
    if (no !== null) return { ...no, dones: this.slots.dones };
    const slot = this.slots.of(number);
    slot.promised = ballot;
    this.slots.save();
    return { kind: "promised", accepted: slot.accepted, dones: this.slots.dones };
  }

  /** It need not have promised that ballot: that it promised no higher one is enough. To accept is to promise. */
  accept({ slot: number, ballot, value, dones }: AcceptArgs): AcceptReply {
    const no = this.refusal(number, ballot, dones);
    if (no !== null) return { ...no, dones: this.slots.dones };
    const slot = this.slots.of(number);
    slot.promised = ballot;
    slot.accepted = { ballot, value };
    this.slots.save();
    return { kind: "accepted", dones: this.slots.dones };
  }

  learn({ slot: number, value, dones }: LearnArgs): { readonly dones: readonly number[] } {
    this.hear(dones);
    this.learned(number, value);
    return { dones: this.slots.dones };
  }

  private refusal(number: number, ballot: number, dones: readonly number[]): No | null {
    this.hear(dones);
    if (number < this.slots.min) return { kind: "forgotten" };
    const { decided, promised } = this.slots.of(number);
    if (decided !== null) return { kind: "decided", value: decided.value };
    return ballot < promised || this.isKilled ? { kind: "refused", promised } : null;
  }

  private learned(number: number, value: unknown): void {
    if (this.isKilled || number < this.slots.min) return;
    const slot = this.slots.of(number);
    if (slot.decided === null) {
      slot.decided = { value };
      this.slots.save();
    }
    this.tell(number, slot.decided.value);
  }

  private hear(dones: readonly number[]): void {
    if (!this.isKilled) this.slots.hear(dones);
  }

  private tell(slot: number, value: unknown): void {
    if (this.told.has(slot)) return;
    this.told.add(slot);
    this.decide({ slot, value });
  }

  // --- proposer ---

  /** Tries until the slot is decided or forgotten. */
  private async propose(slot: number, value: unknown): Promise<void> {
    this.proposing.add(slot);
    let above = 0;
    for (let waitMs = BACK_OFF_MS; this.isOpen(slot); waitMs = Math.min(2 * waitMs, BACK_OFF_MAX_MS)) {
      above = await this.attempt(slot, value, above);
      if (this.isOpen(slot)) await sleep(Math.random() * waitMs);
    }
    this.proposing.delete(slot);
  }

  private isOpen(slot: number): boolean {
    return !this.isKilled && slot >= this.slots.min && this.slots.of(slot).decided === null;
  }

  /** One ballot, from its promises to its decision if it comes so far. Gives the highest ballot that stood against it. */
  private async attempt(slot: number, value: unknown, above: number): Promise<number> {
    const ballot = this.nextBallot(Math.max(above, this.slots.of(slot).promised));
    let highest = ballot;
    const heed = (reply: No): "no" => {
      if (reply.kind === "refused") highest = Math.max(highest, reply.promised);
      if (reply.kind === "decided") this.learned(slot, reply.value);
      return "no";
    };

    const reports: Accepted[] = [];
    const prepare: PrepareArgs = { slot, ballot, dones: this.slots.dones };
    // The own acceptor is the first to promise: with that the ballot is on disk, and is not used again after a crash.
    const isPromised = await this.ask(
      this.prepare(prepare),
      (peer) => peer.call("prepare", prepare),
      (reply) => {
        if (reply.kind !== "promised") return heed(reply);
        if (reply.accepted !== null) reports.push(reply.accepted);
        return "yes";
      },
    );
    if (!isPromised || !this.isOpen(slot)) return highest;

    // Whatever may have been chosen under a lower ballot is what the highest one that is reported proposed.
    const [report] = reports.sort((a, b) => b.ballot - a.ballot);
    const proposed = report === undefined ? value : report.value;
    const accept: AcceptArgs = { slot, ballot, value: proposed, dones: this.slots.dones };
    const isChosen = await this.ask(
      this.accept(accept),
      (peer) => peer.call("accept", accept),
      (reply) => (reply.kind === "accepted" ? "yes" : heed(reply)),
    );
    if (!isChosen || !this.isOpen(slot)) return highest;

    this.learned(slot, proposed);
    for (const peer of this.others()) {
      const args = { slot, value: proposed, dones: this.slots.dones };
      void peer.call("learn", args).then((reply) => reply !== null && this.hear(reply.dones));
    }
    return highest;
  }

  /** Ballots of different peers differ, as their remainders do. */
  private nextBallot(above: number): number {
    const { length } = this.peers;
    return (Math.floor(above / length) + 1) * length + this.me;
  }

  private others(): ClientEnd<Paxos>[] {
    return this.peers.filter((_, peer) => peer !== this.me);
  }

  /**
   * Asks all other peers at once; what this one says itself is known. True as soon as a majority said yes; false when so many
   * said no that there will be none, or nobody says anything any more.
   */
  private ask<Reply extends { readonly dones: readonly number[] }>(
    own: Reply,
    call: (peer: ClientEnd<Paxos>) => Promise<Reply | null>,
    judge: (reply: Reply) => "yes" | "no",
  ): Promise<boolean> {
    return new Promise((resolve) => {
      const counts = { yes: 0, no: 0 };
      const timer = setTimeout(() => resolve(false), PATIENCE_MS);
      const count = (reply: Reply): void => {
        this.hear(reply.dones);
        counts[judge(reply)]++;
        const isMajority = counts.yes >= this.majority;
        if (!isMajority && counts.no <= this.peers.length - this.majority) return;
        clearTimeout(timer);
        resolve(isMajority);
      };
      count(own);
      for (const peer of this.others()) void call(peer).then((reply) => reply !== null && count(reply));
    });
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
