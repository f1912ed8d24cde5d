import type { Choice, Delivery } from "./choice.ts";
import type { Choices } from "./choices.ts";
import type { Histories } from "./histories.ts";
import { type Level, Levels, type Taken } from "./levels.ts";
import type { Crashed, Moment } from "./moment.ts";
import type { State } from "./state.ts";

/** What is seen of a run by those who check it, one after the other. Ways that show the same are judged alike. */
interface Shown {
  readonly next: Map<number, Shown>;
  readonly before: Shown | null;
  isJudged: boolean;
}

export interface Caps {
  /** So many beginnings of orders are looked at. */
  readonly prefixes: number;
  /** So many steps of student code that are not a repetition. */
  readonly histories: number;
  /** So many steps has an order at most: there are peers that answer each other without end. */
  readonly steps: number;
}

/** Before all ways are walked, those of few turns are: with so much of what may be looked at, and not more. */
const FIRST_SHARE = 4;
const FIRST_VISITS_MAX = 100_000;
/** So often hosts are heard out, which nobody waits for meanwhile: one that is not heard seems to hang. */
const VISITS_UNHEARD_MAX = 50_000;
const NOTHING: readonly Delivery[] = [];

/** What of an instance was played. */
export interface Coverage {
  /** Orders in which all arrives that was sent. Those that differ only in what nobody can tell are one. */
  readonly orders: number;
  /** Beginnings of them, the orders themselves included. */
  readonly prefixes: number;
  /** Different things that a single peer was led through. */
  readonly histories: number;
  /** Lives of peers that student code has for that, at least. */
  readonly lives: number;
  /** Different things that could be seen from outside, each of which was checked. */
  readonly checked: number;
  /** Of a search that a cap ended or cut: so many more beginnings there are at least. Null: it came to its end. */
  readonly leftAtLeast: number | null;
}

/**
 * Walks through all orders of an instance, depth first. What peers do does not depend on the order of what happens to others, so that of
 * two things which happen to different peers only one order is walked (sleep sets): each beginning comes once. It goes forth and back
 * in one state, and makes nothing anew for a beginning, as there are millions.
 */
export class Explorer {
  orders = 0;
  prefixes = 0;
  checked = 0;
  readonly #state: State;
  readonly #choices: Choices;
  readonly #histories: Histories;
  readonly #caps: Caps;
  readonly #endsWithUpcall: boolean;
  /** What is wanted before long is asked for already. */
  readonly #foresees: boolean;
  /** Says whether it has seen enough. */
  readonly #judge: (way: readonly Taken[]) => boolean;
  /** By peer, the keys of choices that lead to nothing that was not walked before. */
  readonly #asleep: number[][];
  readonly #levels = new Levels();
  #isOver = false;
  #isCapped = false;
  #isCut = false;
  #left = 0;
  /** In the present pass no way has more turns. */
  #bound = 0;
  /** All ways of so many turns are counted. */
  #seen = -1;
  /** There are ways of more turns than the bound. */
  #isBeyond = false;
  #visits = 0;
  #visitsMax = 0;

  constructor(
    state: State,
    choices: Choices,
    histories: Histories,
    caps: Caps,
    { endsWithUpcall, foresees }: { readonly endsWithUpcall: boolean; readonly foresees: boolean },
    judge: (way: readonly Taken[]) => boolean,
  ) {
    this.#state = state;
    this.#choices = choices;
    this.#histories = histories;
    this.#caps = caps;
    this.#endsWithUpcall = endsWithUpcall;
    this.#foresees = foresees;
    this.#judge = judge;
    this.#asleep = state.moments.map(() => []);
  }

  walk(): Coverage {
    const shown: Shown = { next: new Map(), before: null, isJudged: false };
    const visitsMax = Math.min(this.#caps.prefixes / FIRST_SHARE, FIRST_VISITS_MAX);
    for (let bound = 0; this.#pass(bound, visitsMax, shown); bound++) this.#seen = bound;
    if (this.#isBeyond && !this.#isEnded()) this.#pass(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, shown);
    return this.coverage();
  }

  /**
   * Walks all ways of so many turns at most. False when there is nothing beyond, when the search is over, or when that were more
   * visits than all passes together may have: then it did not come to its end, and its beginnings count for nothing.
   */
  #pass(bound: number, visitsMax: number, shown: Shown): boolean {
    const { orders, prefixes } = this;
    const left = this.#left;
    this.#bound = bound;
    this.#visitsMax = visitsMax;
    this.#isBeyond = false;
    this.#walk(0, 0, shown);
    if (this.#isOver || this.#isCapped) return false;
    if (this.#visits < visitsMax) return this.#isBeyond;
    this.orders = orders;
    this.prefixes = prefixes;
    this.#left = left;
    this.#visits = 0;
    this.#isBeyond = true;
    this.#visitsMax = Number.POSITIVE_INFINITY;
    return false;
  }

  coverage(): Coverage {
    const { orders, prefixes, checked } = this;
    const leftAtLeast = this.#isCapped || this.#isCut || this.#isOver ? this.#left : null;
    const { count: histories, lives } = this.#histories;
    return { orders, prefixes, histories, lives, checked, leftAtLeast };
  }

  #walk(depth: number, turns: number, shown: Shown): void {
    if (++this.#visits % VISITS_UNHEARD_MAX === 0) this.#hear(depth);
    const asleep = this.#asleep;
    const level = this.#levels.at(depth);
    const { choices, lengths } = level;
    const all = this.#choices.into(choices, this.#state);
    if (turns > this.#seen) {
      this.prefixes++;
      if (this.#choices.isComplete) this.orders++;
    }
    for (let peer = 0; peer < asleep.length; peer++) lengths[peer] = (asleep[peer] as number[]).length;
    level.isLong = depth >= this.#caps.steps;
    if (level.isLong && all > 0) this.#isCut = true;
    level.first = turns;
    level.turns = turns;
    const count = this.#lookUp(level, all, depth);
    for (let at = 0; at < count; at++) this.#try(at, depth, level, shown);
    for (let peer = 0; peer < asleep.length; peer++) shorten(asleep[peer] as number[], lengths[peer] as number);
    if (shown.isJudged || this.#isOver) return;
    this.checked++;
    for (let at: Shown | null = shown; at !== null && !at.isJudged; at = at.before) at.isJudged = true;
    if (this.#judge(this.#levels.wayTo(depth))) this.#isOver = true;
  }

  /**
   * Leaves out choices that sleep, looks up where the others lead, and has asked for what nobody knows yet of those that are about to be
   * taken. Gives how many are left.
   */
  #lookUp(level: Level, all: number, depth: number): number {
    const { choices, moments } = level;
    const state = this.#state;
    let count = 0;
    let isUnknown = false;
    for (let at = 0; at < all; at++) {
      const choice = choices[at] as Choice;
      const { peer } = choice;
      if (this.#asleep[peer]?.includes(choice.key) === true && !this.#choices.mayCrash(state, peer)) continue;
      const known = (state.moments[peer] as Moment).next.get(choice.edge);
      if (known === undefined) isUnknown = true;
      choices[count] = choice;
      moments[count++] = known;
    }
    if (isUnknown && this.#foresees && !level.isLong && level.first <= this.#bound && !this.#isEnded())
      this.#foresee(level, count, depth);
    return count;
  }

  #foresee({ choices, moments, first }: Level, all: number, depth: number): void {
    // Another choice than the first takes one turn more.
    const count = first < this.#bound ? all : 1;
    this.#levels.doing(depth, () => {
      for (let at = 0; at < count; at++) {
        const choice = choices[at] as Choice;
        if (moments[at] !== undefined) continue;
        this.#choices.foresee(this.#state.moments[choice.peer] as Moment, choice, choices, all);
      }
    });
  }

  #hear(depth: number): void {
    this.#levels.doing(depth, () => this.#histories.hear());
  }

  /** Takes a choice, without and with each crash, unless it sleeps; from then on it does. */
  #try(at: number, depth: number, level: Level, shown: Shown): void {
    const choice = level.choices[at] as Choice;
    const asleep = this.#asleep[choice.peer] as number[];
    if (level.isLong || level.turns > this.#bound || this.#isEnded()) {
      if (!asleep.includes(choice.key)) this.#leave(level);
      return;
    }
    const moment = level.moments[at] ?? this.#momentAfter(choice, depth);
    if (moment === null) return;
    const crashes = this.#choices.crashes(this.#state, moment);
    for (let crash = 0; crash <= crashes; crash++) {
      const key = choice.key + crash;
      if (asleep.includes(key)) continue;
      if (level.turns > this.#bound || this.#isEnded()) this.#leave(level);
      else this.#take(choice, crash, moment, depth, shown);
      level.turns = level.first + 1;
      asleep.push(key);
    }
  }

  /** Does not take a choice, now or at all. */
  #leave(level: Level): void {
    const isBeyond = level.turns > this.#bound;
    if (isBeyond) this.#isBeyond = true;
    if (level.turns > this.#seen && (!isBeyond || this.#isEnded())) this.#left++;
    level.turns = level.first + 1;
  }

  #take(choice: Choice, crash: number, moment: Moment, depth: number, shown: Shown): void {
    const { peer } = choice;
    const asleep = this.#asleep[peer] as number[];
    const level = this.#levels.at(depth);
    let seen = shown;
    let reborn: Moment | null = null;
    let { sends } = moment;
    if (crash === 0) {
      if (moment.shows !== 0) seen = shownAfter(seen, moment.shows);
    } else {
      const crashed = this.#crashedAt(choice, moment, crash, depth);
      reborn = crashed.reborn;
      sends = crashed.sends;
      if (crashed.shows !== 0) seen = shownAfter(seen, crashed.shows);
      if (reborn.shows !== 0) seen = shownAfter(seen, reborn.shows);
    }
    if (this.#endsWithUpcall && moment.hasDelivered) sends = NOTHING;
    this.#state.take(choice, crash, reborn ?? moment, sends);
    level.taken.choice = choice;
    level.taken.crash = crash;
    level.taken.moment = moment;
    level.taken.reborn = reborn;
    shorten(level.asleep, 0);
    this.#asleep[peer] = level.asleep;
    this.#walk(depth + 1, level.turns, seen);
    this.#asleep[peer] = asleep;
    this.#state.untake(choice, sends);
  }

  #momentAfter(choice: Choice, depth: number): Moment | null {
    const here = this.#state.moments[choice.peer] as Moment;
    const known = here.next.get(choice.edge);
    if (known !== undefined) return known;
    const next = { choice, crash: 0, moment: null, reborn: null };
    return this.#levels.doing(depth, () => this.#choices.findAfter(here, choice), [next]);
  }

  #crashedAt(choice: Choice, moment: Moment, crash: number, depth: number): Crashed {
    const known = moment.crashed.get(crash);
    if (known !== undefined) return known;
    const next = { choice, crash, moment, reborn: null };
    return this.#levels.doing(depth, () => this.#histories.findCrashed(moment, crash), [next]);
  }

  #isEnded(): boolean {
    if (this.prefixes >= this.#caps.prefixes || this.#histories.count >= this.#caps.histories) this.#isCapped = true;
    return this.#isCapped || this.#isOver || this.#visits >= this.#visitsMax;
  }
}

/** Much faster than to set the length. */
function shorten(list: number[], length: number): void {
  for (let more = list.length - length; more > 0; more--) list.pop();
}

function shownAfter(shown: Shown, label: number): Shown {
  let next = shown.next.get(label);
  if (next === undefined) {
    next = { next: new Map(), before: shown, isJudged: false };
    shown.next.set(label, next);
  }
  return next;
}
