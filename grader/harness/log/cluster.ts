import { decode, encode } from "../../../labs/api/codec.ts";
import type { PeerRecord } from "../../sim/peer.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { Cluster } from "../cluster.ts";
import type { Draws } from "../draws.ts";
import { decodeStarted, show } from "./messages.ts";
import type { LogMonitor, PeerView } from "./monitor.ts";

/** Where a command that was accepted will appear in the log, if it is committed. */
export interface Started {
  readonly index: number;
  readonly term: number;
}

/** A command for a peer. */
export interface StartOrder {
  readonly peer: number;
  readonly command: unknown;
}

/** How long a majority that is up and connected, on a network without faults, may take to have a leader and one term. */
export const ELECTED_WITHIN_MS = 30_000;
/** How long it may take to agree on a command, elections included. */
export const AGREED_WITHIN_MS = 60_000;
/** A host has one limit of CPU time for all that a window holds. */
const STARTS_A_WINDOW = 25;

/** What it judges by itself, by name. */
export const CLUSTER_CHECKS = [
  "elects",
  "no-leader-of-few",
  "terms-agree",
  "log-interface",
  "accepts",
  "agrees",
  "applies",
  "not-applied",
] as const;

/** A cluster that replicates a log behind a leader: what scenarios start, wait for and expect. */
export class LogCluster extends Cluster {
  readonly #monitor: LogMonitor;
  #commands = 0;

  constructor(sim: Simulation, draws: Draws, monitor: LogMonitor) {
    super(sim, draws);
    this.#monitor = monitor;
  }

  // --- what peers report ---

  /** The term that the peer reported last. */
  term(peer: number): number {
    return this.#view(peer).term;
  }

  /** Whether the peer says that it leads. */
  claimsLeadership(peer: number): boolean {
    return this.isUp(peer) && this.#view(peer).isLeader;
  }

  /** The highest index that the peer's present incarnation applied, or booted with. */
  appliedIndex(peer: number): number {
    return this.#view(peer).appliedIndex;
  }

  /** The highest index that any peer ever applied. */
  highestApplied(): number {
    return this.#monitor.highestApplied;
  }

  /** For which index, and when, the service called `snapshot()` of the peer last; null when not since it booted. */
  lastSnapshotCall(peer: number): { readonly index: number; readonly ms: number } | null {
    const last = this.#monitor.lastSnapshotCall(peer);
    return last === null ? null : { index: last.index, ms: last.timeUs / 1000 };
  }

  /** The connected peer that claims leadership in the highest term, or null. Does not wait. */
  leader(): number | null {
    const leaders = this.connected().filter((peer) => this.claimsLeadership(peer));
    return leaders.reduce<number | null>(
      (best, peer) => (best === null || this.term(peer) > this.term(best) ? peer : best),
      null,
    );
  }

  // --- elections ---

  /** Waits until a connected peer leads whose term no connected peer has gone beyond, and gives it. */
  checkOneLeader(withinMs = ELECTED_WITHIN_MS): number {
    let leader: number | null = null;
    const settled = (): boolean => {
      leader = this.leader();
      return leader !== null && this.connected().every((peer) => this.term(peer) <= this.term(leader as number));
    };
    if (!this.until(withinMs, settled, 50)) leader = this.leader();
    if (leader !== null) return leader;
    return this.fail({
      property: "liveness",
      check: "elects",
      expected: `one of the connected ${this.#list(this.connected())} to become leader within ${withinMs / 1000} s`,
      seen: `none says that it leads; terms are ${this.connected()
        .map((peer) => `${this.term(peer)} at peer ${peer}`)
        .join(", ")}`,
      peers: this.connected(),
    });
  }

  /** Right now no connected peer says that it leads. */
  checkNoLeader(): void {
    const leader = this.leader();
    if (leader === null) return;
    this.fail({
      property: "election-safety",
      check: "no-leader-of-few",
      expected: `no leader, as only ${this.connected().length} of ${this.size} peers are connected`,
      seen: `peer ${leader} says that it leads term ${this.term(leader)}`,
      peers: [leader],
      where: { term: this.term(leader) },
    });
  }

  /** Waits a little until all connected peers report the same term, and gives it. */
  checkTerms(withinMs = ELECTED_WITHIN_MS): number {
    const terms = (): number[] => [...new Set(this.connected().map((peer) => this.term(peer)))];
    if (!this.until(withinMs, () => terms().length <= 1)) {
      this.fail({
        property: "liveness",
        check: "terms-agree",
        expected: `all connected peers to agree on the term within ${withinMs / 1000} s`,
        seen: this.connected()
          .map((peer) => `term ${this.term(peer)} at peer ${peer}`)
          .join(", "),
        peers: this.connected(),
      });
    }
    return terms()[0] ?? 0;
  }

  // --- commands ---

  /** A command never used before in this run; with a size, a string of so many bytes. */
  command(sizeBytes = 0): unknown {
    const number = ++this.#commands;
    return sizeBytes > 0 ? `command ${number} `.padEnd(sizeBytes, "x") : number;
  }

  /** Calls `start`; null when the peer is down, paused, not the leader, or crashed before it answered. */
  start(peer: number, command: unknown): Started | null {
    return this.startAtOnce([{ peer, command }])[0] ?? null;
  }

  /** Calls `start` several times at one instant, on one peer or on several. */
  startAtOnce(orders: readonly StartOrder[]): (Started | null)[] {
    const results: (Started | null)[] = [];
    for (let from = 0; from < orders.length; from += STARTS_A_WINDOW) {
      const some = orders.slice(from, from + STARTS_A_WINDOW).map(({ peer, command }) => {
        const bytes = encode(command);
        this.#monitor.starting(bytes);
        return { peer: this.record(peer), method: "start", args: encode([command]), bytes };
      });
      for (const [i, result] of this.sim.invoke(some).entries()) {
        const { peer, bytes } = some[i] as (typeof some)[number];
        results.push(result === null ? null : this.#started(peer, bytes, result));
      }
    }
    return results;
  }

  #started(record: PeerRecord, command: Uint8Array, result: Uint8Array): Started | null {
    const peer = record.id;
    const started = decodeStarted(result);
    if (typeof started === "string") {
      return this.fail({
        property: "api",
        check: "log-interface",
        expected: "start() to return { index, term, isLeader }",
        seen: `peer ${peer}: ${started}`,
        peers: [peer],
      });
    }
    if (!started.isLeader) return null;
    if (record.up) this.#monitor.startAccepted(record, started.term, started.index, command);
    return { index: started.index, term: started.term };
  }

  /** Who of the live peers applied that index in its present incarnation, and what stands there. */
  applied(index: number): { count: number; peers: number[]; kind: "command" | "noop" | "none"; command: unknown } {
    const peers = this.peers.filter((peer) => this.isUp(peer) && this.appliedIndex(peer) >= index);
    const entry = this.#monitor.log.entryAt(index);
    if (entry === undefined) return { count: peers.length, peers, kind: "none", command: undefined };
    return {
      count: peers.length,
      peers,
      kind: entry.kind,
      command: entry.kind === "command" ? decode(entry.command) : undefined,
    };
  }

  /** Waits until so many peers applied the index; false when a term beyond `startTerm` was seen first. */
  wait(index: number, count: number, options: { startTerm?: number; withinMs?: number } = {}): boolean {
    const { startTerm = Number.POSITIVE_INFINITY, withinMs = ELECTED_WITHIN_MS } = options;
    const moved = (): boolean => this.peers.some((peer) => this.term(peer) > startTerm);
    if (!this.until(withinMs, () => this.applied(index).count >= count || moved(), 10))
      this.#notApplied(index, count, withinMs);
    return this.applied(index).count >= count;
  }

  /**
   * Starts a command with whoever leads and waits until `count` peers applied it; tries again elsewhere when another
   * command takes its place. Gives the index at which it stands.
   */
  one(command: unknown, count: number, options: { withinMs?: number; retry?: boolean } = {}): number {
    const { withinMs = AGREED_WITHIN_MS, retry = true } = options;
    const endUs = this.sim.nowUs + Math.round(withinMs * 1000);
    const bytes = encode(command);
    let started: Started | null = null;
    let next = 0;
    while (this.sim.nowUs < endUs) {
      const fromUs = this.sim.nowUs;
      started = null;
      for (let tries = 0; tries < this.size && started === null; tries++) {
        const peer = next++ % this.size;
        if (this.isConnected(peer) && this.claimsLeadership(peer)) started = this.start(peer, command);
      }
      if (started === null) {
        this.sleep(20);
        continue;
      }
      const { index } = started;
      // Long enough for two rounds at the slowest legal pace; then another leader may have taken over.
      const patienceMs = Math.min((endUs - fromUs) / 1000, retry ? 5_000 : withinMs);
      const there = (): boolean => this.applied(index).count >= count;
      const replaced = (): boolean =>
        this.#monitor.log.entryAt(index) !== undefined && !this.#monitor.log.holds(index, bytes);
      if (this.until(patienceMs, () => there() || replaced()) && !replaced()) return index;
      if (!retry) break;
      // Whoever answers at once with an index that is taken must not stop the clock.
      if (this.sim.nowUs === fromUs) this.sleep(20);
    }
    return this.#notAgreed(command, count, withinMs, started);
  }

  /** That command was never applied by anybody. */
  expectNotApplied(command: unknown, why: string): void {
    const index = this.#monitor.log.indexOf(encode(command));
    if (index === undefined) return;
    this.fail({
      property: "state-machine-safety",
      check: "not-applied",
      expected: `${show(command)} not to be applied: ${why}`,
      seen: `it was applied at index ${index} by ${this.#list(this.applied(index).peers)}`,
      peers: this.applied(index).peers,
      where: { index },
    });
  }

  /** Calls `kill()`. The realm stays, and what the peer still does is counted. */
  kill(peer: number): void {
    const record = this.record(peer);
    if (!record.up) return;
    this.fault(peer, "kill");
    this.sim.invoke([{ peer: record, method: "kill", args: encode([]) }]);
    record.killed = true;
    this.#view(peer).isLeader = false;
  }

  /** Ends all faults, boots everybody, and asks that the cluster agrees on a new command everywhere. */
  settle(options: { withinMs?: number } = {}): void {
    this.note("faults end; from here on the cluster must make progress");
    this.phase("all faults are over: everybody is up and connected");
    this.heal();
    this.reliable();
    this.sim.crashRules.length = 0;
    this.restartAll();
    const index = this.one(this.command(), this.size, options);
    const high = this.highestApplied();
    if (high > index) this.wait(high, this.size, options);
  }

  #notAgreed(command: unknown, count: number, withinMs: number, started: Started | null): never {
    const where =
      started === null
        ? "no connected peer that says it leads accepted it"
        : `started at index ${started.index} in term ${started.term}, applied by ${this.#list(this.applied(started.index).peers)}`;
    return this.fail({
      property: "liveness",
      check: started === null ? "accepts" : "agrees",
      expected: `the command ${show(command)} to be applied by ${count} of ${this.size} peers within ${withinMs / 1000} s`,
      seen: where,
      peers: this.connected(),
      ...(started !== null && { where: { term: started.term, index: started.index } }),
    });
  }

  #notApplied(index: number, count: number, withinMs: number): never {
    const { peers } = this.applied(index);
    return this.fail({
      property: "liveness",
      check: "applies",
      expected: `index ${index} to be applied by ${count} of ${this.size} peers within ${withinMs / 1000} s`,
      seen: `applied by ${this.#list(peers)}`,
      peers: this.connected(),
      where: { index },
    });
  }

  #view(peer: number): PeerView {
    return this.#monitor.views[peer] as PeerView;
  }

  #list(peers: readonly number[]): string {
    return peers.length === 0 ? "nobody" : peers.length === 1 ? `peer ${peers[0]}` : `peers ${peers.join(", ")}`;
  }
}
