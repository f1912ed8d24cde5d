import { isVisible } from "../shrink/recorder.ts";
import type { Effect, Entry, Input, Micros, PeerHost, Window, WindowResult } from "../sim/peer-host.ts";
import { areAlike } from "./fingerprint.ts";
import type { Life, Moment, Stimulus } from "./moment.ts";

export type BootInput = Extract<Input, { kind: "boot" }>;

/** A host that can be told of single peers, each by its own time. */
export interface SoloHost extends PeerHost {
  /** What comes next may lie before what came last. */
  rewind?(): void;
  /** `renewsRealms`: a peer that boots once more may do so in the realm of its last life, where nothing is left of that. */
  reset(renewsRealms?: boolean): void;
  /** Hands it a window for later: it is at work on it, or has it waiting, while nobody waits for what comes of it. */
  post?(window: Window): void;
  /** What came of the window that was handed to it first and is not answered yet. */
  answer?(): WindowResult;
}

/** So far ahead a peer's timers are looked for, and so many of them may do nothing. */
const LOOKED_AHEAD_US = 60_000_000;
const SILENT_TIMERS_MAX = 10_000;
/** After so many lives the host forgets their realms, and what it has counted. */
const BOOTS_A_RUN = 2_000;

/** What a peer did in an entry, and when. */
export interface Deed {
  readonly effects: readonly Effect[];
  readonly timeUs: Micros;
}

/** One entry of a life of a peer, known or asked for. */
export interface Step {
  /** Null when the peer boots. */
  readonly parent: Step | null;
  readonly life: Life;
  /** What brings it about; null: a timer. */
  readonly input: Input | null;
  readonly timeUs: Micros;
  /** How many requests the peer has had in this life. */
  readonly requests: number;
  /** What the peer did; null while nobody knows. */
  effects: readonly Effect[] | null;
  /** Steps after it that were asked for before they were wanted, by edge. */
  ahead: Map<number, Step> | null;
}

/** One thing more that is done to a peer, with its number among all. */
export interface Next {
  readonly stimulus: Stimulus;
  readonly edge: number;
}

/** The peer did something else when the same was done to it once more. */
export class Unrepeatable extends Error {
  constructor() {
    super("a peer does not do the same again");
  }
}

/**
 * Runs single steps of peers in a host. Of each peer the life at the step that was asked for last is kept; when another is asked
 * for, a new life is taken there again, and must do what the first one did.
 */
export class LivePeers {
  readonly #host: SoloHost;
  readonly #bootOf: (life: Life) => BootInput;
  readonly #renewsRealms: boolean;
  /** By peer, where its life in the host is, or will be once all is answered. */
  readonly #tips = new Map<number, Step>();
  /** Of each window that is not answered yet, of which steps its entries tell; null where nobody asks. */
  readonly #open: (readonly (Step | null)[])[] = [];
  /** How many lives were begun. */
  #boots = 0;

  constructor(host: SoloHost, bootOf: (life: Life) => BootInput, renewsRealms: boolean) {
    this.#host = host;
    this.#bootOf = bootOf;
    this.#renewsRealms = renewsRealms;
    host.reset(renewsRealms);
  }

  /** The first step of a new life. */
  boot(life: Life): Step {
    const input = this.#bootOf(life);
    const step: Step = { parent: null, life, input, timeUs: 0, requests: 0, effects: null, ahead: null };
    this.#run([step]);
    return this.#known(step);
  }

  /** What a peer does about one thing more; null when no timer is set that does anything. */
  step(moment: Moment, next: Next): Step | null {
    if (next.stimulus.kind === "timer") return this.#timer(moment.step);
    const { step } = moment;
    if (step.ahead?.has(next.edge) !== true) this.foresee(moment, [next]);
    const found = step.ahead?.get(next.edge) as Step;
    step.ahead?.delete(next.edge);
    return this.#known(found);
  }

  /**
   * Asks for what comes of these things, one after the other, before that is wanted. A timer cannot be among them, and only the
   * first may be a call of a service.
   */
  foresee(moment: Moment, line: readonly Next[]): void {
    const steps: Step[] = [];
    let { step } = moment;
    for (const { stimulus, edge } of line) {
      const input = inputOf(step, moment, stimulus);
      const requests = step.requests + (input.kind === "request" ? 1 : 0);
      const next: Step = {
        parent: step,
        life: step.life,
        input,
        timeUs: input.timeUs,
        requests,
        effects: null,
        ahead: null,
      };
      step.ahead ??= new Map();
      step.ahead.set(edge, next);
      steps.push(next);
      step = next;
    }
    this.#run(steps);
  }

  #timer(parent: Step): Step | null {
    const { life, requests } = parent;
    this.#run([], parent);
    const deed = this.#fire(parent);
    if (deed === null) return null;
    const step: Step = { parent, life, input: null, requests, ...deed, ahead: null };
    this.#tips.set(life.peer, step);
    return step;
  }

  /** Does what was done before a step once more, unless the peer is there, and then takes it and those after it. */
  #run(steps: readonly Step[], parent = steps[0]?.parent ?? null): void {
    const way = parent === null || this.#tips.get(parent.life.peer) === parent ? [] : wayTo(parent);
    let inputs: Input[] = [];
    let known: (Step | null)[] = [];
    const hand = (): void => {
      if (inputs.length > 0) this.#hand(inputs, known);
      [inputs, known] = [[], []];
    };
    for (const step of [...way, ...steps]) {
      const { input } = step;
      if (input === null) {
        hand();
        tell(step, this.#fire(step.parent as Step)?.effects);
        continue;
      }
      if (input.kind === "boot") this.#begin();
      inputs.push(input);
      known.push(step);
      if (input.kind !== "boot") continue;
      // No timer fires by itself.
      const { timeUs, peer, incarnation } = input;
      inputs.push({ kind: "pause", timeUs, peer, incarnation });
      known.push(null);
    }
    hand();
    const last = steps.at(-1) ?? parent;
    if (last !== null) this.#tips.set(last.life.peer, last);
  }

  /** Counts a life that begins. */
  #begin(): void {
    if (++this.#boots % BOOTS_A_RUN !== 0) return;
    this.hear();
    // Realms last from run to run while they are renewed.
    this.#host.reset();
    this.#host.reset(this.#renewsRealms);
    this.#tips.clear();
  }

  /** Asks for entries of a peer; where the host can work by itself, nobody waits. */
  #hand(inputs: readonly Input[], known: readonly (Step | null)[]): void {
    const window = windowOf((inputs.at(-1) as Input).timeUs + 1, inputs, inputs.length);
    if (this.#host.post === undefined) {
      tellAll(known, this.#exchangeNow(window));
    } else {
      this.#host.post(window);
      this.#open.push(known);
    }
  }

  #known(step: Step): Step {
    while (step.effects === null) this.#hearNext();
    return step;
  }

  /** Waits for all that was asked for. */
  hear(): void {
    while (this.#open.length > 0) this.#hearNext();
  }

  /** Waits for the answer to what was asked first. */
  #hearNext(): void {
    const known = this.#open.shift() as readonly (Step | null)[];
    tellAll(known, (this.#host as Required<SoloHost>).answer());
  }

  /** Lets timers fire until one does something. */
  #fire({ life: { peer, incarnation }, timeUs }: Step): Deed | null {
    const nowUs = timeUs + 1;
    const untilUs = nowUs + LOOKED_AHEAD_US;
    const exchange = (until: Micros, inputs: readonly Input[], maxEntries: number) =>
      this.#exchange(windowOf(until, inputs, maxEntries));
    let entry = exchange(untilUs, [{ kind: "resume", timeUs: nowUs, peer, incarnation }], 2)[1];
    let fired = 0;
    let lastUs = nowUs;
    while (entry !== undefined) {
      lastUs = entry.timeUs;
      if (isVisible(entry.effects) || ++fired >= SILENT_TIMERS_MAX) break;
      entry = exchange(untilUs, [], 1)[0];
    }
    exchange(lastUs + 1, [{ kind: "pause", timeUs: lastUs, peer, incarnation }], 1);
    return entry !== undefined && isVisible(entry.effects) ? { effects: entry.effects, timeUs: lastUs } : null;
  }

  #exchange(window: Window): readonly Entry[] {
    this.hear();
    return this.#exchangeNow(window).entries;
  }

  #exchangeNow(window: Window): WindowResult {
    this.#host.rewind?.();
    return this.#host.exchange(window);
  }
}

function windowOf(untilUs: Micros, inputs: readonly Input[], maxEntries: number): Window {
  return { untilUs, spanUs: Number.POSITIVE_INFINITY, maxEntries, inputs };
}

/** All that it takes to come to a step, and itself. */
function wayTo(step: Step): Step[] {
  const way: Step[] = [];
  for (let at: Step | null = step; at !== null; at = at.parent) way.push(at);
  return way.reverse();
}

function tellAll(known: readonly (Step | null)[], { entries }: WindowResult): void {
  for (const [at, step] of known.entries()) if (step !== null) tell(step, entries[at]?.effects);
}

/** Notes what a peer did in a step. Throws where it is not what it did in it before. */
function tell(step: Step, effects: readonly Effect[] | undefined): void {
  if (step.effects === null) step.effects = effects ?? [];
  else if (effects === undefined || !areAlike(effects, step.effects)) throw new Unrepeatable();
}

/** `moment`: where the step is one, or the last one before it. */
function inputOf(step: Step, moment: Moment, stimulus: Stimulus): Input {
  const { peer, incarnation } = step.life;
  const timeUs = step.timeUs + 1;
  // Each is written out: an object that is copied into another takes V8 several times as long.
  switch (stimulus.kind) {
    case "boot":
    case "timer":
      throw new Error("nobody is told of that by an input");
    case "fail":
      return { kind: "reply", timeUs, peer, incarnation, callId: stimulus.call.callId, reply: null };
    case "invoke": {
      const { method, args } = stimulus;
      return { kind: "invoke", timeUs, peer, incarnation, invokeId: moment.invocations + 1, method, args };
    }
    case "service": {
      const { call, invokeId } = stimulus.serving;
      return { kind: "invoke", timeUs, peer, incarnation, invokeId, method: call.method, args: call.args };
    }
    case "deliver": {
      const { kind, call, bytes } = stimulus.message;
      if (kind === "reply") return { kind, timeUs, peer, incarnation, callId: call.callId, reply: bytes };
      const { from, method } = call;
      return { kind, timeUs, peer, incarnation, requestId: step.requests + 1, from, method, args: bytes };
    }
  }
}
