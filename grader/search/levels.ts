import { type Choice, happening } from "./choice.ts";
import type { Moment } from "./moment.ts";

const NO_CHOICE: Choice = { ...happening(0, 0), kind: "timer" };

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

/** Something that ends the walk, with the way to it. */
export class Ended extends Error {
  constructor(
    readonly reason: unknown,
    readonly way: readonly Taken[],
  ) {
    super("the walk ended");
  }
}

/** What is used at one depth of the walk, again and again. */
export interface Level {
  readonly choices: Choice[];
  /** Where they lead; undefined: nobody knows yet. */
  readonly moments: (Moment | null | undefined)[];
  /** By peer, how many slept when the walk came there. */
  readonly lengths: number[];
  /** How many turns the way there has, and one that takes the next choice there. */
  first: number;
  turns: number;
  /** No way goes on from there. */
  isLong: boolean;
  /** What sleeps of the peer to which something happened there. */
  readonly asleep: number[];
  /** What was taken there last. */
  readonly taken: { -readonly [Field in keyof Taken]: Taken[Field] };
}

/** What is used at the depths of a walk, made when it first comes there. */
export class Levels {
  readonly #levels: Level[] = [];

  at(depth: number): Level {
    let level = this.#levels[depth];
    if (level === undefined) {
      const taken = { choice: NO_CHOICE, crash: 0, moment: null, reborn: null };
      level = { choices: [], moments: [], lengths: [], first: 0, turns: 0, isLong: false, asleep: [], taken };
      this.#levels.push(level);
    }
    return level;
  }

  /** The way that the walk took to this depth. */
  wayTo(depth: number): Taken[] {
    return this.#levels.slice(0, depth).map(({ taken }) => ({ ...taken }));
  }

  /** Does what may end the walk at this depth, with the way there and, where it is known, what was to be taken next. */
  doing<Result>(depth: number, work: () => Result, next: readonly Taken[] = []): Result {
    try {
      return work();
    } catch (error) {
      throw new Ended(error, [...this.wayTo(depth), ...next]);
    }
  }
}
