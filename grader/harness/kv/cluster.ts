import { checkLinearizability } from "../../check/linearizability/index.ts";
import { Undecided } from "../../check/undecided.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { Cluster } from "../cluster.ts";
import type { Draws } from "../draws.ts";
import type { FoundNow } from "../expectations.ts";
import { ELECTED_WITHIN_MS } from "../log/cluster.ts";
import { type Load, LoadGenerator } from "./load.ts";
import type { KvMonitor, ServerView } from "./monitor.ts";
import { isOpen, type Order, type Recorded } from "./operations.ts";
import { timelineOf } from "./timeline.ts";

/** What the cluster judges by itself. */
export const CLUSTER_CHECKS = [
  "one-order",
  "done-once",
  "operations-end",
  "a-server-leads",
  "minority-is-silent",
] as const;

/** Faults over, a majority up, and the client reaching it: so long may an operation take, elections included. */
export const ENDED_WITHIN_MS = 15_000;

/** Servers that keep a store, and clerks that use it: what scenarios do, wait for and expect. */
export class KvCluster extends Cluster {
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

  /** Waits until one of a group of servers leads, whose term none of them has gone beyond, and gives it. */
  leaderWithin(among: readonly number[] = this.servers, withinMs = ELECTED_WITHIN_MS): number {
    const settled = (): boolean => {
      const leader = this.leader(among);
      return leader !== null && among.every((id) => this.#view(id).term <= this.#view(leader).term);
    };
    this.until(withinMs, settled, 20);
    const leader = this.leader(among);
    if (leader !== null) return leader;
    return this.fail({
      property: "liveness",
      check: "a-server-leads",
      expected: `one of ${this.names(among)} to lead within ${withinMs / 1000} s: they reach each other, and are a majority`,
      seen: `none says that it does; terms are ${among.map((id) => this.#view(id).term).join(", ")}`,
      peers: among,
    });
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
    return `${++this.#tokens};`;
  }

  /** Waits until these operations returned, and gives what they found; lost ones are none. */
  ended(operations: readonly Recorded[], withinMs = ENDED_WITHIN_MS): string[] {
    const late = (): Recorded[] => operations.filter(isOpen);
    if (!this.until(withinMs, () => late().length === 0, 5)) {
      const [first] = late() as [Recorded];
      const { kind, key } = first.order;
      this.fail({
        property: "liveness",
        check: "operations-end",
        expected: `every operation to end within ${withinMs / 1000} s, as a majority is up and its clerk reaches it`,
        seen: `${kind} of ${key} by ${this.names([first.client])} has not returned${othersText(late().length - 1)}`,
        peers: [first.client],
      });
    }
    return operations.flatMap(({ returned }) => returned?.value ?? []);
  }

  /** These must not have returned: since their calls their clerk reached no majority. */
  expectOpen(operations: readonly Recorded[]): void {
    const early = operations.find(({ returned }) => returned !== null);
    if (early === undefined) return;
    const { kind, key } = early.order;
    this.fail({
      property: "linearizability",
      check: "minority-is-silent",
      expected: `${kind} of ${key} by ${this.names([early.client])} not to return: since it was called, its clerk reached servers without a majority only`,
      seen: "it returned",
      peers: [early.client],
    });
  }

  /** Clerks do operations, each one after the other, until this is called. */
  load(load: Load): () => void {
    return this.#loads.start(load);
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

  // --- judgements ---

  /** All operations so far have an order that explains what they returned. */
  check(): void {
    const judgement = checkLinearizability(this.#monitor.history());
    if (judgement.is === "linearizable") return;
    if (judgement.is === "undecided") {
      throw new Undecided("linearizability", `key ${judgement.part} was not done after ${judgement.steps} steps`);
    }
    const counterexample = judgement.counterexample();
    const { why, operations } = counterexample;
    const isTwice = why.kind === "twice";
    super.fail({
      property: isTwice ? "exactly-once" : "linearizability",
      check: isTwice ? "done-once" : "one-order",
      expected: isTwice
        ? `each write of key ${judgement.part} to be done once`
        : `an order of all operations on key ${judgement.part}, each between its call and its return, in which every answer is right`,
      seen: `${isTwice ? "one was done twice" : "there is none"}:\n${timelineOf(counterexample, (id) => this.names([id]))}`,
      peers: [...new Set(operations.map(({ client }) => client))],
    });
  }

  /** What contradicts itself is told before what did not happen. */
  override fail(found: FoundNow): never {
    this.check();
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
      this.helpToLead(server);
      this.readAll();
    }
  }

  /** "server 2", "clerks 0 and 3". */
  names(ids: readonly number[]): string {
    return ids.map((id) => this.sim.processes[id]?.name ?? `process ${id}`).join(", ");
  }

  #view(server: number): ServerView {
    return this.#monitor.views[server] as ServerView;
  }
}

function othersText(others: number): string {
  return others === 0 ? "" : `, and ${others === 1 ? "one other" : `${others} others`} neither`;
}
