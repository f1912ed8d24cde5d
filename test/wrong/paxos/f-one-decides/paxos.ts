import { type ClientEnd, type Decision, decode, encode, type PaxosPeer, type Persister } from "consensus-labs/paxos";

type Answer = { readonly isKnown: true; readonly value: unknown } | { readonly isKnown: false };

interface Saved {
  readonly chosen: readonly (readonly [slot: number, value: unknown])[];
  readonly dones: readonly number[];
}

/** Peer 0 decides everything, once a majority has answered it, saves it and tells the others, who ask it and each other. */
export class Paxos implements PaxosPeer {
  private readonly chosen: Map<number, unknown>;
  private readonly wanted = new Map<number, unknown>();
  private readonly handed = new Set<number>();
  private readonly dones: number[];
  private readonly timer: ReturnType<typeof setInterval>;
  private highest = -1;
  private isKilled = false;

  constructor(
    private readonly peers: ClientEnd<Paxos>[],
    private readonly me: number,
    private readonly persister: Persister,
    private readonly decide: (decision: Decision) => void,
  ) {
    const saved = persister.readState();
    const { chosen, dones } = saved.length > 0 ? (decode(saved) as Saved) : { chosen: [], dones: peers.map(() => -1) };
    this.chosen = new Map(chosen);
    this.dones = [...dones];
    this.timer = setInterval(() => this.look(), 40);
  }

  start(slot: number, value: unknown): void {
    if (slot < this.min()) return;
    this.highest = Math.max(this.highest, slot);
    if (this.chosen.has(slot)) this.learn(slot, this.chosen.get(slot));
    else {
      this.wanted.set(slot, value);
      this.ask(slot, value);
    }
  }

  done(slot: number): void {
    this.heed(this.dones.map((done, i) => (i === this.me ? Math.max(done, slot) : done)));
  }

  getState(): { max: number; min: number } {
    return { max: Math.max(this.highest, -1, ...this.chosen.keys(), ...this.handed), min: this.min() };
  }

  kill(): void {
    this.isKilled = true;
    clearInterval(this.timer);
  }

  gossip(dones: number[]): number[] {
    this.heed(dones);
    return this.dones;
  }

  known(slot: number): Answer {
    return this.chosen.has(slot) ? { isKnown: true, value: this.chosen.get(slot) } : { isKnown: false };
  }

  told({ slot, value }: { slot: number; value: unknown }): { ok: boolean } {
    this.learn(slot, value);
    return { ok: true };
  }

  async propose({ slot, value }: { slot: number; value: unknown }): Promise<Answer> {
    const isOpen = () => !this.chosen.has(slot) && slot >= this.min() && !this.isKilled;
    if (isOpen() && (await this.hearsMajority()) && isOpen()) {
      this.learn(slot, value);
      for (const peer of this.others()) void peer.call("told", { slot, value });
    }
    return this.known(slot);
  }

  private min(): number {
    return Math.min(...this.dones) + 1;
  }

  private others(): ClientEnd<Paxos>[] {
    return this.peers.filter((_, i) => i !== this.me);
  }

  private learn(slot: number, value: unknown): void {
    if (slot < this.min() || this.isKilled) return;
    if (!this.chosen.has(slot)) {
      this.chosen.set(slot, value);
      this.save();
    }
    this.wanted.delete(slot);
    if (this.handed.has(slot)) return;
    this.handed.add(slot);
    this.decide({ slot, value: this.chosen.get(slot) });
  }

  private ask(slot: number, value: unknown): void {
    const hear = (answer: Answer | null) => {
      if (answer?.isKnown) this.learn(slot, answer.value);
    };
    if (this.me === 0) void this.propose({ slot, value }).then(hear);
    for (const [i, peer] of this.peers.entries()) {
      if (i === this.me) continue;
      void (i === 0 ? peer.call("propose", { slot, value }) : peer.call("known", slot)).then(hear);
    }
  }

  private look(): void {
    for (const [slot, value] of this.wanted) this.ask(slot, value);
    for (const peer of this.others()) void peer.call("gossip", this.dones).then((dones) => dones && this.heed(dones));
  }

  private hearsMajority(): Promise<boolean> {
    return new Promise((resolve) => {
      let heard = 1;
      setTimeout(() => resolve(false), 120);
      for (const peer of this.others()) {
        void peer.call("gossip", this.dones).then((dones) => {
          if (dones !== null && ++heard * 2 > this.peers.length) resolve(true);
        });
      }
    });
  }

  private heed(dones: readonly number[]): void {
    if (!dones.some((done, i) => done > (this.dones[i] ?? -1))) return;
    for (const [i, done] of dones.entries()) this.dones[i] = Math.max(this.dones[i] ?? -1, done);
    for (const slot of this.chosen.keys()) if (slot < this.min()) this.chosen.delete(slot);
    this.save();
  }

  private save(): void {
    this.persister.save(encode({ chosen: [...this.chosen], dones: this.dones }));
  }
}
