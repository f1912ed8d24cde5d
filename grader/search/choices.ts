import { decode, encode } from "../../labs/api/codec.ts";
import type { Instance } from "../harness/instance.ts";
import { crashesOf, type Histories } from "./histories.ts";
import type { Moment, Stimulus } from "./moment.ts";
import { type Choice, canArrive, type State } from "./state.ts";

/** No entry has so many effects at which a peer could crash that all of them were tried. */
const CRASHES_MAX = 63;

/**
 * What can happen next, in an order that depends on nothing else: first to whom least has happened, so that a search that does not come
 * to its end has seen rivals meet, and not one of them long before the other.
 */
export class Choices {
  readonly #instance: Instance;
  readonly #histories: Histories;
  readonly #timerEdge: number;
  readonly #startEdges: readonly number[];
  readonly #stimuli: readonly Stimulus[];

  constructor(instance: Instance, histories: Histories) {
    this.#instance = instance;
    this.#histories = histories;
    this.#timerEdge = histories.edgeOf("timer");
    this.#startEdges = instance.starts.map((_, start) => histories.edgeOf(`start ${start}`));
    this.#stimuli = instance.starts.map((_, start) => invocationOf(instance, start));
  }

  /** All but those that only add a crash; whether all that is on its way has arrived, and all that is to be started is. */
  of(state: State): { readonly choices: Choice[]; readonly isComplete: boolean } {
    const choices: Choice[] = [];
    let isComplete = true;
    for (const peer of leastFirst(state.moments)) {
      const moment = state.moments[peer] as Moment;
      if (moment.hasDelivered && this.#instance.endsWithUpcall === true) continue;
      const from = choices.length;
      for (const message of state.pending[peer] ?? []) {
        if (!canArrive(message, moment)) continue;
        isComplete = false;
        // Copies are told apart by nobody.
        if (hasKey(choices, from, message.edge)) continue;
        choices.push({ kind: "deliver", peer, message, crash: 0, key: keyOf(message.edge) });
      }
      for (let start = 0; start < this.#stimuli.length; start++) {
        if (!this.#mayStart(start, peer, state)) continue;
        if (this.#instance.starts[start]?.where === undefined) isComplete = false;
        choices.push({ kind: "start", peer, start, crash: 0, key: keyOf(this.#startEdges[start] as number) });
      }
      const { lost, duplicated, timers } = state.budgets;
      if ((timers[peer] ?? 0) > 0) choices.push({ kind: "timer", peer, crash: 0, key: keyOf(this.#timerEdge) });
      if (lost > 0)
        for (const call of moment.open) {
          const edge = this.#histories.edgeOf(`fail ${call.callId}`);
          choices.push({ kind: "fail", peer, call, crash: 0, key: keyOf(edge) });
        }
      if (duplicated > 0)
        for (const message of state.arrived[peer] ?? []) {
          if (hasKey(choices, from, message.edge)) continue;
          choices.push({ kind: "again", peer, message, crash: 0, key: keyOf(message.edge) });
        }
    }
    return { choices, isComplete };
  }

  /** Where a choice leads its peer, without a crash; null when nothing happens. */
  momentAfter(state: State, choice: Choice): Moment | null {
    const moment = state.moments[choice.peer] as Moment;
    return this.#histories.after(moment, this.#stimulusOf(choice), edgeOf(choice.key));
  }

  /** The same choice with each crash that it allows. */
  withCrashes(state: State, choice: Choice, moment: Moment): Choice[] {
    const { crashing } = this.#instance;
    if (state.budgets.crashes === 0 || crashing?.includes(choice.peer) === false) return [];
    const count = Math.min(crashesOf(moment).length, CRASHES_MAX);
    return Array.from({ length: count }, (_, at) => ({ ...choice, crash: at + 1, key: choice.key + at + 1 }));
  }

  #stimulusOf(choice: Choice): Stimulus {
    switch (choice.kind) {
      case "deliver":
      case "again":
        return { kind: "deliver", message: choice.message };
      case "fail":
        return { kind: "fail", call: choice.call };
      case "timer":
        return { kind: "timer" };
      case "start":
        return this.#stimuli[choice.start] as Stimulus;
    }
  }

  #mayStart(start: number, peer: number, { started, moments }: State): boolean {
    const { starts } = this.#instance;
    const { peers, where } = starts[start] as (typeof starts)[number];
    if ((started & (1 << start)) !== 0 || !peers.includes(peer)) return false;
    for (let before = 0; before < start; before++) {
      if ((started & (1 << before)) === 0 && starts[before]?.peers.join() === peers.join()) return false;
    }
    return where === undefined || fits((moments[peer] as Moment).observed, where);
  }
}

/** The peers, those first that have had the fewest entries. */
function leastFirst(moments: readonly Moment[]): number[] {
  const peers: number[] = [];
  for (let peer = 0; peer < moments.length; peer++) {
    const { depth } = moments[peer] as Moment;
    let at = peers.length;
    while (at > 0 && (moments[peers[at - 1] as number] as Moment).depth > depth) at--;
    peers.splice(at, 0, peer);
  }
  return peers;
}

function keyOf(edge: number): number {
  return edge * (CRASHES_MAX + 1);
}

function edgeOf(key: number): number {
  return Math.floor(key / (CRASHES_MAX + 1));
}

function hasKey(choices: readonly Choice[], from: number, edge: number): boolean {
  for (let at = from; at < choices.length; at++) if (choices[at]?.key === keyOf(edge)) return true;
  return false;
}

/** How a start is called. */
function invocationOf({ starts }: Instance, start: number): Stimulus {
  const { command, slot } = starts[start] as (typeof starts)[number];
  return { kind: "invoke", start, method: "start", args: encode(slot === undefined ? [command] : [slot, command]) };
}

/** Whether what a peer said of itself has these fields; whatever it said. */
function fits(observed: Uint8Array | null, where: Readonly<Record<string, unknown>>): boolean {
  if (observed === null) return false;
  try {
    const said = decode(observed);
    if (typeof said !== "object" || said === null) return false;
    return Object.entries(where).every(([name, value]) => (said as Record<string, unknown>)[name] === value);
  } catch {
    return false;
  }
}
