import { encode } from "../../labs/api/codec.ts";
import type { NetworkModel } from "../sim/network.ts";
import type { Simulation } from "../sim/simulation.ts";
import type { Draws } from "./draws.ts";

/** What a scenario can arrange before the processes boot. Of some that have booted it leaves all but the network as it is. */
export class Setup {
  readonly peers: readonly number[];
  readonly #sim: Simulation;
  readonly #draws: Draws;
  readonly #hasBooted: boolean;

  constructor(sim: Simulation, draws: Draws, hasBooted = false) {
    this.#hasBooted = hasBooted;
    this.peers = sim.peers.map((peer) => peer.id);
    this.#sim = sim;
    this.#draws = draws;
  }

  network(model: NetworkModel): void {
    this.#sim.network.model = model;
  }

  /** Sets a peer's clock: `skewMs` is added to it, `driftPpm` (parts per million) makes it run fast or slow. */
  clock(peer: number, clock: { readonly skewMs?: number; readonly driftPpm?: number }): void {
    const record = this.#sim.peers[peer];
    if (record === undefined) throw new RangeError(`there is no peer ${peer}`);
    if (this.#hasBooted) return;
    record.clock = { offsetUs: Math.round((clock.skewMs ?? 0) * 1000), driftPpm: Math.round(clock.driftPpm ?? 0) };
  }

  /** What the process's constructor is given as its options, at every boot: plain data. */
  give(process: number, options: unknown): void {
    const record = this.#sim.peers[process];
    if (record === undefined) throw new RangeError(`there is no process ${process}`);
    if (!this.#hasBooted) record.options = encode(options);
  }

  int(label: string, min: number, max: number): number {
    return this.#draws.int(label, min, max);
  }

  chance(label: string, probability: number): boolean {
    return this.#draws.chance(label, probability);
  }

  pick<T>(label: string, list: readonly T[]): T {
    return this.#draws.pick(label, list);
  }
}
