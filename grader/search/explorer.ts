import type { Choices } from "./choices.ts";
import type { Histories } from "./histories.ts";
import type { Moment } from "./moment.ts";
import { type Choice, type State, stateAfter } from "./state.ts";

/** One step of a way through an instance. */
export interface Taken {
  readonly choice: Choice;
  /** Where it led the peer, or would have led it without its crash; null when nobody knows, as the host was lost. */
  readonly moment: Moment | null;
  /** With a crash: where it booted again. */
  readonly reborn: Moment | null;
}

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

/** What of an instance was played. */
export interface Coverage {
  /** Orders in which all arrives that was sent. Those that differ only in what nobody can tell are one. */
  readonly orders: number;
  /** Beginnings of them, the orders themselves included. */
  readonly prefixes: number;
  /** Different things that a single peer was led through. */
  readonly histories: number;
  /** Realms in which student code ran for that. */
  readonly realms: number;
  /** Different things that could be seen from outside, each of which was checked. */
  readonly checked: number;
  /** Of a search that a cap ended or cut: so many more beginnings there are at least. Null: it came to its end. */
  readonly leftAtLeast: number | null;
}

/** Something that ends the walk, with the way to it. */
export class Ended extends Error {
  constructor(
    readonly reason: unknown,
    readonly way: readonly Taken[],
  ) {
    super("the walk ended");
  }
}

/**
 * Walks through all orders of an instance, depth first. What peers do does not depend on the order of what happens to others, so that of
 * two things which happen to different peers only one order is walked (sleep sets): each beginning comes once.
 */
export class Explorer {
  orders = 0;
  prefixes = 0;
  checked = 0;
  readonly #choices: Choices;
  readonly #histories: Histories;
  readonly #caps: Caps;
  readonly #endsWithUpcall: boolean;
  /** Says whether it has seen enough. */
  readonly #judge: (way: readonly Taken[]) => boolean;
  readonly #way: Taken[] = [];
  #isOver = false;
  #isCapped = false;
  #isCut = false;
  #left = 0;

  constructor(
    choices: Choices,
    histories: Histories,
    caps: Caps,
    endsWithUpcall: boolean,
    judge: (way: readonly Taken[]) => boolean,
  ) {
    this.#choices = choices;
    this.#histories = histories;
    this.#caps = caps;
    this.#endsWithUpcall = endsWithUpcall;
    this.#judge = judge;
  }

  walk(start: State): Coverage {
    this.#walk(
      start,
      start.moments.map(() => []),
      { next: new Map(), before: null, isJudged: false },
    );
    return this.coverage();
  }

  coverage(): Coverage {
    const { orders, prefixes, checked } = this;
    const leftAtLeast = this.#isCapped || this.#isCut || this.#isOver ? this.#left : null;
    const { count: histories, realms } = this.#histories;
    return { orders, prefixes, histories, realms, checked, leftAtLeast };
  }

  /** `asleep`: by peer, choices that lead to nothing that was not walked before. */
  #walk(state: State, asleep: readonly (readonly number[])[], shown: Shown): void {
    this.prefixes++;
    const { choices, isComplete } = this.#choices.of(state);
    if (isComplete) this.orders++;
    const isLong = this.#way.length >= this.#caps.steps;
    if (isLong && choices.length > 0) this.#isCut = true;
    const sleeping = asleep.slice();
    for (let at = 0; at < choices.length; at++) {
      const choice = choices[at] as Choice;
      if (isLong || this.#isEnded()) {
        if (!(sleeping[choice.peer] as readonly number[]).includes(choice.key)) this.#left++;
        continue;
      }
      const moment = this.#found(choice, null, () => this.#choices.momentAfter(state, choice));
      if (moment === null) continue;
      for (const one of [choice, ...this.#choices.withCrashes(state, choice, moment)]) {
        const asleepThere = sleeping[one.peer] as readonly number[];
        if (asleepThere.includes(one.key)) continue;
        if (this.#isEnded()) this.#left++;
        else this.#take(state, one, moment, sleeping, shown);
        sleeping[one.peer] = [...asleepThere, one.key];
      }
    }
    if (shown.isJudged || this.#isOver) return;
    this.checked++;
    for (let at: Shown | null = shown; at !== null && !at.isJudged; at = at.before) at.isJudged = true;
    if (this.#judge(this.#way)) this.#isOver = true;
  }

  #take(state: State, choice: Choice, moment: Moment, sleeping: readonly (readonly number[])[], shown: Shown): void {
    const crashed =
      choice.crash === 0 ? null : this.#found(choice, moment, () => this.#histories.crashedAt(moment, choice.crash));
    const isLate = this.#endsWithUpcall && moment.hasDelivered;
    const sends = crashed === null ? moment.sends : [...crashed.sends, ...crashed.reborn.sends];
    const next = stateAfter(state, choice, crashed?.reborn ?? moment, isLate ? [] : sends);
    const asleep = sleeping.slice();
    asleep[choice.peer] = [];
    const labels = crashed === null ? [moment.shows] : [crashed.shows, crashed.reborn.shows];
    const seen = labels.reduce((before, label) => (label === 0 ? before : shownAfter(before, label)), shown);
    this.#way.push({ choice, moment, reborn: crashed?.reborn ?? null });
    this.#walk(next, asleep, seen);
    this.#way.pop();
  }

  /** What a host says; when it says nothing any more, with the way to there. */
  #found<T>(choice: Choice, moment: Moment | null, ask: () => T): T {
    try {
      return ask();
    } catch (error) {
      throw new Ended(error, [...this.#way, { choice, moment, reborn: null }]);
    }
  }

  #isEnded(): boolean {
    if (this.prefixes >= this.#caps.prefixes || this.#histories.count >= this.#caps.histories) this.#isCapped = true;
    return this.#isCapped || this.#isOver;
  }
}

function shownAfter(shown: Shown, label: number): Shown {
  let next = shown.next.get(label);
  if (next === undefined) {
    next = { next: new Map(), before: shown, isJudged: false };
    shown.next.set(label, next);
  }
  return next;
}
