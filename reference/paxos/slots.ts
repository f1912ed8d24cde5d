import { decode, encode, type Persister } from "consensus-labs/paxos";
import type { Accepted } from "./messages.ts";

/** What a peer keeps of one slot. */
export interface Slot {
  /** The highest ballot that it promised or accepted; 0: none. */
  promised: number;
  /** What it accepted last. */
  accepted: Accepted | null;
  /** The value that was chosen, once it is known. */
  decided: { readonly value: unknown } | null;
}

type Saved = [
  dones: number[],
  slots: [slot: number, promised: number, accepted: Accepted | null, decided: Slot["decided"]][],
];

/** All slots that a peer remembers, and what it knows of who needs them. It is on disk whenever `save` was called. */
export class Slots {
  /** By peer: the slot up to which its service needs nothing any more, as far as is known here. */
  readonly dones: number[];
  /** The highest slot that was ever spoken of. */
  max = -1;
  private readonly persister: Persister;
  private readonly slots = new Map<number, Slot>();

  constructor(peers: number, persister: Persister) {
    this.persister = persister;
    this.dones = new Array<number>(peers).fill(-1);
    const bytes = persister.readState();
    if (bytes.length === 0) return;
    const [dones, slots] = decode(bytes) as Saved;
    this.dones = dones;
    for (const [slot, promised, accepted, decided] of slots) this.slots.set(slot, { promised, accepted, decided });
    this.max = Math.max(this.min - 1, ...this.slots.keys());
  }

  /** All slots below are forgotten. */
  get min(): number {
    return Math.min(...this.dones) + 1;
  }

  /** What is known of a slot that is not forgotten. */
  of(number: number): Slot {
    this.max = Math.max(this.max, number);
    let slot = this.slots.get(number);
    if (slot === undefined) {
      slot = { promised: 0, accepted: null, decided: null };
      this.slots.set(number, slot);
    }
    return slot;
  }

  /** Must be called before anybody is told of a change. */
  save(): void {
    const slots = [...this.slots].map(([number, { promised, accepted, decided }]) => [
      number,
      promised,
      accepted,
      decided,
    ]);
    this.persister.save(encode([this.dones, slots]));
  }

  /** Learns of whom who needs what, and forgets what nobody needs. */
  hear(dones: readonly number[]): void {
    for (const [peer, done] of dones.entries()) this.dones[peer] = Math.max(this.dones[peer] ?? -1, done);
    const forgotten = [...this.slots.keys()].filter((slot) => slot < this.min);
    if (forgotten.length === 0) return;
    for (const slot of forgotten) this.slots.delete(slot);
    this.max = Math.max(this.max, this.min - 1);
    this.save();
  }
}
