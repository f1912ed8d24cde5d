import { isVisible } from "../shrink/recorder.ts";
import type { Effect, Entry, Input, Micros, PeerHost } from "../sim/peer-host.ts";
import { areAlike } from "./fingerprint.ts";
import type { Life, Moment, Stimulus } from "./moment.ts";

export type BootInput = Extract<Input, { kind: "boot" }>;

/** A host that can be told of single peers, each by its own time. */
export interface SoloHost extends PeerHost {
  /** What comes next may lie before what came last. */
  rewind?(): void;
  /** `renewsRealms`: a peer that boots once more may do so in the realm of its last life, where nothing is left of that. */
  reset(renewsRealms?: boolean): void;
}

/** So far ahead a peer's timers are looked for, and so many of them may do nothing. */
const LOOKED_AHEAD_US = 60_000_000;
const SILENT_TIMERS_MAX = 10_000;
/** After so many realms the host forgets them all, and what it has counted. */
const BOOTS_A_RUN = 500;

/** What a peer did in an entry, and when. */
export interface Deed {
  readonly effects: readonly Effect[];
  readonly timeUs: Micros;
}

/** The peer did something else when the same was done to it once more. */
export class Unrepeatable extends Error {
  constructor(readonly moment: Moment) {
    super("a peer does not do the same again");
  }
}

/**
 * Runs single steps of peers in a host. Of each peer the life at the moment that was asked for last is kept; when another is asked
 * for, a new life is taken there again, and must do what the first one did.
 */
export class LivePeers {
  /** How many lives were begun. */
  boots = 0;
  readonly #host: SoloHost;
  readonly #bootOf: (life: Life) => BootInput;
  readonly #renewsRealms: boolean;
  readonly #tips = new Map<number, Moment>();

  constructor(host: SoloHost, bootOf: (life: Life) => BootInput, renewsRealms: boolean) {
    this.#host = host;
    this.#bootOf = bootOf;
    this.#renewsRealms = renewsRealms;
    host.reset(renewsRealms);
  }

  /** The entry of a new life. */
  boot(life: Life): Deed {
    const [entry] = this.#exchange(1, this.#newLife(life));
    return { effects: entry?.effects ?? [], timeUs: 0 };
  }

  /** What a peer does about one thing more; null when no timer is set that does anything. */
  step(parent: Moment, stimulus: Stimulus): Deed | null {
    const { peer } = parent.life;
    const timeUs = parent.timeUs + 1;
    const isThere = this.#tips.get(peer) === parent;
    this.#tips.delete(peer);
    const way = isThere ? [] : this.#wayTo(parent);
    if (stimulus.kind === "timer") {
      this.#replay(way, []);
      return this.#fire(parent.life, timeUs);
    }
    const effects = this.#replay(way, [inputOf(parent, stimulus, timeUs)]);
    return { effects, timeUs };
  }

  /** Its life is at that moment now. */
  reached(moment: Moment): void {
    this.#tips.set(moment.life.peer, moment);
  }

  /** Of all that it takes to come to a moment, each with what comes before it. */
  #wayTo(moment: Moment): Moment[] {
    const way: Moment[] = [];
    for (let at: Moment | null = moment; at !== null; at = at.parent) way.push(at);
    return way.reverse();
  }

  /** Does what was done before once more, and then the rest, all in one exchange unless timers fire. Gives what came of the last. */
  #replay(way: readonly Moment[], rest: readonly Input[]): readonly Effect[] {
    let inputs: Input[] = [];
    /** What each of the inputs came to; null where nobody asks. */
    let known: (Moment | null)[] = [];
    const play = (): readonly Effect[] => {
      if (inputs.length === 0) return [];
      const entries = this.#exchange((inputs.at(-1) as Input).timeUs + 1, inputs);
      for (const [at, moment] of known.entries()) if (moment !== null) mustBe(moment, entries[at]?.effects);
      const last = entries.at(-1)?.effects ?? [];
      [inputs, known] = [[], []];
      return last;
    };
    for (const moment of way) {
      const { parent, life, stimulus } = moment;
      if (parent === null) {
        inputs.push(...this.#newLife(life));
        known.push(moment, null);
      } else if (stimulus.kind === "timer") {
        play();
        mustBe(moment, this.#fire(life, parent.timeUs + 1)?.effects);
      } else {
        inputs.push(inputOf(parent, stimulus, parent.timeUs + 1));
        known.push(moment);
      }
    }
    inputs.push(...rest);
    return play();
  }

  /** What begins a life, in which no timer fires by itself. */
  #newLife(life: Life): Input[] {
    this.#tips.delete(life.peer);
    if (++this.boots % BOOTS_A_RUN === 0) {
      this.#host.reset(this.#renewsRealms);
      this.#tips.clear();
    }
    const boot = this.#bootOf(life);
    const { peer, incarnation } = boot;
    return [boot, { kind: "pause", timeUs: 0, peer, incarnation }];
  }

  /** Lets timers fire until one does something. */
  #fire({ peer, incarnation }: Life, nowUs: Micros): Deed | null {
    const untilUs = nowUs + LOOKED_AHEAD_US;
    let entry = this.#exchange(untilUs, [{ kind: "resume", timeUs: nowUs, peer, incarnation }], 2)[1];
    let fired = 0;
    let lastUs = nowUs;
    while (entry !== undefined) {
      lastUs = entry.timeUs;
      if (isVisible(entry.effects) || ++fired >= SILENT_TIMERS_MAX) break;
      entry = this.#exchange(untilUs, [], 1)[0];
    }
    this.#exchange(lastUs + 1, [{ kind: "pause", timeUs: lastUs, peer, incarnation }]);
    return entry !== undefined && isVisible(entry.effects) ? { effects: entry.effects, timeUs: lastUs } : null;
  }

  #exchange(untilUs: Micros, inputs: readonly Input[], maxEntries = inputs.length): readonly Entry[] {
    this.#host.rewind?.();
    return this.#host.exchange({ untilUs, spanUs: Number.POSITIVE_INFINITY, maxEntries, inputs }).entries;
  }
}

/** Throws when these are not the effects that the moment had. */
function mustBe(moment: Moment, effects: readonly Effect[] | undefined): void {
  if (effects === undefined || !areAlike(effects, moment.effects)) throw new Unrepeatable(moment);
}

function inputOf(parent: Moment, stimulus: Exclude<Stimulus, { kind: "timer" }>, timeUs: Micros): Input {
  const { peer, incarnation } = parent.life;
  const base = { timeUs, peer, incarnation };
  switch (stimulus.kind) {
    case "boot":
      throw new Error("a life begins once");
    case "fail":
      return { ...base, kind: "reply", callId: stimulus.call.callId, reply: null };
    case "invoke": {
      const { method, args } = stimulus;
      return { ...base, kind: "invoke", invokeId: parent.invocations + 1, method, args };
    }
    case "service": {
      const { call, invokeId } = stimulus.serving;
      return { ...base, kind: "invoke", invokeId, method: call.method, args: call.args };
    }
    case "deliver": {
      const { kind, call, bytes } = stimulus.message;
      if (kind === "reply") return { ...base, kind, callId: call.callId, reply: bytes };
      return { ...base, kind, requestId: parent.requests + 1, from: call.from, method: call.method, args: bytes };
    }
  }
}
