import { encode } from "../../../labs/api/codec.ts";
import type { KeyOperation } from "../../check/linearizability/index.ts";
import type { Micros } from "../../sim/peer-host.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { Cluster } from "../cluster.ts";
import type { Draws } from "../draws.ts";
import type { FoundNow } from "../expectations.ts";
import { ELECTED_WITHIN_MS } from "../log/cluster.ts";
import type { Scripted } from "../scripted.ts";
import type { Evidence } from "./evidence.ts";
import { EXPECT_CHECKS, judge, type KvExpect } from "./expect.ts";
import { type Load, LoadGenerator } from "./load.ts";
import type { KvMonitor, RequestAtServer, ServerView } from "./monitor.ts";
import { type Order, orderOf, type Recorded } from "./operations.ts";
import { tokenOf } from "./tokens.ts";

/** What the cluster judges by itself. */
export const CLUSTER_CHECKS = EXPECT_CHECKS;

/** Faults over, a majority up, and the client reaching it: so long may an operation take, elections included. */
export const ENDED_WITHIN_MS = 15_000;

/** Servers that keep a store, and clerks that use it: what scenarios do, wait for and expect. */
export class KvCluster extends Cluster implements Scripted {
  readonly servers: readonly number[];
  readonly clerks: readonly number[];
  readonly #monitor: KvMonitor;
  readonly #loads: LoadGenerator;
  #tokens = 0;

  constructor(sim: Simulation, draws: Draws, monitor: KvMonitor) {
    super(sim, draws);
    const idsOf = (wanted: string) => sim.processes.filter(({ role }) => role === wanted).map(({ id }) => id);
    this.servers = idsOf("server");
    this.clerks = idsOf("clerk");
    this.#monitor = monitor;
    this.#loads = new LoadGenerator(this, sim, (clerk, order) => this.begin(clerk, order));
    monitor.onReturned = (operation) => this.#loads.returned(operation);
  }

  // --- what servers report ---

  /** The connected server that says it leads in the highest term; null when none does. */
  leader(among: readonly number[] = this.servers): number | null {
    const leaders = among.filter((id) => this.isUp(id) && this.isConnected(id) && this.#view(id).isLeader);
    return leaders.reduce<number | null>(
      (best, id) => (best === null || this.#view(id).term > this.#view(best).term ? id : best),
      null,
    );
  }

  /** The term that the server is in. */
  term(server: number): number {
    return this.#view(server).term;
  }

  /** Waits until one of a group of servers leads, whose term none of them has gone beyond, and gives it. */
  leaderWithin(among: readonly number[] = this.servers, withinMs = ELECTED_WITHIN_MS): number {
    return this.judge({ is: "leader", among, withinMs });
  }

  // --- operations ---

  /** Tells a clerk to do an operation now, and goes on. */
  begin(clerk: number, order: Order): Recorded {
    return this.#monitor.begin(this.record(clerk), order);
  }

  get(clerk: number, key: string): Recorded {
    return this.begin(clerk, { kind: "get", key });
  }

  put(clerk: number, key: string): Recorded {
    return this.begin(clerk, { kind: "put", key, value: this.token() });
  }

  append(clerk: number, key: string): Recorded {
    return this.begin(clerk, { kind: "append", key, value: this.token() });
  }

  cas(clerk: number, key: string, expected: string): Recorded {
    return this.begin(clerk, { kind: "cas", key, expected, value: this.token() });
  }

  /** A value that was never written before in this run, and begins no other. */
  token(): string {
    return tokenOf(++this.#tokens);
  }

  /** The operation of that number: so many were begun before it. */
  operation(number: number): Recorded {
    return this.#monitor.recorded[number] as Recorded;
  }

  /** The first operation that returned before so many servers can have known of it; null when there is none. */
  answeredTooSoon(majority: number): Recorded | null {
    return this.#monitor.recorded.find(({ returned, reached }) => returned !== null && reached < majority) ?? null;
  }

  /** What was called, and what it returned. */
  history(): KeyOperation[] {
    return this.#monitor.history();
  }

  /** What is known of a write beside what clerks saw. */
  evidenceOf(client: number, value: string): Evidence {
    return this.#monitor.evidenceOf(client, value);
  }

  /** Requests of clerks that are at servers which have not answered them. */
  requestsAtServers(): RequestAtServer[] {
    return this.servers.flatMap((server) => this.#monitor.requestsAt(this.record(server)));
  }

  /** Clerks do operations, each one after the other, until this is called. */
  load(load: Load): () => void {
    return this.#loads.start(load);
  }

  // --- what steps of scripts ask for ---

  starter(who: number | string): number | null {
    return typeof who === "number" ? who : this.leader();
  }

  callAsTold(clerk: number, method: string, args: readonly unknown[]): string | null {
    const order = orderOf(method, args);
    if (typeof order === "string") return order;
    this.begin(clerk, order);
    return null;
  }

  /** Calls `kill()` of a server. The realm stays. */
  kill(server: number): void {
    if (!this.isUp(server)) return;
    this.fault(server, "kill");
    this.sim.invokeAt(this.nowUs, this.record(server), "kill", encode([]));
    this.record(server).killed = true;
  }

  /** All operations that clerks were told to do. */
  get all(): readonly Recorded[] {
    return this.#monitor.recorded;
  }

  // --- links ---

  /** Servers reach only those of their own group, clerks reach all of them. */
  split(...groups: readonly (readonly number[])[]): void {
    const groupOf = (id: number) => groups.findIndex((group) => group.includes(id));
    for (const from of this.servers) {
      for (const to of this.servers) {
        if (groupOf(from) === groupOf(to)) this.uncut(from, to);
        else this.cut(from, to);
      }
    }
  }

  /** For some seconds only one server's requests get through to the others, so that nobody else can win an election. */
  helpToLead(server: number): void {
    const isOther = (id: number) => this.servers.includes(id) && id !== server;
    const only = this.rule((m) => (m.kind === "request" && isOther(m.from) ? "drop" : "pass"));
    this.until(4_000, () => this.leader() === server, 5);
    only.remove();
  }

  // --- expectations; each is data that `judge` judges ---

  /** Waits for what is expected, if it is to be waited for; ends the run when it does not come about. */
  judge<E extends KvExpect>(expect: E, sinceUs?: Micros): ReturnType<typeof judge<E["is"]>> {
    return this.judging(expect, () => judge<E["is"]>(this, expect as never), sinceUs);
  }

  /** Waits until these operations returned, and gives what they found; lost ones are none. */
  ended(operations: readonly Recorded[], withinMs = ENDED_WITHIN_MS): string[] {
    this.judge({ is: "ended", operations: operations.map(({ number }) => number), withinMs });
    return operations.flatMap(({ returned }) => returned?.value ?? []);
  }

  /** These must not have returned: since their calls their clerk reached no majority. */
  expectOpen(operations: readonly Recorded[]): void {
    this.judge({ is: "open", operations: operations.map(({ number }) => number) });
  }

  /** All operations so far have an order that explains what they returned. */
  check(): void {
    this.judge({ is: "one-order" });
  }

  /** Every request that is at a server now is answered by it. */
  expectAnswers(): void {
    this.judge({ is: "requests-answered", withinMs: ENDED_WITHIN_MS });
  }

  /** No more than that was spent since a moment, or is held now; `otherwise` is what it is called when it was more. */
  expectAtMost(amount: number, atMost: number, otherwise: FoundNow, sinceUs?: Micros): void {
    this.judge({ is: "at-most", amount, atMost, otherwise }, sinceUs);
  }

  /** What contradicts itself is told before what did not happen. */
  override fail(found: FoundNow): never {
    this.check();
    return this.failAtOnce(found);
  }

  /** Whatever else there is to tell. */
  failAtOnce(found: FoundNow): never {
    return super.fail(found);
  }

  /** Ends all faults and loads; every operation must end, and what all keys hold then must fit all that was seen. */
  settle(): void {
    this.note("faults end; from here on the store must make progress");
    this.phase("all faults are over: every server is up, and everybody reaches everybody");
    this.#loads.stop();
    this.heal();
    this.reliable();
    this.sim.crashRules.length = 0;
    for (const server of this.servers) if (!this.isUp(server)) this.restart(server);
    this.ended(this.#monitor.recorded);
    this.expectAnswers();
    this.readAll();
  }

  /** A clerk reads every key that was written; then all is judged. */
  readAll(): void {
    const reader = this.clerks.find((clerk) => this.isUp(clerk));
    if (reader !== undefined) {
      const keys = new Set(this.#monitor.recorded.map(({ order }) => order.key));
      this.ended([...keys].map((key) => this.get(reader, key)));
    }
    this.check();
  }

  /** Every server leads once, and all keys are read then: what they hold must be the same. */
  readFromEach(): void {
    for (const server of this.servers) {
      this.phase(`${this.nameOf(server)} is made to lead, and all keys are read`);
      this.helpToLead(server);
      this.readAll();
    }
  }

  /** The leader crashes, and all keys are read from whoever takes its place: nothing that was seen may be one server's own. */
  readFromNext(): void {
    const leader = this.leaderWithin();
    this.phase(`${this.nameOf(leader)}, which led, has crashed; another takes its place, and all keys are read`);
    this.crash(leader);
    this.leaderWithin(this.servers.filter((server) => server !== leader));
    this.readAll();
  }

  /** "server 2". */
  nameOf(id: number): string {
    return this.names([id]);
  }

  /** "server 2, clerk 0". */
  names(ids: readonly number[]): string {
    return ids.map((id) => this.sim.processes[id]?.name ?? `process ${id}`).join(", ");
  }

  #view(server: number): ServerView {
    return this.#monitor.views[server] as ServerView;
  }
}
