import { encode } from "../../../labs/api/codec.ts";
import { CallRate, type Facts, type Finding, Violation } from "../../check/index.ts";
import { AppliedLog, ElectionSafety, LeaderCompleteness, TermOrder } from "../../check/log/index.ts";
import { LOOKAHEAD_US } from "../../sim/network.ts";
import type { PeerRecord } from "../../sim/peer.ts";
import type { Effect, Micros } from "../../sim/peer-host.ts";
import type { Simulation } from "../../sim/simulation.ts";
import type { Monitor } from "../monitor.ts";
import { decodeApplied, decodeState } from "./messages.ts";
import { makeSnapshot, readSnapshot, type SnapshotPlan, snapshotPlan } from "./service.ts";

/** What it judges beside the checkers that it feeds, by name. */
export const MONITOR_CHECKS = ["log-interface", "snapshot-unchanged"] as const;

/** What is known of one peer from what it reported and applied; of its present incarnation only. */
export interface PeerView {
  term: number;
  isLeader: boolean;
  /** The highest index it applied, or had in its snapshot when it booted. */
  appliedIndex: number;
}

/**
 * Follows a leader-based replicated log: feeds every observation and every applied message to the checkers, at the
 * moment it happens, and plays the service on top, which takes snapshots.
 */
export class LogMonitor implements Monitor {
  readonly views: readonly PeerView[];
  readonly log = new AppliedLog();
  readonly #elections: ElectionSafety;
  readonly #terms = new TermOrder();
  readonly #rate = new CallRate();
  readonly #completeness = new LeaderCompleteness();
  readonly #snapshots: SnapshotPlan;
  readonly #lastSnapshot: number[];
  /** By peer the term that it led until a request came, and is in still. */
  readonly #gaveUpTerm: (number | null)[];
  readonly #lastSnapshotCall: ({ readonly index: number; readonly timeUs: Micros } | null)[];
  #maxTerm = 0;
  #highest = 0;
  #sim: Simulation | undefined;

  constructor(size: number, snapshots: SnapshotPlan = snapshotPlan({})) {
    this.views = Array.from({ length: size }, () => ({ term: 0, isLeader: false, appliedIndex: 0 }));
    this.#lastSnapshot = new Array<number>(size).fill(0);
    this.#lastSnapshotCall = new Array<null>(size).fill(null);
    this.#gaveUpTerm = new Array<null>(size).fill(null);
    this.#elections = new ElectionSafety(size);
    this.#snapshots = snapshots;
  }

  /** The simulation whose events come here; it is made after its monitor. */
  attach(sim: Simulation): void {
    this.#sim = sim;
  }

  facts(peer: number): Facts {
    return { ...this.views[peer] };
  }

  get highestApplied(): number {
    return this.#highest;
  }

  /** For which index, and when, `snapshot()` of a peer was called last; null when not since it booted. */
  lastSnapshotCall(peer: number): { readonly index: number; readonly timeUs: Micros } | null {
    return this.#lastSnapshotCall[peer] ?? null;
  }

  /** The term that a peer led, and gave up when a request came, without a newer one; null when it did no such thing. */
  gaveUpTerm(peer: number): number | null {
    return this.#gaveUpTerm[peer] ?? null;
  }

  booted(peer: PeerRecord): void {
    const timeUs = this.#now();
    this.#gaveUpTerm[peer.id] = null;
    const view = this.#view(peer);
    view.term = 0;
    view.isLeader = false;
    view.appliedIndex = 0;
    if (peer.snapshot.length > 0) {
      const snapshot = readSnapshot(peer.snapshot, this.#snapshots.sizeBytes);
      if (snapshot === null) this.#notOurSnapshot(peer, "booted with");
      view.appliedIndex = snapshot.index;
      check(this.log.booted(peer.id, peer.incarnation, timeUs, snapshot));
    } else check(this.log.booted(peer.id, peer.incarnation, timeUs, null));
    this.#lastSnapshot[peer.id] = view.appliedIndex;
    this.#lastSnapshotCall[peer.id] = null;
    this.#terms.booted(peer.id, peer.incarnation, timeUs);
    this.#elections.booted(peer.id);
    this.#completeness.booted(peer.id);
  }

  crashed(peer: PeerRecord): void {
    const view = this.#view(peer);
    view.isLeader = false;
    this.#completeness.crashed(peer.id, this.#now());
  }

  sent(peer: PeerRecord, by: "call" | "reply", requestId: number | null): void {
    const { id, incarnation, stepRequest } = peer;
    if (by === "call") check(this.#rate.called(id, this.#now()));
    if (requestId === null) check(this.#terms.called(id, incarnation, this.#now()));
    else check(this.#terms.replied(id, incarnation, requestId, requestId === stepRequest, this.#now()));
  }

  heard(peer: PeerRecord, from: number): void {
    this.#elections.heard(peer.id, from);
  }

  observed(peer: PeerRecord, value: Uint8Array): void {
    const state = decodeState(value);
    if (typeof state === "string") this.#misuse(peer, "getState() to return { term, isLeader }", state);
    const { term, isLeader } = state;
    const timeUs = this.#now();
    const view = this.#view(peer);
    if (isLeader || term !== view.term) this.#gaveUpTerm[peer.id] = null;
    else if (view.isLeader && peer.stepRequest !== null) this.#gaveUpTerm[peer.id] = term;
    view.term = term;
    view.isLeader = isLeader;
    this.#maxTerm = Math.max(this.#maxTerm, term);
    check(this.#terms.observed(peer.id, peer.incarnation, term, isLeader, timeUs, peer.stepRequest));
    check(this.#elections.observed(peer.id, peer.incarnation, term, isLeader, timeUs));
  }

  upcall(peer: PeerRecord, message: Uint8Array): void {
    const timeUs = this.#now();
    const applied = decodeApplied(message);
    if (typeof applied === "string") {
      this.#misuse(peer, 'apply() to be given { kind: "command", "noop" or "snapshot", index, … }', applied);
    }
    const view = this.#view(peer);
    if (applied.kind === "snapshot") {
      const snapshot = readSnapshot(applied.snapshot, this.#snapshots.sizeBytes);
      if (snapshot === null) this.#notOurSnapshot(peer, "handed to apply()");
      check(this.log.snapshot(peer.id, peer.incarnation, applied.index, snapshot, timeUs));
      this.#lastSnapshot[peer.id] = Math.max(this.#lastSnapshot[peer.id] ?? 0, applied.index);
    } else {
      check(this.log.applied(peer.id, peer.incarnation, applied.kind, applied.index, applied.command, timeUs));
    }
    view.appliedIndex = Math.max(view.appliedIndex, applied.index);
    if (applied.kind !== "snapshot" && applied.index > this.#highest) {
      const { kind, index } = applied;
      this.#highest = index;
      const command = this.log.entryAt(index)?.command ?? applied.command;
      check(this.#completeness.applied(index, kind, command, this.#maxTerm, timeUs));
    }
    if (applied.kind !== "snapshot") this.#maybeSnapshot(peer, applied.index);
  }

  /**
   * The run ends in a step of this peer, with a failure that says what it did: its view is then that after the whole
   * step, although no checker is asked any more.
   */
  endedIn(peer: PeerRecord, effects: readonly Effect[]): void {
    const view = this.#view(peer);
    for (const effect of effects) {
      if (effect.kind === "observed") {
        const state = decodeState(effect.value);
        if (typeof state !== "string") Object.assign(view, state);
      } else if (effect.kind === "upcall") {
        const applied = decodeApplied(effect.message);
        if (typeof applied !== "string") view.appliedIndex = Math.max(view.appliedIndex, applied.index);
      }
    }
  }

  /** A command is about to be started: from now on it may be applied. */
  starting(command: Uint8Array): void {
    this.log.started(command);
  }

  startAccepted(peer: PeerRecord, term: number, index: number, command: Uint8Array): void {
    check(this.#completeness.startAccepted(peer.id, peer.incarnation, term, index, command, this.#now()));
  }

  /** The service takes a snapshot in an event of its own, one lookahead after the entry that made it due. */
  #maybeSnapshot(peer: PeerRecord, index: number): void {
    const { every, stagger, sizeBytes } = this.#snapshots;
    if (every === 0 || index - (this.#lastSnapshot[peer.id] ?? 0) < every + peer.id * stagger) return;
    this.#lastSnapshot[peer.id] = index;
    const bytes = makeSnapshot(index, this.log.digestAt(index), sizeBytes);
    const timeUs = this.#now() + LOOKAHEAD_US;
    this.#lastSnapshotCall[peer.id] = { index, timeUs };
    this.#sim?.invokeAt(timeUs, peer, "snapshot", encode([index, bytes]));
  }

  #view(peer: PeerRecord): PeerView {
    return this.views[peer.id] as PeerView;
  }

  #now(): Micros {
    return this.#sim?.nowUs ?? 0;
  }

  #misuse(peer: PeerRecord, expected: string, seen: string): never {
    throw new Violation({
      property: "api",
      check: "log-interface",
      expected,
      seen: `peer ${peer.id}: ${seen}`,
      timeUs: this.#now(),
      peers: [peer.id],
    });
  }

  #notOurSnapshot(peer: PeerRecord, how: string): never {
    throw new Violation({
      property: "state-machine-safety",
      check: "snapshot-unchanged",
      expected: "a snapshot to hold exactly the bytes that the service gave to snapshot()",
      seen: `peer ${peer.id} ${how} other bytes`,
      timeUs: this.#now(),
      peers: [peer.id],
    });
  }
}

function check(finding: Finding | null): void {
  if (finding !== null) throw new Violation(finding);
}
