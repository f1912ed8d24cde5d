import { encode } from "../../../labs/api/codec.ts";
import { type Facts, type OwnFinding, Violation } from "../../check/failure.ts";
import { CallRate } from "../../check/index.ts";
import type { KeyOperation } from "../../check/linearizability/index.ts";
import type { PeerRecord } from "../../sim/peer.ts";
import type { Effect, Micros } from "../../sim/peer-host.ts";
import type { ProcessPlan } from "../../sim/role.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { decodeState } from "../log/messages.ts";
import type { Monitor } from "../monitor.ts";
import { Arrivals, type Evidence, entriesOf } from "./evidence.ts";
import { callOf, decodeReturned, inHistory, type Order, type Recorded } from "./operations.ts";
import { SnapshotLabels } from "./snapshot-label.ts";

/** What the monitor judges by itself. */
export const MONITOR_CHECKS = ["answers-as-documented", "state-as-documented", "snapshot-of-its-index"] as const;

/** What a server reports of the Raft in it. */
export interface ServerView {
  term: number;
  isLeader: boolean;
}

/** A request of a clerk that a server has not answered. */
export interface RequestAtServer {
  readonly server: number;
  readonly clerk: number;
  readonly method: string;
  /** Whether that is so still. */
  readonly isThere: () => boolean;
}

/** Follows a store: what its servers report, and every call of its clients with what it returned. */
export class KvMonitor implements Monitor {
  readonly views: readonly ServerView[];
  /** All operations of the run, in the order in which clients were told to do them. */
  readonly recorded: Recorded[] = [];
  /** Told of each operation that returns. */
  onReturned: (operation: Recorded) => void = () => {};
  readonly #rate = new CallRate();
  /** What operations of the run write. */
  readonly #written = new Set<string>();
  readonly #labels = new SnapshotLabels((token) => this.#written.has(token));
  readonly #arrivals = new Arrivals();
  /** By process: operations that its present incarnation has not answered, by the id of the call. */
  readonly #open: readonly Map<number, Recorded>[];
  /** By process: when it got a request or an answer of a server last; −1 before. */
  readonly #heardUs: number[];
  #sim: Simulation | undefined;

  constructor(private readonly processes: readonly ProcessPlan[]) {
    this.views = processes.map(() => ({ term: 0, isLeader: false }));
    this.#open = processes.map(() => new Map());
    this.#heardUs = processes.map(() => -1);
  }

  attach(sim: Simulation): void {
    this.#sim = sim;
  }

  facts(id: number): Facts {
    const plan = this.processes[id];
    const name = plan?.name ?? "";
    return plan?.role === "server" ? { name, ...this.views[id] } : { name };
  }

  /** Tells a client to do an operation, at this moment. */
  begin(client: PeerRecord, order: Order): Recorded {
    const number = this.recorded.length;
    const operation: Recorded = {
      number,
      order,
      client: client.id,
      callUs: null,
      returned: null,
      reached: 0,
      isLost: !client.up,
    };
    this.recorded.push(operation);
    if (order.kind !== "get") this.#written.add(order.value);
    if (!client.up) return operation;
    const { method, args } = callOf(order);
    const id = (this.#sim as Simulation).invokeAt(this.#now(), client, method, encode(args));
    this.#openOf(client).set(id, operation);
    return operation;
  }

  /** What checks of whole histories are given. */
  history(): KeyOperation[] {
    return this.recorded.flatMap((operation) => inHistory(operation) ?? []);
  }

  /** What is known of a write beside what clerks saw. */
  evidenceOf(client: number, value: string): Evidence {
    const servers = (this.#sim?.peers ?? []).filter(({ plan }) => plan.role === "server");
    const states = new Map(servers.map(({ id, state }) => [id, state]));
    return { requests: this.#arrivals.of(client, value), entries: entriesOf(value, states) };
  }

  /** Requests of clerks that a server has not answered since they reached its present incarnation. */
  requestsAt(server: PeerRecord): RequestAtServer[] {
    const { handling } = server;
    return [...handling].flatMap(([id, call]) => {
      const { from: clerk, method } = call;
      if (this.processes[clerk]?.role !== "clerk") return [];
      return [{ server: server.id, clerk, method, isThere: () => handling.get(id) === call }];
    });
  }

  booted({ id }: PeerRecord): void {
    Object.assign(this.#view(id), { term: 0, isLeader: false });
  }

  crashed(peer: PeerRecord): void {
    this.#view(peer.id).isLeader = false;
    const open = this.#openOf(peer);
    for (const operation of open.values()) operation.isLost = true;
    open.clear();
  }

  sent({ id }: PeerRecord, by: "call" | "reply"): void {
    const finding = by === "call" ? this.#rate.called(id, this.#now()) : null;
    if (finding !== null) throw new Violation(finding);
  }

  heard(peer: PeerRecord, from: number): void {
    if (this.processes[from]?.role !== "clerk") {
      this.#heardUs[peer.id] = this.#now();
      return;
    }
    const call = peer.stepRequest === null ? undefined : peer.handling.get(peer.stepRequest);
    if (call !== undefined) this.#arrivals.add(from, peer.id, this.#now(), call.args);
  }

  saves(peer: PeerRecord, { state, snapshot }: Extract<Effect, { kind: "save" }>): void {
    const ahead = snapshot === null ? null : this.#labels.saves(peer.state, state, snapshot);
    if (ahead === null) return;
    const { token, label, index } = ahead;
    throw this.#violation(
      peer,
      "snapshot-of-its-index",
      `the snapshot for index ${label} to hold what was applied up to there, and nothing further`,
      `it holds ${JSON.stringify(token)}, which is written by the entry at index ${index}`,
    );
  }

  upcall(): void {}

  observed(peer: PeerRecord, value: Uint8Array): void {
    const state = decodeState(value);
    if (typeof state === "string") {
      const expected = "getState() to return { term, isLeader }";
      throw this.#violation(peer, "state-as-documented", expected, state, "getState");
    }
    Object.assign(this.#view(peer.id), state);
  }

  invoked(peer: PeerRecord, invokeId: number): void {
    const operation = this.#openOf(peer).get(invokeId);
    if (operation !== undefined) operation.callUs = this.#now();
  }

  returned(peer: PeerRecord, invokeId: number, value: Uint8Array): void {
    const open = this.#openOf(peer);
    const operation = open.get(invokeId);
    // A host of a submission's own making can answer what was not asked, or twice.
    if (operation === undefined || operation.callUs === null) return;
    const returned = decodeReturned(operation.order, value, this.#now());
    if (typeof returned === "string") {
      const expected = "operations of the clerk to answer as the student API says";
      throw this.#violation(peer, "answers-as-documented", expected, returned, operation.order.kind);
    }
    open.delete(invokeId);
    operation.returned = returned;
    operation.reached = this.#reachedSince(operation.callUs, peer.id);
    this.onReturned(operation);
  }

  endedIn(peer: PeerRecord, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind !== "observed") continue;
      const state = decodeState(effect.value);
      if (typeof state !== "string") Object.assign(this.#view(peer.id), state);
    }
  }

  #reachedSince(timeUs: Micros, client: number): number {
    const hasHeard = (process: number) => (this.#heardUs[process] ?? -1) >= timeUs;
    if (!hasHeard(client)) return -1;
    return this.processes.filter(({ id, role }) => role === "server" && hasHeard(id)).length;
  }

  #violation(peer: PeerRecord, check: string, expected: string, seen: string, method?: string): Violation {
    const finding: OwnFinding = {
      property: "api",
      check,
      expected,
      seen: `${peer.plan.name}: ${seen}`,
      timeUs: this.#now(),
      peers: [peer.id],
      ...(method !== undefined && { member: { role: peer.plan.role, method } }),
    };
    return new Violation(finding);
  }

  #view(id: number): ServerView {
    return this.views[id] as ServerView;
  }

  #openOf({ id }: PeerRecord): Map<number, Recorded> {
    return this.#open[id] as Map<number, Recorded>;
  }

  #now(): Micros {
    return this.#sim?.nowUs ?? 0;
  }
}
