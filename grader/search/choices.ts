import { decode, encode } from "../../labs/api/codec.ts";
import type { Instance } from "../harness/instance.ts";
import { type Choice, CRASHES_MAX, happening } from "./choice.ts";
import { crashesOf, type Histories } from "./histories.ts";
import type { Next } from "./live-peers.ts";
import type { Moment, Stimulus } from "./moment.ts";
import { canArrive, type State } from "./state.ts";

/** So many things are asked for at once that happen to one peer. */
const LINE_MAX = 16;

type Start = Choice & { readonly kind: "start" };

/**
 * What can happen next, in an order that depends on nothing else: first to whom least has happened, so that a search that does not come
 * to its end has seen rivals meet, and not one of them long before the other.
 */
export class Choices {
  /** Where `into` looked last, all that was on its way had arrived, and all that is to be started was. */
  isComplete = false;
  readonly #instance: Instance;
  readonly #histories: Histories;
  /** By peer. */
  readonly #timers: readonly Choice[];
  /** By peer, of each start that it may get. */
  readonly #starts: readonly (readonly Start[])[];
  readonly #stimuli: readonly Stimulus[];
  /** Of each start, bit by bit, which others come before it. */
  readonly #before: readonly number[];
  /** Of each start, whether it may be called at a moment, as far as that was asked. */
  readonly #fitting: readonly Map<Moment, boolean>[];
  readonly #peers: number[] = [];

  constructor(instance: Instance, histories: Histories) {
    this.#instance = instance;
    this.#histories = histories;
    const { peers, starts } = instance;
    const all = Array.from({ length: peers }, (_, peer) => peer);
    this.#timers = all.map((peer) => ({ ...happening(peer, histories.edgeOf("timer")), kind: "timer" }));
    this.#starts = all.map((peer) =>
      starts.flatMap(({ peers: may }, start) =>
        may.includes(peer) ? [{ ...happening(peer, histories.edgeOf(`start ${start}`)), kind: "start", start }] : [],
      ),
    );
    this.#stimuli = starts.map((_, start) => invocationOf(instance, start));
    const nameOf = (start: number) => starts[start]?.peers.join();
    this.#before = starts.map((_, start) => bitsOf(start, (before) => nameOf(before) === nameOf(start)));
    this.#fitting = starts.map(() => new Map());
  }

  /** Puts all into `choices` but those that only add a crash, from its begin, and says how many there are. */
  into(choices: Choice[], state: State): number {
    let count = 0;
    this.isComplete = true;
    const peers = leastFirst(this.#peers, state.moments);
    for (let at = 0; at < peers.length; at++) {
      const peer = peers[at] as number;
      const moment = state.moments[peer] as Moment;
      if (moment.hasDelivered && this.#instance.endsWithUpcall === true) continue;
      const from = count;
      const pending = state.pending[peer] as State["pending"][number];
      for (let i = 0; i < pending.length; i++) {
        const delivery = pending[i] as (typeof pending)[number];
        if (!canArrive(delivery.message, moment)) continue;
        this.isComplete = false;
        // Copies are told apart by nobody.
        if (!hasKey(choices, from, count, delivery.key)) choices[count++] = delivery;
      }
      for (const choice of this.#starts[peer] as readonly Start[]) {
        if (!this.#mayStart(choice, state)) continue;
        if (this.#instance.starts[choice.start]?.where === undefined) this.isComplete = false;
        choices[count++] = choice;
      }
      if (moment.due.length > 0) choices[count++] = moment.due[0] as Choice;
      if ((state.timers[peer] as number) > 0) choices[count++] = this.#timers[peer] as Choice;
      if (state.lost > 0) for (const failing of moment.open) choices[count++] = failing;
      if (state.duplicated > 0)
        for (const again of state.arrived[peer] ?? [])
          if (!hasKey(choices, from, count, again.key)) choices[count++] = again;
    }
    return count;
  }

  /** Finds out where a choice leads its peer, without a crash; null when nothing happens. */
  findAfter(moment: Moment, choice: Choice): Moment | null {
    return this.#histories.find(moment, this.#nextOf(choice));
  }

  /**
   * Asks for what a choice leads to, and for what comes after that of the other messages that wait for the peer, one after the other: one
   * life is led through them all, and they are wanted before long whatever happens elsewhere. `all`: the choices, `count` of them.
   */
  foresee(moment: Moment, choice: Choice, all: readonly Choice[], count: number): void {
    if (choice.kind === "timer" || moment.step.ahead?.has(choice.edge) === true) return;
    const line = [this.#nextOf(choice)];
    const answered = [answeredBy(choice)];
    for (let at = 0; at < count && line.length < LINE_MAX; at++) {
      const other = all[at] as Choice;
      if (other.kind !== "deliver" || other.peer !== choice.peer || other === choice) continue;
      const call = answeredBy(other);
      if (call !== null && answered.includes(call)) continue;
      answered.push(call);
      line.push(this.#nextOf(other));
    }
    this.#histories.foresee(moment, line);
  }

  /** Whether the peer may yet crash. */
  mayCrash(state: State, peer: number): boolean {
    return state.crashes > 0 && this.#instance.crashing?.includes(peer) !== false;
  }

  /** In how many ways the peer can crash in the entry by which it came to a moment. */
  crashes(state: State, moment: Moment): number {
    if (!this.mayCrash(state, moment.life.peer)) return 0;
    return Math.min(crashesOf(moment).length, CRASHES_MAX);
  }

  #nextOf(choice: Choice): Next {
    return { stimulus: this.#stimulusOf(choice), edge: choice.edge };
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
      case "service":
        return { kind: "service", serving: choice };
      case "start":
        return this.#stimuli[choice.start] as Stimulus;
    }
  }

  #mayStart({ start, peer }: Start, { started, moments }: State): boolean {
    if ((started & (1 << start)) !== 0) return false;
    if ((started & (this.#before[start] as number)) !== this.#before[start]) return false;
    const where = this.#instance.starts[start]?.where;
    return where === undefined || this.#fits(moments[peer] as Moment, start, where);
  }

  #fits(moment: Moment, start: number, where: Readonly<Record<string, unknown>>): boolean {
    const fitting = this.#fitting[start] as Map<Moment, boolean>;
    let isFit = fitting.get(moment);
    if (isFit === undefined) {
      isFit = fits(moment.observed, where);
      fitting.set(moment, isFit);
    }
    return isFit;
  }
}

/** The call that has its answer by it; null: none. */
function answeredBy(choice: Choice): number | null {
  if (choice.kind === "fail") return choice.call.callId;
  return choice.kind === "deliver" && choice.message.kind === "reply" ? choice.message.call.callId : null;
}

function bitsOf(count: number, isSet: (at: number) => boolean): number {
  let bits = 0;
  for (let at = 0; at < count; at++) if (isSet(at)) bits |= 1 << at;
  return bits;
}

/** Makes `peers` all of them, those first that have had the fewest entries. */
function leastFirst(peers: number[], moments: readonly Moment[]): readonly number[] {
  for (let peer = 0; peer < moments.length; peer++) {
    const { depth } = moments[peer] as Moment;
    let at = peer;
    for (; at > 0 && (moments[peers[at - 1] as number] as Moment).depth > depth; at--)
      peers[at] = peers[at - 1] as number;
    peers[at] = peer;
  }
  return peers;
}

function hasKey(choices: readonly Choice[], from: number, end: number, key: number): boolean {
  for (let at = from; at < end; at++) if (choices[at]?.key === key) return true;
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
