import { decode, encode } from "../../../labs/api/codec.ts";
import type { PeerRecord } from "../../sim/peer.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { Cluster, type Meter } from "../cluster.ts";
import type { Draws } from "../draws.ts";
import type { Scripted } from "../scripted.ts";
import { type DecideExpect, EXPECT_CHECKS, judge, type Otherwise } from "./expect.ts";
import type { DecideMonitor, PeerView } from "./monitor.ts";

/** A service proposes a value for a slot. */
export interface StartOrder {
  readonly peer: number;
  readonly slot: number;
  readonly value: unknown;
}

/** Faults over, a majority up and connected: so long may it take until who has started a slot decides it. */
export const DECIDED_WITHIN_MS = 15_000;
/** A host has one limit of CPU time for all that a window holds. */
const STARTS_A_WINDOW = 25;

/** What it judges by itself, by name. */
export const CLUSTER_CHECKS = EXPECT_CHECKS;

/** Peers that decide slots, each by itself: what scenarios start, wait for and expect. */
export class DecideCluster extends Cluster implements Scripted {
  readonly #monitor: DecideMonitor;
  /** By slot, who started it and in which incarnation last. */
  readonly #started = new Map<number, Map<number, number>>();
  /** By peer, the slot up to which its service needs nothing. */
  readonly #dones: number[];
  #values = 0;
  #valueBytes = 0;
  #lastStarted = -1;

  constructor(sim: Simulation, draws: Draws, monitor: DecideMonitor) {
    super(sim, draws);
    this.#monitor = monitor;
    this.#dones = this.peers.map(() => -1);
  }

  // --- what peers report ---

  /** The highest slot that the peer knows of; −1 if none. */
  max(peer: number): number {
    return this.#view(peer).max;
  }

  /** The lowest slot that the peer has not forgotten. */
  min(peer: number): number {
    return this.#view(peer).min;
  }

  /** Who has decided the slot, in any of their incarnations; in the order in which they did first. */
  decidedBy(slot: number): number[] {
    return [...this.#monitor.decisions.decidersOf(slot).keys()];
  }

  /** The value that was decided there; undefined when none was. */
  decisionOf(slot: number): unknown {
    const value = this.#monitor.decisions.valueOf(slot);
    return value === null ? undefined : decode(value);
  }

  /** Whether the peer owes its service nothing: it has decided the slot, and again if that was started since it restarted. */
  hasDecided(peer: number, slot: number): boolean {
    const decided = this.#monitor.decisions.decidersOf(slot).get(peer);
    const started = this.#started.get(slot)?.get(peer);
    return decided !== undefined && decided >= (started ?? 0);
  }

  /**
   * Whether a message reaches the peer at this very moment, or has reached it within so long, perhaps one of its own: what it
   * does now may be its answer to that.
   */
  heard(peer: number, agoMs = 0): boolean {
    const heardUs = this.#monitor.decisions.heardUs(peer);
    return heardUs >= 0 && heardUs >= this.nowUs - 1000 * agoMs;
  }

  /** Whether the peer has started the slot that was started last, by whomever, and has yet to decide it. */
  isProposing(peer: number): boolean {
    return this.#hasStarted(peer, this.#lastStarted) && !this.hasDecided(peer, this.#lastStarted);
  }

  /** Slots that were started, in order, but for those that all services are done with. */
  openSlots(): number[] {
    const least = Math.min(...this.#dones);
    return [...this.#started.keys()].filter((slot) => slot > least).sort((a, b) => a - b);
  }

  // --- what services do ---

  /** From now on values are strings of so many bytes where no other size is asked for. */
  valuesOf(sizeBytes: number): void {
    this.#valueBytes = sizeBytes;
  }

  /** A value never used before in this run; with a size, a string of so many bytes. */
  value(sizeBytes = this.#valueBytes): string {
    return `value ${++this.#values}`.padEnd(sizeBytes, ".");
  }

  /** Calls `start`; nothing happens where the peer is down or stands still. Gives the value. */
  start(peer: number, slot: number, value: unknown = this.value()): unknown {
    this.startAtOnce([{ peer, slot, value }]);
    return value;
  }

  starter(who: number | string): number | null {
    return typeof who === "number" ? who : null;
  }

  startAsTold(
    peer: number,
    { slot = 0, command }: { readonly slot?: number; readonly command: unknown },
  ): string | null {
    this.start(peer, slot, command);
    return null;
  }

  /** Calls `start` several times at one instant, on one peer or on several. */
  startAtOnce(orders: readonly StartOrder[]): void {
    for (let from = 0; from < orders.length; from += STARTS_A_WINDOW) {
      const some = orders.slice(from, from + STARTS_A_WINDOW).map(({ peer, slot, value }) => {
        const record = this.record(peer);
        this.#monitor.decisions.proposing(slot, encode(value), this.nowUs);
        this.#lastStarted = slot;
        if (isServed(record)) this.#startsOf(slot).set(peer, record.incarnation);
        return { peer: record, method: "start", args: encode([slot, value]) };
      });
      this.sim.invoke(some);
    }
  }

  /** The peer's service needs nothing up to that slot any more; nothing happens where the peer is down or stands still. */
  done(peer: number, slot: number): void {
    const record = this.record(peer);
    if (!isServed(record)) return;
    this.#dones[peer] = Math.max(this.#dones[peer] ?? -1, slot);
    this.#monitor.decisions.giveUp(peer, slot);
    this.sim.invoke([{ peer: record, method: "done", args: encode([slot]) }]);
  }

  /** Calls `kill()`. The realm stays, and what the peer still does is counted. */
  kill(peer: number): void {
    const record = this.record(peer);
    if (!record.up) return;
    this.fault(peer, "kill");
    this.sim.invoke([{ peer: record, method: "kill", args: encode([]) }]);
    record.killed = true;
  }

  // --- expectations; each is data that `judge` judges ---

  /** Waits for what is expected, if it is to be waited for; ends the run when it does not come about. */
  judge(expect: DecideExpect): void {
    this.judging(expect, () => judge(this, expect));
  }

  /** Waits until all of these peers decided the slot; all that are up when nobody is named. */
  decided(slot: number, peers: readonly number[] = this.peers, withinMs = DECIDED_WITHIN_MS): void {
    this.judge({ is: "decided", slot, peers, withinMs });
  }

  /** Waits until so many peers decided the slot. */
  decidedByCount(slot: number, count: number, withinMs = DECIDED_WITHIN_MS): void {
    this.judge({ is: "decided-by", slot, count, withinMs });
  }

  /** Nobody has decided the slot so far. */
  undecided(slot: number, why: string): void {
    this.judge({ is: "undecided", slot, why });
  }

  /** Waits until `min` is that at all of these peers. */
  forgotten(min: number, peers: readonly number[] = this.peers, withinMs = DECIDED_WITHIN_MS): void {
    this.judge({ is: "forgotten", peers, min, withinMs });
  }

  /** Waits until `max` is that at all of these peers. */
  knowsOf(max: number, peers: readonly number[], withinMs = DECIDED_WITHIN_MS): void {
    this.judge({ is: "max", peers, max, withinMs });
  }

  /** Waits until what these peers have saved is no longer than that. */
  saved(atMostBytes: number, withinMs: number, otherwise: Otherwise): void {
    this.judge({ is: "saved", peers: this.peers, atMostBytes, withinMs, otherwise });
  }

  /** So much and no more was spent since the meter was taken. */
  expectSpent(meter: Meter, of: "rpcs" | "bytes", atMost: number, otherwise: Otherwise): void {
    const expect: DecideExpect = { is: "spent", of, amount: meter[of](), atMost, otherwise };
    this.judging(expect, () => judge(this, expect), meter.fromUs);
  }

  /**
   * Ends all faults, boots everybody, and asks that every slot is decided: by those that have started it, by themselves; then
   * by all others, once they start it too.
   */
  settle(): void {
    this.note("faults end; from here on every slot must be decided");
    this.phase("all faults are over: everybody is up and connected");
    this.heal();
    this.reliable();
    this.sim.crashRules.length = 0;
    this.restartAll();
    const slots = this.openSlots();
    for (const slot of slots) {
      const proposers = this.peers.filter((peer) => this.#hasStarted(peer, slot));
      if (proposers.length > 0) this.decided(slot, proposers);
    }
    const missing = (slot: number) => this.peers.filter((peer) => !this.hasDecided(peer, slot));
    this.startAtOnce(slots.flatMap((slot) => missing(slot).map((peer) => ({ peer, slot, value: this.value() }))));
    for (const slot of slots) this.decided(slot);
    const tooSoon = this.#monitor.decisions.decidedTooSoon();
    if (tooSoon !== null) this.fail(tooSoon);
  }

  #hasStarted(peer: number, slot: number): boolean {
    return this.#started.get(slot)?.get(peer) === this.record(peer).incarnation;
  }

  #startsOf(slot: number): Map<number, number> {
    let starts = this.#started.get(slot);
    if (starts === undefined) {
      starts = new Map();
      this.#started.set(slot, starts);
    }
    return starts;
  }

  #view(peer: number): PeerView {
    return this.#monitor.views[peer] as PeerView;
  }
}

/** Whether what a service asks of it reaches the peer. */
function isServed({ up, paused }: PeerRecord): boolean {
  return up && !paused;
}
