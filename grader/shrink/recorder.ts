import { decode } from "../../labs/api/codec.ts";
import type { Call } from "../sim/call.ts";
import type { EntryListener } from "../sim/entries.ts";
import type { PeerRecord } from "../sim/peer.ts";
import type { Effect, Micros } from "../sim/peer-host.ts";
import type { QueuedInput } from "../sim/queued-input.ts";
import { type Group, groupsOf } from "../sim/role.ts";
import type { Simulation } from "../sim/simulation.ts";
import { hashOf } from "./hash.ts";
import { Origins } from "./origins.ts";
import { CRASH_EFFECTS, type CrashPoint, type Script, type Step } from "./script.ts";

/** Runs with more entries are not recorded: nobody would wait until they are shrunk. */
export const ENTRIES_MAX = 200_000;

/** What of the world was not as it should be at the end of a run. */
export interface World {
  readonly up: readonly number[];
  /** Pairs of peers of which the first cannot reach the second. */
  readonly unreachable: readonly (readonly [from: number, to: number])[];
  readonly paused: readonly number[];
  /** There was weather, or a rule for messages. */
  readonly isDisturbed: boolean;
}

/** A run as the order of its entries. */
export interface Recording {
  readonly groups: readonly Group[];
  readonly clocks: NonNullable<Script["clocks"]>;
  readonly steps: readonly Step[];
  /** When each step was. */
  readonly timesUs: readonly Micros[];
  readonly world: World;
  /** It had more than `ENTRIES_MAX` entries; these are the first. */
  readonly isTooLong: boolean;
}

/** Follows a run, and writes down which entries there were, in their order. */
export class Recorder implements EntryListener {
  readonly #steps: Step[] = [];
  readonly #timesUs: Micros[] = [];
  readonly #delivered = new WeakSet<Call>();
  readonly #origins = new Origins();
  #sim: Simulation | undefined;
  #effects: readonly Effect[] = [];
  #isInEntry = false;
  #isTooLong = false;
  /** Where the last boot of each peer stands. */
  readonly #bootAt: number[] = [];
  #current = -1;

  begun(sim: Simulation): void {
    this.#sim = sim;
  }

  entry(peer: PeerRecord, input: QueuedInput | undefined, effects: readonly Effect[]): void {
    this.#effects = effects;
    if (input?.kind === "boot") this.#current = this.#bootAt[peer.id] ?? -1;
    else {
      const step = input === undefined ? timerStep(peer.id, effects) : this.#stepOf(input);
      this.#current = step === null ? -1 : this.#steps.length;
      if (step !== null) this.#add(step);
    }
    this.#origins.entry(this.#current, peer, input, effects);
  }

  cutShort(effect: number, when: "before" | "after"): void {
    this.#origins.cutShort(when === "before" ? effect : effect + 1);
    const kind = this.#effects[effect]?.kind;
    const step = this.#steps[this.#current];
    const at = CRASH_EFFECTS.find((known) => known === kind);
    if (step === undefined || at === undefined) return;
    const nth = this.#effects.slice(0, effect + 1).filter((other) => other.kind === kind).length;
    this.#steps[this.#current] = withCrash(step, { when, effect: at, nth });
    this.#isInEntry = true;
  }

  crashed(peer: PeerRecord): void {
    if (!this.#isInEntry) this.#add({ do: "crash", peer: peer.id });
    this.#isInEntry = false;
  }

  /** From here on it can be sent to, whatever else happens in this moment before its entry. */
  boots(peer: PeerRecord): void {
    this.#bootAt[peer.id] = this.#steps.length;
    this.#add({ do: "boot", peer: peer.id });
  }

  /** What was recorded; ask when the run is over. */
  recording(): Recording {
    const peers = this.#sim?.peers ?? [];
    const clocks = peers.flatMap(({ id, clock }) =>
      clock.offsetUs === 0 && clock.driftPpm === 0 ? [] : [[id, clock] as const],
    );
    return {
      groups: groupsOf(this.#sim?.processes ?? []),
      clocks: Object.fromEntries(clocks),
      steps: this.#steps,
      timesUs: this.#timesUs,
      world: worldOf(this.#sim),
      isTooLong: this.#isTooLong,
    };
  }

  #add(step: Step): void {
    if (this.#steps.length >= ENTRIES_MAX) {
      this.#isTooLong = true;
      return;
    }
    this.#steps.push({ ...step, place: this.#steps.length });
    this.#timesUs.push(this.#sim?.nowUs ?? 0);
  }

  #stepOf({ kind, peer, call, method, bytes }: QueuedInput): Step | null {
    switch (kind) {
      case "request":
        return call === null ? null : this.#request(call);
      case "reply":
        return call === null ? null : this.#reply(call, bytes);
      case "invoke":
        return bytes === null ? null : invokeStep(peer, method, bytes);
      default:
        return null;
    }
  }

  #request(call: Call): Step {
    const { from, to, method, nth, args } = call;
    const origin = this.#origins.ofRequest(call);
    const ref = { what: "request", from, to, method, nth, ...(origin && { origin }), like: hashOf(args) } as const;
    const again = this.#delivered.has(call);
    this.#delivered.add(call);
    return { do: "deliver", ref, ...(again && { again }) };
  }

  #reply(call: Call, bytes: Uint8Array | null): Step {
    const { from, to, method, nth } = call;
    const origin = bytes === null ? this.#origins.ofRequest(call) : this.#origins.ofReply(call);
    const known = { method, nth, ...(origin && { origin }) };
    if (bytes === null) return { do: "fail", ref: { what: "request", from, to, ...known, like: 0 } };
    return { do: "deliver", ref: { what: "reply", from: to, to: from, ...known, like: hashOf(bytes) } };
  }
}

/** The step, after which the peer that it is about crashes. */
export function withCrash(step: Step, crash: CrashPoint): Step {
  switch (step.do) {
    case "boot":
    case "timer":
    case "deliver":
    case "fail":
    case "start":
    case "snapshot":
    case "done":
    case "call":
      return { ...step, crash };
    default:
      return step;
  }
}

function timerStep(peer: number, effects: readonly Effect[]): Step {
  return isVisible(effects) ? { do: "timer", peer } : { do: "timer", peer, once: true };
}

/** Whether an entry did anything but write to the console. */
export function isVisible(effects: readonly Effect[]): boolean {
  return effects.some(({ kind }) => kind !== "log");
}

function invokeStep(peer: number, method: string, args: Uint8Array): Step {
  switch (method) {
    case "start": {
      const given = decode(args) as readonly unknown[];
      if (given.length < 2) return { do: "start", peer, command: given[0] };
      return { do: "start", peer, slot: given[0] as number, command: given[1] };
    }
    case "done":
      return { do: "done", peer, slot: (decode(args) as readonly number[])[0] as number };
    case "snapshot":
      return { do: "snapshot", peer };
    case "kill":
      return { do: "kill", peer };
    default:
      return { do: "call", peer, method, args: decode(args) as readonly unknown[] };
  }
}

function worldOf(sim: Simulation | undefined): World {
  if (sim === undefined) return { up: [], unreachable: [], paused: [], isDisturbed: false };
  const { peers, network } = sim;
  const pairs = peers.flatMap(({ id: from }) => peers.map(({ id: to }) => [from, to] as const));
  return {
    up: peers.filter(({ up }) => up).map(({ id }) => id),
    unreachable: pairs.filter(([from, to]) => from !== to && !network.reaches(from, to)),
    paused: peers.filter(({ up, paused }) => up && paused).map(({ id }) => id),
    isDisturbed: network.rules.length > 0 || Object.keys(network.model).length > 0,
  };
}

/** The first steps of a run, each with its moment before it. */
export function timed({ steps, timesUs }: Recording, count: number): Step[] {
  return steps.slice(0, count).flatMap((step, at): Step[] => [{ do: "at", us: timesUs[at] ?? 0 }, step]);
}
