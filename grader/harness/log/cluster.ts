import { decode, encode } from "../../../labs/api/codec.ts";
import { Violation } from "../../check/failure.ts";
import type { PeerRecord } from "../../sim/peer.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { Cluster, type Meter } from "../cluster.ts";
import type { Draws } from "../draws.ts";
import type { Scripted } from "../scripted.ts";
import { EXPECT_CHECKS, judge, type LogExpect, type Otherwise } from "./expect.ts";
import { decodeStarted } from "./messages.ts";
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
export const CLUSTER_CHECKS = [...EXPECT_CHECKS, "log-interface"] as const;

/** A cluster that replicates a log behind a leader: what scenarios start, wait for and expect. */
export class LogCluster extends Cluster implements Scripted {
  readonly #monitor: LogMonitor;
  readonly #accepted = new Map<number, Started>();
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

  /** The term that the peer led until a request came, and is in still; null when it gave up none so. */
  gaveUpTerm(peer: number): number | null {
    return this.#monitor.gaveUpTerm(peer);
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
    return this.leaderAmong(this.connected());
  }

  /** Of a group, the peer that claims leadership in the highest term; null when none does. */
  leaderAmong(group: readonly number[]): number | null {
    const leaders = group.filter((peer) => this.claimsLeadership(peer));
    return leaders.reduce<number | null>(
      (best, peer) => (best === null || this.term(peer) > this.term(best) ? peer : best),
      null,
    );
  }

  // --- expectations; each is data that `judge` judges ---

  /** Waits for what is expected, if it is to be waited for; ends the run when it does not come about. */
  judge<E extends LogExpect>(expect: E): ReturnType<typeof judge<E["is"]>> {
    return this.judging(expect, () => judge<E["is"]>(this, expect as never));
  }

  /** Waits until a connected peer leads whose term no connected peer has gone beyond, and gives it. */
  checkOneLeader(withinMs = ELECTED_WITHIN_MS): number {
    return this.judge({ is: "leader", withinMs });
  }

  /** Waits for a leader inside a group that only reaches itself. `newerThan`: it must lead a term beyond this one. */
  leaderWithin(among: readonly number[], newerThan = -1): number {
    return this.judge({ is: "leader-among", among, newerThan, withinMs: ELECTED_WITHIN_MS });
  }

  /** Right now no connected peer says that it leads. */
  checkNoLeader(): void {
    this.judge({ is: "no-leader" });
  }

  /** Waits a little until all connected peers report the same term, and gives it. */
  checkTerms(withinMs = ELECTED_WITHIN_MS): number {
    return this.judge({ is: "terms-agree", withinMs });
  }

  /** For so long nobody challenges the term of the one leader, in one of so many attempts. */
  checkCalm(forMs: number, attempts: number): void {
    this.judge({ is: "calm", forMs, attempts });
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

  /** Where what that peer accepted last will stand if it is committed; null when it never did. */
  lastAccepted(peer: number): Started | null {
    return this.#accepted.get(peer) ?? null;
  }

  starter(who: number | "leader"): number | null {
    return who === "leader" ? this.leader() : who;
  }

  startAsTold(peer: number, { command }: { readonly command: unknown }): string | null {
    return this.start(peer, command) === null && this.isUp(peer) ? `peer ${peer} does not lead` : null;
  }

  #started(record: PeerRecord, command: Uint8Array, result: Uint8Array): Started | null {
    const peer = record.id;
    const started = decodeStarted(result);
    if (typeof started === "string") {
      // No part of what is waited for meanwhile.
      throw new Violation({
        timeUs: this.nowUs,
        property: "api",
        check: "log-interface",
        expected: "start() to return { index, term, isLeader }",
        seen: `peer ${peer}: ${started}`,
        peers: [peer],
      });
    }
    if (!started.isLeader) return null;
    if (record.up) this.#monitor.startAccepted(record, started.term, started.index, command);
    this.#accepted.set(peer, { index: started.index, term: started.term });
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
  wait(index: number, by: number, options: { startTerm?: number; withinMs?: number } = {}): boolean {
    const { startTerm = Number.POSITIVE_INFINITY, withinMs = ELECTED_WITHIN_MS } = options;
    return this.judge({ is: "applied", index, by, startTerm, withinMs });
  }

  /**
   * Starts a command with whoever leads and waits until `by` peers applied it; tries again elsewhere when another command
   * takes its place. Gives the index at which it stands.
   */
  one(command: unknown, by: number, options: { withinMs?: number; retry?: boolean } = {}): number {
    const { withinMs = AGREED_WITHIN_MS, retry = true } = options;
    return this.judge({ is: "agree", command, by, withinMs, retry });
  }

  /** Asks that a group that only reaches itself agrees on so many new commands, one after the other, all peers of it. */
  agreeAmong(among: readonly number[], count = 1, sizeBytes?: number): void {
    for (let i = 0; i < count; i++)
      this.judge({ is: "agree-among", command: this.command(sizeBytes), among, withinMs: AGREED_WITHIN_MS });
  }

  /** Waits until these peers applied everything up to the index; `otherwise` is what it is to be called when they do not. */
  expectCaughtUp(peers: readonly number[], index: number, withinMs: number, otherwise: Otherwise): void {
    this.judge({ is: "caught-up", peers, index, withinMs, otherwise });
  }

  /** So much and no more was spent since the meter was taken; `otherwise` is what it is to be called when it was more. */
  expectSpent(meter: Meter, of: "rpcs" | "bytes", atMost: number, otherwise: Otherwise): void {
    const expect: LogExpect = { is: "spent", of, amount: meter[of](), atMost, otherwise };
    this.judging(expect, () => judge<"spent">(this, expect), meter.fromUs);
  }

  /** That command was never applied by anybody. */
  expectNotApplied(command: unknown, why: string): void {
    this.judge({ is: "not-applied", command, why });
  }

  /** The lowest index at which that command was ever applied. */
  indexOf(command: unknown): number | undefined {
    return this.#monitor.log.indexOf(encode(command));
  }

  /** Whether something else than this command (MessagePack) was applied at that index. */
  isReplaced(index: number, command: Uint8Array): boolean {
    return this.#monitor.log.entryAt(index) !== undefined && !this.#monitor.log.holds(index, command);
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

  #view(peer: number): PeerView {
    return this.#monitor.views[peer] as PeerView;
  }
}
