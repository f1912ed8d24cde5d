import { type Choice, type Delivery, happening } from "./choice.ts";
import type { Choices } from "./choices.ts";
import type { Histories } from "./histories.ts";
import type { Crashed, Moment } from "./moment.ts";
import type { State } from "./state.ts";

/** One step of a way through an instance. */
export interface Taken {
  readonly choice: Choice;
  /** The peer crashed just after the so-many-eth effect at which it can, and booted again; 0: it did not. */
  readonly crash: number;
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

/** What is used at one depth of the walk, again and again. */
interface Level {
  readonly choices: Choice[];
  /** By peer, how many slept when the walk came there. */
  readonly lengths: number[];
  /** What sleeps of the peer to which something happened there. */
  readonly asleep: number[];
  /** What was taken there last. */
  readonly taken: { -readonly [Field in keyof Taken]: Taken[Field] };
}

const NO_CHOICE: Choice = { ...happening(0, 0), kind: "timer" };
const NOTHING: readonly Delivery[] = [];

/** What of an instance was played. */
export interface Coverage {
  /** Orders in which all arrives that was sent. Those that differ only in what nobody can tell are one. */
  readonly orders: number;
  /** Beginnings of them, the orders themselves included. */
  readonly prefixes: number;
  /** Different things that a single peer was led through. */
  readonly histories: number;
  /** Lives of peers that student code had for that. */
  readonly lives: number;
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
  /** Says whether it has seen enough. */
  readonly #judge: (way: readonly Taken[]) => boolean;
  /** By peer, the keys of choices that lead to nothing that was not walked before. */
  readonly #asleep: number[][];
  /** By depth, what is used there. */
  readonly #levels: Level[] = [];
  #isOver = false;
  #isCapped = false;
  #isCut = false;
  #left = 0;

  constructor(
    state: State,
    choices: Choices,
    histories: Histories,
    caps: Caps,
    endsWithUpcall: boolean,
    judge: (way: readonly Taken[]) => boolean,
  ) {
    this.#state = state;
    this.#choices = choices;
    this.#histories = histories;
    this.#caps = caps;
    this.#endsWithUpcall = endsWithUpcall;
    this.#judge = judge;
    this.#asleep = state.moments.map(() => []);
  }

  walk(): Coverage {
    this.#walk(0, { next: new Map(), before: null, isJudged: false });
    return this.coverage();
  }

  coverage(): Coverage {
    const { orders, prefixes, checked } = this;
    const leftAtLeast = this.#isCapped || this.#isCut || this.#isOver ? this.#left : null;
    const { count: histories, lives } = this.#histories;
    return { orders, prefixes, histories, lives, checked, leftAtLeast };
  }

  #walk(depth: number, shown: Shown): void {
    this.prefixes++;
    const asleep = this.#asleep;
    const { choices, lengths } = this.#levelAt(depth);
    const count = this.#choices.into(choices, this.#state);
    if (this.#choices.isComplete) this.orders++;
    for (let peer = 0; peer < asleep.length; peer++) lengths[peer] = (asleep[peer] as number[]).length;
    const isLong = depth >= this.#caps.steps;
    if (isLong && count > 0) this.#isCut = true;
    for (let at = 0; at < count; at++) this.#try(choices[at] as Choice, depth, isLong, shown);
    for (let peer = 0; peer < asleep.length; peer++) shorten(asleep[peer] as number[], lengths[peer] as number);
    if (shown.isJudged || this.#isOver) return;
    this.checked++;
    for (let at: Shown | null = shown; at !== null && !at.isJudged; at = at.before) at.isJudged = true;
    if (this.#judge(this.#wayTo(depth))) this.#isOver = true;
  }

  /** Takes a choice, without and with each crash, unless it sleeps; from then on it does. */
  #try(choice: Choice, depth: number, isLong: boolean, shown: Shown): void {
    const asleep = this.#asleep[choice.peer] as number[];
    if (isLong || this.#isEnded()) {
      if (!asleep.includes(choice.key)) this.#left++;
      return;
    }
    const moment = this.#momentAfter(choice, depth);
    if (moment === null) return;
    const crashes = this.#choices.crashes(this.#state, moment);
    for (let crash = 0; crash <= crashes; crash++) {
      const key = choice.key + crash;
      if (asleep.includes(key)) continue;
      if (this.#isEnded()) this.#left++;
      else this.#take(choice, crash, moment, depth, shown);
      asleep.push(key);
    }
  }

  #take(choice: Choice, crash: number, moment: Moment, depth: number, shown: Shown): void {
    const { peer } = choice;
    const asleep = this.#asleep[peer] as number[];
    const level = this.#levels[depth] as Level;
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
    this.#walk(depth + 1, seen);
    this.#asleep[peer] = asleep;
    this.#state.untake(choice, sends);
  }

  #wayTo(depth: number): Taken[] {
    return this.#levels.slice(0, depth).map(({ taken }) => ({ ...taken }));
  }

  #momentAfter(choice: Choice, depth: number): Moment | null {
    const here = this.#state.moments[choice.peer] as Moment;
    const known = here.next.get(choice.edge);
    if (known !== undefined) return known;
    try {
      return this.#choices.findAfter(here, choice);
    } catch (error) {
      throw new Ended(error, [...this.#wayTo(depth), { choice, crash: 0, moment: null, reborn: null }]);
    }
  }

  #crashedAt(choice: Choice, moment: Moment, crash: number, depth: number): Crashed {
    const known = moment.crashed.get(crash);
    if (known !== undefined) return known;
    try {
      return this.#histories.findCrashed(moment, crash);
    } catch (error) {
      throw new Ended(error, [...this.#wayTo(depth), { choice, crash, moment, reborn: null }]);
    }
  }

  #levelAt(depth: number): Level {
    let level = this.#levels[depth];
    if (level === undefined) {
      const taken = { choice: NO_CHOICE, crash: 0, moment: null, reborn: null };
      level = { choices: [], lengths: [], asleep: [], taken };
      this.#levels.push(level);
    }
    return level;
  }

  #isEnded(): boolean {
    if (this.prefixes >= this.#caps.prefixes || this.#histories.count >= this.#caps.histories) this.#isCapped = true;
    return this.#isCapped || this.#isOver;
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
