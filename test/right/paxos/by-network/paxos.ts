import { type ClientEnd, type Decision, decode, encode, type PaxosPeer, type Persister } from "consensus-labs/paxos";
import { type Ballot, isBelow, NO_BALLOT } from "./ballot.ts";
import { Instance, type Kept, type Proposal } from "./instance.ts";

interface Request {
  readonly slot: number;
  readonly from: number;
  /** The sender's service needs nothing up to that slot. */
  readonly done: number;
}
type Ballotted = Request & { readonly ballot: Ballot };
type Answer =
  | { readonly ok: true; readonly peer: number; readonly done: number; readonly accepted: Proposal | null }
  | { readonly ok: false; readonly peer: number; readonly done: number; readonly promised: Ballot };

const ASK_AGAIN_MS = 60;
/** After so many times without a majority a new ballot is tried. */
const ASKED_ENOUGH = 3;
const PAUSE_MS = 12;
const PAUSE_MAX_MS = 300;

/**
 * Paxos in which every peer, oneself too, is asked through the network and asked again, and where acceptors tell everybody what
 * they accepted.
 */
export class Paxos implements PaxosPeer {
  private readonly instances = new Map<number, Instance>();
  private readonly active = new Set<number>();
  private readonly dones: number[];
  /** The last round that this peer used for a ballot of its own. */
  private round = 0;
  private highest = -1;
  private isStopped = false;
  private readonly majority: number;

  constructor(
    private readonly peers: ClientEnd<Paxos>[],
    private readonly me: number,
    private readonly disk: Persister,
    private readonly decide: (decision: Decision) => void,
  ) {
    this.majority = (peers.length >> 1) + 1;
    this.dones = peers.map(() => -1);
    const state = disk.readState();
    if (state.length === 0) return;
    const saved = decode(state) as { round: number; dones: number[]; kept: Kept[] };
    this.round = saved.round;
    this.dones = saved.dones;
    for (const kept of saved.kept) this.instances.set(kept.slot, Instance.restored(kept));
    this.highest = Math.max(this.lowest() - 1, ...this.instances.keys());
  }

  getState(): { max: number; min: number } {
    return { max: this.highest, min: this.lowest() };
  }

  kill(): void {
    this.isStopped = true;
  }

  done(slot: number): void {
    this.heard(this.me, slot);
  }

  start(slot: number, value: unknown): void {
    if (slot < this.lowest() || this.isStopped) return;
    const instance = this.instance(slot);
    this.tell(instance);
    if (this.active.has(slot) || instance.chosen.length > 0) return;
    this.active.add(slot);
    void this.campaign(instance, value).then(() => this.active.delete(slot));
  }

  // --- requests of others ---

  prepare({ slot, from, done, ballot }: Ballotted): Answer {
    this.heard(from, done);
    const instance = this.open(slot);
    if (instance === null || isBelow(ballot, instance.promised)) return this.no(instance);
    instance.promised = ballot;
    this.write();
    return this.yes(instance);
  }

  accept({ slot, from, done, ballot, value }: Ballotted & { readonly value: unknown }): Answer {
    this.heard(from, done);
    const instance = this.open(slot);
    if (instance === null || isBelow(ballot, instance.promised)) return this.no(instance);
    instance.promised = ballot;
    instance.accepted = { ballot, value };
    this.write();
    for (const [peer, end] of this.peers.entries()) {
      if (peer !== this.me) void end.call("accepted", { slot, from: this.me, done: this.own(), ballot, value });
    }
    this.count(instance, ballot, this.me, value);
    return this.yes(instance);
  }

  accepted({ slot, from, done, ballot, value }: Ballotted & { readonly value: unknown }): { readonly done: number } {
    this.heard(from, done);
    const instance = this.open(slot);
    if (instance !== null) this.count(instance, ballot, from, value);
    return { done: this.own() };
  }

  private yes({ accepted }: Instance): Answer {
    return { ok: true, peer: this.me, done: this.own(), accepted };
  }

  private no(instance: Instance | null): Answer {
    return { ok: false, peer: this.me, done: this.own(), promised: instance?.promised ?? NO_BALLOT };
  }

  // --- learner ---

  private count(instance: Instance, ballot: Ballot, peer: number, value: unknown): void {
    if (!instance.count(ballot, peer, this.majority) || instance.chosen.length > 0) return;
    instance.chosen = [value];
    this.write();
    this.tell(instance);
  }

  private tell(instance: Instance): void {
    if (instance.chosen.length === 0 || instance.isTold) return;
    instance.isTold = true;
    this.decide({ slot: instance.slot, value: instance.chosen[0] });
  }

  // --- proposer ---

  /** Ballot after ballot, until the slot is decided or needed no more. */
  private async campaign(instance: Instance, value: unknown): Promise<void> {
    let above = instance.promised;
    for (let pauseMs = PAUSE_MS; this.isWanted(instance); pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2)) {
      this.round = Math.max(this.round, above[0]) + 1;
      const ballot: Ballot = [this.round, this.me];
      this.write();
      const onNo = (promised: Ballot) => {
        if (isBelow(above, promised)) above = promised;
      };
      const promises = await this.majorityOf(instance, onNo, (end) =>
        end.call("prepare", { slot: instance.slot, from: this.me, done: this.own(), ballot }),
      );
      if (promises !== null && this.isWanted(instance)) {
        const reported = promises.reduce<Proposal | null>(
          (best, one) => (one !== null && (best === null || isBelow(best.ballot, one.ballot)) ? one : best),
          null,
        );
        const proposed = reported === null ? value : reported.value;
        const accepted = await this.majorityOf(instance, onNo, (end) =>
          end.call("accept", { slot: instance.slot, from: this.me, done: this.own(), ballot, value: proposed }),
        );
        if (accepted !== null) await pause(2);
      }
      if (this.isWanted(instance)) await pause(Math.random() * pauseMs);
    }
  }

  private isWanted({ slot, chosen }: Instance): boolean {
    return !this.isStopped && chosen.length === 0 && slot > this.own();
  }

  /** Asks everybody, and those again that have not answered; null when it is given up. Gives what each of a majority had accepted. */
  private async majorityOf(
    instance: Instance,
    onNo: (promised: Ballot) => void,
    ask: (end: ClientEnd<Paxos>) => Promise<Answer | null>,
  ): Promise<(Proposal | null)[] | null> {
    const agreed = new Map<number, Proposal | null>();
    const refused = new Set<number>();
    for (let asked = 0; asked < ASKED_ENOUGH && this.isWanted(instance); asked++) {
      await new Promise<void>((enough) => {
        const timer = setTimeout(enough, ASK_AGAIN_MS);
        for (const [peer, end] of this.peers.entries()) {
          if (agreed.has(peer) || refused.has(peer)) continue;
          void ask(end).then((answer) => {
            if (answer === null) return;
            this.heard(answer.peer, answer.done);
            if (answer.ok) agreed.set(answer.peer, answer.accepted);
            else {
              refused.add(answer.peer);
              onNo(answer.promised);
            }
            if (agreed.size < this.majority && refused.size <= this.peers.length - this.majority) return;
            clearTimeout(timer);
            enough();
          });
        }
      });
      if (agreed.size >= this.majority) return [...agreed.values()];
      if (refused.size > this.peers.length - this.majority) return null;
    }
    return null;
  }

  // --- what is kept ---

  private own(): number {
    return this.dones[this.me] as number;
  }

  private lowest(): number {
    return Math.min(...this.dones) + 1;
  }

  private heard(peer: number, done: number): void {
    if (this.isStopped || done <= (this.dones[peer] as number)) return;
    this.dones[peer] = done;
    const lowest = this.lowest();
    let isLess = false;
    for (const slot of this.instances.keys()) if (slot < lowest) isLess = this.instances.delete(slot) || isLess;
    this.highest = Math.max(this.highest, lowest - 1);
    if (isLess) this.write();
  }

  /** Null when it is forgotten, or this peer does nothing any more. */
  private open(slot: number): Instance | null {
    return slot < this.lowest() || this.isStopped ? null : this.instance(slot);
  }

  private instance(slot: number): Instance {
    this.highest = Math.max(this.highest, slot);
    const instance = this.instances.get(slot) ?? new Instance(slot);
    this.instances.set(slot, instance);
    return instance;
  }

  private write(): void {
    const kept = [...this.instances.values()].map((instance) => instance.kept());
    this.disk.save(encode({ round: this.round, dones: this.dones, kept }));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
