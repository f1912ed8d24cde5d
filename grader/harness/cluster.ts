import { LOOKAHEAD_US, type NetworkModel, type Rule } from "../sim/network.ts";
import type { PeerRecord, WorkAfterKill } from "../sim/peer.ts";
import type { Micros } from "../sim/peer-host.ts";
import type { Simulation } from "../sim/simulation.ts";
import { Background, type Task } from "./background.ts";
import { addCrashRule, type CrashHandle, type CrashSpec } from "./crash-rules.ts";
import type { Draws } from "./draws.ts";
import { Expectations } from "./expectations.ts";
import { addRule, type RuleHandle } from "./message-rules.ts";
import { Setup } from "./setup.ts";

/** What all peers sent since a moment: requests, and bytes of arguments sent and replies delivered. */
export interface Meter {
  readonly fromUs: Micros;
  rpcs(): number;
  bytes(): number;
}

/** Somebody wants to sleep beyond the hour that a run may take. */
export class OutOfTime extends Error {}

/** A scenario may not take more virtual time than this; all waits are bounded, so that only a mistake reaches it. */
const MAX_VIRTUAL_US = 3_600_000_000;

/**
 * A cluster of peers and the faults that can be done to it, in virtual time.
 *
 * Everything is synchronous: `sleep(500)` lets 500 ms of virtual time pass and returns. What should go on meanwhile is a
 * background activity, a generator whose `yield ms` sleeps. Knows no lab.
 */
export class Cluster extends Expectations {
  readonly peers: readonly number[];
  readonly size: number;
  readonly majority: number;
  readonly #draws: Draws;
  readonly #background: Background;

  constructor(sim: Simulation, draws: Draws) {
    super(sim);
    this.#draws = draws;
    this.#background = new Background(sim);
    this.peers = sim.peers.map((peer) => peer.id);
    this.size = sim.peers.length;
    this.majority = Math.floor(this.size / 2) + 1;
  }

  /** What a scenario arranges before it begins, on processes that have booted: the network, but no clocks. */
  arrange(setup: ((setup: Setup) => void) | undefined): void {
    setup?.(new Setup(this.sim, this.#draws, true));
  }

  // --- time ---

  get nowUs(): Micros {
    return this.sim.nowUs;
  }

  nowMs(): number {
    return this.sim.nowUs / 1000;
  }

  /** Lets virtual time pass. */
  sleep(ms: number): void {
    if (this.#background.active) throw new Error("a background activity sleeps by `yield ms`, not by sleep()");
    const targetUs = this.sim.nowUs + Math.max(0, Math.round(ms * 1000));
    if (targetUs > MAX_VIRTUAL_US) throw new OutOfTime("the scenario takes more than an hour of virtual time");
    this.goOnWaiting();
    this.sim.runUntil(targetUs);
  }

  /** Lets time pass until the condition holds, looking every `pollMs`; false when it did not within `withinMs`. */
  until(withinMs: number, condition: () => boolean, pollMs = 20): boolean {
    // In whole microseconds: a rest that is lost in rounding would never pass.
    const endUs = this.sim.nowUs + Math.round(withinMs * 1000);
    for (;;) {
      if (condition()) return true;
      if (this.sim.nowUs >= endUs) return false;
      this.sleep(Math.min(pollMs, (endUs - this.sim.nowUs) / 1000));
    }
  }

  // --- choices of the scenario, from the choice tape ---

  /** An integer min … max, both included. */
  int(label: string, min: number, max: number): number {
    return this.#draws.int(label, min, max);
  }

  chance(label: string, probability: number): boolean {
    return this.#draws.chance(label, probability);
  }

  pick<T>(label: string, list: readonly T[]): T {
    return this.#draws.pick(label, list);
  }

  shuffle<T>(label: string, list: readonly T[]): T[] {
    return this.#draws.shuffle(label, list);
  }

  /** Of 1, 2, 3, 4, 6 or 12 cases the one whose turn it is: within as many runs of a grading each has had its turn. */
  stratum<T>(cases: readonly T[]): T {
    return this.#draws.stratum(cases);
  }

  // --- peers ---

  isUp(peer: number): boolean {
    return this.record(peer).up;
  }

  isConnected(peer: number): boolean {
    return this.sim.network.isConnected(peer);
  }

  /** Peers that are up and connected. */
  connected(): number[] {
    return this.peers.filter((peer) => this.isUp(peer) && this.isConnected(peer));
  }

  /** The peer's memory is lost at once; what it saved stays. `kill()` is not called. */
  crash(peer: number): void {
    if (!this.isUp(peer)) return;
    this.fault(peer, "crash");
    this.sim.crash(this.record(peer));
  }

  /** Boots a peer again with what it saved; crashes it first if it is up. */
  restart(peer: number): void {
    this.crash(peer);
    const record = this.record(peer);
    const earliestUs = record.crashedUs + LOOKAHEAD_US;
    if (this.sim.nowUs >= earliestUs) this.bootNow(record);
    else if (this.#background.active) this.sim.at(earliestUs, () => this.bootNow(record));
    else {
      this.sim.runUntil(earliestUs);
      this.bootNow(record);
    }
  }

  crashAll(): void {
    for (const peer of this.peers) this.crash(peer);
  }

  /** Boots every peer that is down. */
  restartAll(): void {
    for (const peer of this.peers) if (!this.isUp(peer)) this.restart(peer);
  }

  /** The peer stands still: no timer fires, deliveries wait. */
  pause(peer: number): void {
    this.fault(peer, "pause");
    this.sim.pause(this.record(peer));
  }

  resume(peer: number): void {
    this.sim.resume(this.record(peer));
  }

  /** Bytes of the state that the peer saved last. */
  stateSize(peer: number): number {
    return this.record(peer).state.length;
  }

  /** Bytes of the snapshot that the peer saved last. */
  snapshotSize(peer: number): number {
    return this.record(peer).snapshot.length;
  }

  /** Lets the peer crash between two effects of one entry; see `CrashSpec`. */
  crashOnEffect(spec: CrashSpec): CrashHandle {
    return addCrashRule(this.sim, spec, (peer) => this.bootNow(peer));
  }

  // --- links ---

  disconnect(peer: number): void {
    this.fault(peer, "disconnect");
    this.sim.network.setConnected(peer, false);
  }

  connect(peer: number): void {
    this.fault(peer, "connect");
    this.sim.network.setConnected(peer, true);
  }

  connectAll(): void {
    for (const peer of this.peers) this.connect(peer);
  }

  /** Peers reach only their own group; a peer in no group is alone. */
  partition(...groups: readonly (readonly number[])[]): void {
    this.fault(-1, `partition ${groups.map((group) => group.join(",")).join(" | ")}`);
    this.sim.network.partition(groups);
  }

  /** Nothing that `from` sends reaches `to`; the other direction stays. */
  cut(from: number, to: number): void {
    this.fault(from, "cut", to);
    this.sim.network.setCut(from, to, true);
  }

  uncut(from: number, to: number): void {
    this.fault(from, "uncut", to);
    this.sim.network.setCut(from, to, false);
  }

  /** Ends partitions, cuts, disconnections, pauses and rules; what rules held is delivered. The weather stays. */
  heal(): void {
    this.fault(-1, "heal");
    this.sim.network.healLinks();
    this.sim.network.rules.length = 0;
    this.sim.calls.release();
    for (const peer of this.peers) this.resume(peer);
  }

  /** Changes the weather. */
  network(model: NetworkModel): void {
    this.fault(-1, `network ${JSON.stringify(model)}`);
    this.sim.network.model = model;
  }

  reliable(): void {
    this.network({});
  }

  /** Adds a rule that decides about single messages; the first rule that does not say `pass` decides. */
  rule(decide: Rule): RuleHandle {
    return addRule(this.sim, decide);
  }

  // --- background activities ---

  /** Starts a background activity now. `yield ms` sleeps; nothing in it may wait in another way. */
  spawn(name: string, activity: () => Generator<number, void, void>): Task {
    return this.#background.spawn(name, activity);
  }

  /** Waits until all these activities ended. */
  join(tasks: readonly Task[], withinMs: number): void {
    if (this.until(withinMs, () => tasks.every((task) => task.done))) return;
    const late = tasks.filter((task) => !task.done).map((task) => task.name);
    this.fail({
      property: "liveness",
      check: "activities-end",
      expected: `${late.join(", ")} to finish within ${withinMs / 1000} s`,
      seen: "no end of it",
    });
  }

  // --- counters ---

  /** Requests sent so far, by all peers. */
  rpcs(): number {
    return this.sim.calls.rpcs;
  }

  rpcsFrom(peer: number): number {
    return this.record(peer).sent;
  }

  rpcsTo(peer: number): number {
    return this.record(peer).received;
  }

  /** Bytes of arguments sent and of replies delivered so far. */
  bytes(): number {
    return this.sim.calls.bytes;
  }

  /** What is spent from now on. */
  meter(): Meter {
    const { nowUs: fromUs } = this;
    const [rpcs, bytes] = [this.rpcs(), this.bytes()];
    return { fromUs, rpcs: () => this.rpcs() - rpcs, bytes: () => this.bytes() - bytes };
  }

  /** What the peer did since `kill()` was called on its present incarnation. */
  effectsAfterKill(peer: number): Readonly<WorkAfterKill> {
    return { ...this.record(peer).afterKill };
  }

  // --- for the layers above ---

  protected record(peer: number): PeerRecord {
    const record = this.sim.peers[peer];
    if (record === undefined)
      throw new RangeError(`there is no peer ${peer}: the cluster has peers 0 … ${this.size - 1}`);
    return record;
  }

  protected fault(peer: number, what: string, other = -1): void {
    this.sim.trace.add(this.sim.nowUs, "fault", peer, other, -1, what);
  }

  protected bootNow(record: PeerRecord): void {
    if (!record.up) this.sim.boot(record);
  }
}
