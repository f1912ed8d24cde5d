import { Decisions } from "../../check/decisions/index.ts";
import { type Facts, type Finding, Violation } from "../../check/failure.ts";
import { CallRate } from "../../check/index.ts";
import type { PeerRecord } from "../../sim/peer.ts";
import type { Effect, Micros } from "../../sim/peer-host.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Monitor } from "../monitor.ts";
import { decodeDecided, decodeSlotsState } from "./messages.ts";

/** What it judges beside the checkers that it feeds, by name. */
export const MONITOR_CHECKS = ["decision-interface"] as const;

/** What is known of one peer; of its present incarnation only. */
export interface PeerView {
  max: number;
  min: number;
  /** How many slots it has decided. */
  decided: number;
}

/** Follows peers that decide slots: feeds what they decide, and what they say that they have forgotten, to the checker. */
export class DecideMonitor implements Monitor {
  readonly views: readonly PeerView[];
  readonly decisions: Decisions;
  readonly #rate = new CallRate();
  #sim: Simulation | undefined;

  constructor(size: number) {
    this.views = Array.from({ length: size }, () => ({ max: -1, min: 0, decided: 0 }));
    this.decisions = new Decisions(size);
  }

  attach(sim: Simulation): void {
    this.#sim = sim;
  }

  facts(peer: number): Facts {
    return { ...this.views[peer] };
  }

  booted({ id }: PeerRecord): void {
    Object.assign(this.#view(id), { max: -1, min: 0, decided: 0 });
    this.decisions.booted(id);
  }

  crashed(): void {}

  sent({ id }: PeerRecord, by: "call" | "reply"): void {
    if (by === "call") check(this.#rate.called(id, this.#now()));
  }

  heard({ id }: PeerRecord, from: number): void {
    this.decisions.heard(id, from, this.#now());
  }

  observed(peer: PeerRecord, value: Uint8Array): void {
    const state = decodeSlotsState(value);
    if (typeof state === "string") this.#misuse(peer, "getState() to return { max, min }", state);
    Object.assign(this.#view(peer.id), state);
    check(this.decisions.observed(peer.id, state.min, this.#now()));
  }

  upcall(peer: PeerRecord, message: Uint8Array): void {
    const decided = decodeDecided(message);
    if (typeof decided === "string") this.#misuse(peer, "decide() to be given { slot, value }", decided);
    this.#view(peer.id).decided++;
    check(this.decisions.decided(peer.id, peer.incarnation, decided.slot, decided.value, this.#now()));
  }

  /** The run ends in a step of this peer: its view is then that after the whole step. */
  endedIn({ id }: PeerRecord, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind !== "observed") continue;
      const state = decodeSlotsState(effect.value);
      if (typeof state !== "string") Object.assign(this.#view(id), state);
    }
  }

  #view(id: number): PeerView {
    return this.views[id] as PeerView;
  }

  #now(): Micros {
    return this.#sim?.nowUs ?? 0;
  }

  #misuse(peer: PeerRecord, expected: string, seen: string): never {
    throw new Violation({
      property: "api",
      check: "decision-interface",
      expected,
      seen: `peer ${peer.id}: ${seen}`,
      timeUs: this.#now(),
      peers: [peer.id],
    });
  }
}

function check(finding: Finding | null): void {
  if (finding !== null) throw new Violation(finding);
}
