import { Violation } from "../../grader/check/failure.ts";
import { Cluster } from "../../grader/harness/cluster.ts";
import type { Instance } from "../../grader/harness/instance.ts";
import type { Monitor } from "../../grader/harness/monitor.ts";
import { type ClusterKind, makeScenario } from "../../grader/harness/scenario.ts";
import type { Scripted } from "../../grader/harness/scripted.ts";
import type { Theatre } from "../../grader/shrink/play-script.ts";
import type { PeerRecord } from "../../grader/sim/peer.ts";
import type { Effect, Entry, Input, PeerHost, Window, WindowResult } from "../../grader/sim/peer-host.ts";
import { decode, encode } from "../../labs/api/codec.ts";

/** What reaches a toy peer. */
export type Given =
  | { readonly kind: "boot"; readonly saved: unknown }
  | { readonly kind: "start"; readonly command: unknown }
  | { readonly kind: "request"; readonly id: number; readonly from: number; readonly args: unknown }
  | { readonly kind: "reply"; readonly call: number; readonly reply: unknown }
  | { readonly kind: "timer" };

export type Did =
  | { readonly kind: "call"; readonly to: number; readonly args: unknown }
  | { readonly kind: "reply"; readonly id: number; readonly reply: unknown }
  | { readonly kind: "save"; readonly state: unknown }
  | { readonly kind: "decide"; readonly value: unknown };

/** A peer as a function of all that it was given since it booted: what it does about the last of it. Null of a timer: none is set. */
export type Toy = (me: number, given: readonly Given[]) => readonly Did[] | null;

/** Peers that are functions, as a host. */
export class ToyHost implements PeerHost {
  entries = 0;
  exchanges = 0;
  resets = 0;
  readonly #toy: Toy;
  readonly #lives = new Map<number, { given: Given[]; calls: number }>();

  constructor(toy: Toy) {
    this.#toy = toy;
  }

  reset(): void {
    this.resets++;
    this.#lives.clear();
  }

  exchange({ untilUs, inputs, maxEntries }: Window): WindowResult {
    this.exchanges++;
    const entries: Entry[] = [];
    for (const input of inputs) {
      const { timeUs, peer, incarnation, kind } = input;
      const of = { timeUs, peer, incarnation };
      if (kind === "boot") this.#lives.set(peer, { given: [], calls: 0 });
      entries.push({ ...of, cause: "input", effects: this.#act(peer, givenOf(input)) ?? [] });
      if (kind === "resume" && maxEntries > 1) {
        const fired = this.#act(peer, { kind: "timer" });
        if (fired !== null) entries.push({ ...of, cause: "timer", effects: fired });
      }
    }
    return { entries, endUs: untilUs, nextWakeUs: Number.POSITIVE_INFINITY };
  }

  #act(peer: number, given: Given | null): Effect[] | null {
    const life = this.#lives.get(peer);
    if (given === null || life === undefined) return [];
    this.entries++;
    const did = this.#toy(peer, [...life.given, given]);
    if (did === null) return null;
    life.given.push(given);
    const effects = did.map((one): Effect => effectOf(one, () => ++life.calls));
    const invokes = life.given.filter(({ kind }) => kind === "start").length;
    return given.kind === "start" ? [...effects, { kind: "result", invokeId: invokes, value: encode(null) }] : effects;
  }
}

/** One that works by itself: what it is handed it does when it is asked for the answer. */
export class ToyWorker extends ToyHost {
  readonly #open: Window[] = [];
  /** So many windows were open at once. */
  most = 0;

  post(window: Window): void {
    this.most = Math.max(this.most, this.#open.push(window));
  }

  answer(): WindowResult {
    return super.exchange(this.#open.shift() as Window);
  }

  override exchange(window: Window): WindowResult {
    if (this.#open.length > 0) throw new Error("it was handed something before, and was not heard");
    return super.exchange(window);
  }

  override reset(): void {
    this.#open.length = 0;
    super.reset();
  }
}

function givenOf(input: Input): Given | null {
  switch (input.kind) {
    case "boot":
      return { kind: "boot", saved: input.state.length === 0 ? null : decode(input.state) };
    case "invoke":
      return { kind: "start", command: (decode(input.args) as unknown[])[0] };
    case "request":
      return { kind: "request", id: input.requestId, from: input.from, args: decode(input.args) };
    case "reply":
      return { kind: "reply", call: input.callId, reply: input.reply === null ? null : decode(input.reply) };
    default:
      return null;
  }
}

function effectOf(did: Did, nextCall: () => number): Effect {
  switch (did.kind) {
    case "call":
      return { kind: "call", callId: nextCall(), to: did.to, method: "ask", args: encode(did.args) };
    case "reply":
      return { kind: "reply", requestId: did.id, reply: encode(did.reply) };
    case "save":
      return { kind: "save", state: encode(did.state), snapshot: null };
    case "decide":
      return { kind: "upcall", message: encode(did.value) };
  }
}

/** Whoever decides, all decide the same. */
class Agreement implements Monitor {
  #value: string | null = null;
  attach(): void {}
  facts(): Record<string, never> {
    return {};
  }
  booted(): void {}
  crashed(): void {}
  sent(): void {}
  heard(): void {}
  observed(): void {}
  endedIn(): void {}
  upcall({ id }: PeerRecord, message: Uint8Array): void {
    const value = JSON.stringify(decode(message));
    this.#value ??= value;
    if (value === this.#value) return;
    const words = { expected: `all to decide ${this.#value}`, seen: `peer ${id} decided ${value}` };
    throw new Violation({ property: "state-machine-safety", check: "one-value", cite: "a toy", timeUs: 0, ...words });
  }
}

class ToyCluster extends Cluster implements Scripted {
  starter(who: number | string): number | null {
    return typeof who === "number" ? who : null;
  }
  startAsTold(peer: number, { command }: { readonly command: unknown }): string | null {
    this.sim.invoke([{ peer: this.record(peer), method: "start", args: encode([command]) }]);
    return null;
  }
  kill(): void {}
}

const TOY_KIND: ClusterKind<ToyCluster, object, "one-value"> = {
  checks: ["one-value"],
  monitor: () => new Agreement(),
  cluster: ({ sim, draws }) => new ToyCluster(sim, draws),
};

const RULES = { "one-value": { cite: "a toy" }, "activities-end": { cite: "a toy" } };

export const THEATRE: Theatre = {
  stage: makeScenario(TOY_KIND, RULES, { id: "toy/script", title: "", about: "", peers: 1, run: () => {} }, 0),
  expectations: {},
};

export function instance(fields: Partial<Instance> & Pick<Instance, "peers" | "starts">): Instance {
  return { name: "toy", title: "", about: "", ...fields };
}
