import type { Micros } from "./peer-host.ts";
import type { Tape } from "./tape.ts";

/** The least latency of a message, and so the greatest width of a window. */
export const LOOKAHEAD_US = 1_000;
/** A call is answered after so long at the latest, with null. */
export const CALL_TIMEOUT_US = 7_000_000;
/** Of a call that is lost: the caller is told no sooner than at its deadline. */
export const AT_DEADLINE: Micros = Number.POSITIVE_INFINITY;

/** One message on its way, as rules see it. None of it depends on what a message contains. */
export interface Message {
  readonly kind: "request" | "reply";
  readonly from: number;
  readonly to: number;
  readonly method: string;
  /** The how-many-eth request of this method on this link; a reply has its request's number. From 1. */
  readonly nth: number;
  readonly sizeBytes: number;
  readonly timeMs: number;
}

/**
 * What a rule says of one message. `hold`: kept until the rule releases it. `duplicate`: so many extra copies, each up
 * to 20 ms later (requests only: the first reply counts, so a second one is never seen).
 */
export type RuleVerdict = "pass" | "drop" | "hold" | { readonly delayMs: number } | { readonly duplicate: number };
export type Rule = (message: Message) => RuleVerdict;

/** The weather. All off: every message takes exactly the least latency. */
export interface NetworkModel {
  /** As MIT's labrpc: requests delayed 0–26 ms, 10 % of requests and 10 % of replies lost, the caller told at once. */
  readonly unreliable?: boolean;
  /** As MIT's labrpc: two thirds of the replies delayed 200 + rand(0 … rand(0 … 1999)) ms. */
  readonly longReordering?: boolean;
  /** A call that finds nobody gives null after 0–6999 ms (default), or after 0–99 ms when false. */
  readonly longDelays?: boolean;
  /** Every message is delayed by that many milliseconds more, uniformly. */
  readonly delayMs?: readonly [min: number, max: number];
  /** Chance that a message is lost; the caller learns it as of a peer that is down. */
  readonly drop?: number;
  /** Chance that a request is delivered twice, the copy up to 20 ms later. */
  readonly duplicate?: number;
  /** Chance that a message is held back by 0–200 ms, so that later ones overtake it. */
  readonly reorder?: number;
}

/** What becomes of a message. */
export type Fate =
  /** Extra delay of each copy; at least one. */
  | { readonly kind: "deliver"; readonly extraUs: readonly Micros[] }
  /** Lost; the caller is told after so long, or `AT_DEADLINE`. */
  | { readonly kind: "lost"; readonly toldUs: Micros }
  | { readonly kind: "held"; readonly rule: ActiveRule };

/** A rule in force, and a name for what it holds. */
export interface ActiveRule {
  readonly decide: Rule;
}

const AT_ONCE: Fate = { kind: "deliver", extraUs: [0] };
const COPY_SPREAD_US = 20_001;

/** Links, partitions, rules and weather: decides the fate of each message, keeping nothing of its content. */
export class Network {
  model: NetworkModel = {};
  readonly rules: ActiveRule[] = [];
  readonly #size: number;
  readonly #tape: Tape;
  readonly #connected: boolean[];
  readonly #cut: Uint8Array;
  /** Peers reach each other within a group; all in group 0 when there is no partition. */
  #group: readonly number[];

  constructor(size: number, tape: Tape) {
    this.#size = size;
    this.#tape = tape;
    this.#connected = new Array<boolean>(size).fill(true);
    this.#cut = new Uint8Array(size * size);
    this.#group = new Array<number>(size).fill(0);
  }

  isConnected(peer: number): boolean {
    return this.#connected[peer] === true;
  }

  setConnected(peer: number, connected: boolean): void {
    this.#connected[peer] = connected;
  }

  setCut(from: number, to: number, cut: boolean): void {
    this.#cut[from * this.#size + to] = cut ? 1 : 0;
  }

  /** Peers reach their own group only; a peer in no group is alone. No groups at all: everybody reaches everybody. */
  partition(groups: readonly (readonly number[])[]): void {
    const group = new Array<number>(this.#size).fill(0);
    if (groups.length > 0) {
      for (let peer = 0; peer < this.#size; peer++) group[peer] = -1 - peer;
      for (const [i, members] of groups.entries()) for (const peer of members) group[peer] = i;
    }
    this.#group = group;
  }

  healLinks(): void {
    this.#connected.fill(true);
    this.#cut.fill(0);
    this.partition([]);
  }

  /** Whether what `from` sends now sets out towards `to`. What is on its way already arrives. */
  reaches(from: number, to: number): boolean {
    return (
      this.#connected[from] === true &&
      this.#connected[to] === true &&
      this.#cut[from * this.#size + to] === 0 &&
      this.#group[from] === this.#group[to]
    );
  }

  /** How long a caller waits for the null of a call that found nobody. */
  silenceUs(key: string): Micros {
    return this.#tape.below(`silence ${key}`, this.model.longDelays === false ? 100_000 : 7_000_000);
  }

  /** After how long the caller is told of a message that a rule drops. */
  droppedUs(kind: Message["kind"], key: string): Micros {
    // Nothing of a reply comes back to the caller, and so not when it was lost either.
    return kind === "request" ? this.silenceUs(key) : AT_DEADLINE;
  }

  /** Decides about a message whose link is up; `key` names it on the choice tape. */
  fate(kind: Message["kind"], key: string, look: () => Message): Fate {
    for (const rule of this.rules) {
      const verdict = rule.decide(look());
      if (verdict === "pass") continue;
      if (verdict === "drop") return { kind: "lost", toldUs: this.droppedUs(kind, key) };
      if (verdict === "hold") return { kind: "held", rule };
      if ("delayMs" in verdict) return { kind: "deliver", extraUs: [Math.round(verdict.delayMs * 1000)] };
      return { kind: "deliver", extraUs: this.#copies(key, 0, kind === "request" ? verdict.duplicate : 0) };
    }
    return this.#weather(kind, key);
  }

  #weather(kind: Message["kind"], key: string): Fate {
    const { unreliable, longReordering, delayMs, drop = 0, duplicate = 0, reorder = 0 } = this.model;
    if (!unreliable && !longReordering && delayMs === undefined && drop + duplicate + reorder === 0) return AT_ONCE;
    const tape = this.#tape;
    let extraUs = 0;
    if (unreliable && kind === "request") extraUs += tape.below(`short ${key}`, 26_001);
    if (unreliable && tape.chance(`loss ${key}`, 0.1)) return { kind: "lost", toldUs: extraUs };
    if (drop > 0 && tape.chance(`drop ${key}`, drop)) return { kind: "lost", toldUs: this.silenceUs(key) };
    if (longReordering && kind === "reply" && tape.chance(`long ${key}`, 2 / 3)) {
      extraUs += 200_000 + tape.below(`rest ${key}`, 1 + tape.below(`most ${key}`, 2_000_000));
    }
    if (delayMs !== undefined) {
      extraUs +=
        Math.round(delayMs[0] * 1000) + tape.below(`delay ${key}`, Math.round((delayMs[1] - delayMs[0]) * 1000) + 1);
    }
    if (reorder > 0 && tape.chance(`overtaken ${key}`, reorder)) extraUs += tape.below(`back ${key}`, 200_001);
    const twice = kind === "request" && duplicate > 0 && tape.chance(`twice ${key}`, duplicate);
    return { kind: "deliver", extraUs: this.#copies(key, extraUs, twice ? 1 : 0) };
  }

  #copies(key: string, extraUs: Micros, copies: number): Micros[] {
    const all = [extraUs];
    for (let i = 1; i <= copies; i++) all.push(extraUs + this.#tape.below(`copy ${i} ${key}`, COPY_SPREAD_US));
    return all;
  }
}
