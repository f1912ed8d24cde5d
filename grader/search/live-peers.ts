import { isVisible } from "../shrink/recorder.ts";
import type { Effect, Entry, Input, Micros, PeerHost } from "../sim/peer-host.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Moment, Stimulus } from "./moment.ts";

export type BootInput = Extract<Input, { kind: "boot" }>;

/** A host that can be told of single peers, each by its own time. */
export interface SoloHost extends PeerHost {
  /** What comes next may lie before what came last. */
  rewind?(): void;
}

/** So far ahead a peer's timers are looked for, and so many of them may do nothing. */
const LOOKED_AHEAD_US = 60_000_000;
const SILENT_TIMERS_MAX = 10_000;
/** After so many realms the host forgets them all, and what it has counted. */
const BOOTS_A_RUN = 500;

/** The peer did something else when the same was done to it once more. */
export class Unrepeatable extends Error {
  constructor(readonly moment: Moment) {
    super("a peer does not do the same again");
  }
}

/**
 * Runs single steps of peers in a host. Of each peer the life at the moment that was asked for last is kept; when another is asked
 * for, a new realm takes it there again, and must do what the first one did.
 */
export class LivePeers {
  /** How often student code was given something, and how many realms were made. */
  steps = 0;
  boots = 0;
  readonly #host: SoloHost;
  readonly #bootOf: (moment: Pick<Moment, "life">) => BootInput;
  readonly #tips = new Map<number, Moment>();

  constructor(host: SoloHost, bootOf: (moment: Pick<Moment, "life">) => BootInput) {
    this.#host = host;
    this.#bootOf = bootOf;
    host.reset();
  }

  /** The entry of a new life. */
  boot(life: Moment["life"]): { readonly effects: readonly Effect[]; readonly timeUs: Micros } {
    this.#tips.delete(life.peer);
    if (++this.boots % BOOTS_A_RUN === 0) {
      this.#host.reset();
      this.#tips.clear();
    }
    const boot = this.#bootOf({ life });
    const { peer, incarnation } = boot;
    const [entry] = this.#exchange(1, 2, [boot, { kind: "pause", timeUs: 0, peer, incarnation }]);
    return { effects: entry?.effects ?? [], timeUs: 0 };
  }

  /** What a peer does about one thing more; null when no timer is set that does anything. */
  step(parent: Moment, stimulus: Stimulus): { readonly effects: readonly Effect[]; readonly timeUs: Micros } | null {
    const { peer } = parent.life;
    if (this.#tips.get(peer) !== parent) this.#goTo(parent);
    this.#tips.delete(peer);
    return this.#enter(parent, stimulus);
  }

  /** Its life is at that moment now. */
  reached(moment: Moment): void {
    this.#tips.set(moment.life.peer, moment);
  }

  #goTo(moment: Moment): void {
    const way: Moment[] = [];
    for (let at: Moment | null = moment; at !== null; at = at.parent) way.push(at);
    for (let at = way.length - 1; at >= 0; at--) {
      const then = way[at] as Moment;
      const again = then.parent === null ? this.boot(then.life) : this.#enter(then.parent, then.stimulus);
      if (again === null || fingerprint(again.effects) !== fingerprint(then.effects)) throw new Unrepeatable(then);
    }
  }

  #enter(parent: Moment, stimulus: Stimulus): { readonly effects: readonly Effect[]; readonly timeUs: Micros } | null {
    this.steps++;
    const timeUs = parent.timeUs + 1;
    if (stimulus.kind === "timer") return this.#fire(parent, timeUs);
    const [entry] = this.#exchange(timeUs + 1, 1, [inputOf(parent, stimulus, timeUs)]);
    return { effects: entry?.effects ?? [], timeUs };
  }

  /** Lets timers fire until one does something. */
  #fire({ life: { peer, incarnation } }: Moment, nowUs: Micros) {
    const untilUs = nowUs + LOOKED_AHEAD_US;
    let entry = this.#exchange(untilUs, 2, [{ kind: "resume", timeUs: nowUs, peer, incarnation }])[1];
    let fired = 0;
    let lastUs = nowUs;
    while (entry !== undefined) {
      lastUs = entry.timeUs;
      if (isVisible(entry.effects) || ++fired >= SILENT_TIMERS_MAX) break;
      entry = this.#exchange(untilUs, 1, [])[0];
    }
    this.#exchange(lastUs + 1, 1, [{ kind: "pause", timeUs: lastUs, peer, incarnation }]);
    return entry !== undefined && isVisible(entry.effects) ? { effects: entry.effects, timeUs: lastUs } : null;
  }

  #exchange(untilUs: Micros, maxEntries: number, inputs: readonly Input[]): readonly Entry[] {
    this.#host.rewind?.();
    return this.#host.exchange({ untilUs, spanUs: Number.POSITIVE_INFINITY, maxEntries, inputs }).entries;
  }
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
    case "deliver": {
      const { kind, call, bytes } = stimulus.message;
      if (kind === "reply") return { ...base, kind, callId: call.callId, reply: bytes };
      return { ...base, kind, requestId: parent.requests + 1, from: call.from, method: call.method, args: bytes };
    }
  }
}
