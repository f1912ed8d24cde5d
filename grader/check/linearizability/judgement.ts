import { type Operation, precedes } from "./history.ts";

/** What a check came to. `undecided` is no pass: nobody knows whether there is an order. */
export type Judgement<O extends Operation> =
  | { readonly is: "linearizable" }
  | {
      readonly is: "violated";
      readonly part: string;
      /** Works out why. It can take many times what the verdict took. */
      counterexample(): Counterexample<O>;
    }
  | { readonly is: "undecided"; readonly part: string; readonly steps: number };

/**
 * A few operations that no order explains, as data: whatever the others of the history read, and whichever of the other writes
 * took effect at their times, these cannot be. Operations are named by their place in `operations`.
 */
export interface Counterexample<O extends Operation> {
  /** The key, or another name of what they operate on. */
  readonly part: string;
  /** By their calls. Those in `context` are there to be understood: the writes of what the others read. */
  readonly operations: readonly O[];
  readonly context: readonly number[];
  /** What must have come before what, and why. But for some kinds of `why` they make a circle. */
  readonly orders: readonly Order[];
  readonly why: Why;
}

/** One thing that must have come before another: by real time, or by the values that were written and read. */
export interface Order {
  readonly before: number;
  readonly after: number;
  readonly by: "time" | "values";
}

/** What is wrong. Members of `readings` and the like are places in `operations`. */
export type Why =
  /** One operation's return says what cannot be, such as a failed cas that found what it expected. */
  | { readonly kind: "own-return"; readonly operation: number }
  /** A value that no write gives; `from`: how many of its characters are explained; `refused`: a cas that failed would write the next. */
  | { readonly kind: "unwritten"; readonly reading: number; readonly from: number; readonly refused?: number }
  /** What was written once is found twice: in one value, or in values that no one history of the key has. */
  | { readonly kind: "twice"; readonly readings: readonly number[]; readonly written: string }
  /** Two operations say different things of what followed one value. */
  | { readonly kind: "two-successors"; readonly readings: readonly number[] }
  /** Each needs what another one wrote, all around. */
  | { readonly kind: "circle"; readonly operations: readonly number[] }
  /** By the values `earlier` came first; by the time `later` did. */
  | { readonly kind: "reversed"; readonly earlier: number; readonly later: number }
  /**
   * Two puts (or appends), each with what was built and read on top of it: all of the one must come before all of the
   * other, as nothing written between would leave a value as it was. Yet in real time each has something before something
   * of the other: `one[0]` before `other[1]`, and `other[0]` before `one[1]`.
   */
  | {
      readonly kind: "interleaved";
      readonly one: readonly [first: number, last: number];
      readonly other: readonly [first: number, last: number];
    }
  /** All orders were tried. `longest` goes furthest and ends in `state`, in which none of `stuck` can be next. */
  | {
      readonly kind: "no-order";
      readonly longest: readonly number[];
      readonly state: string;
      readonly stuck: readonly number[];
    };

/** Lists the operations of a counterexample, each once and by its call, and names them by their places there. */
export class Cast<O extends Operation> {
  readonly operations: readonly O[];

  constructor(members: Iterable<O>) {
    this.operations = [...new Set(members)].sort((a, b) => a.call - b.call || a.client - b.client);
  }

  placeOf(operation: O): number {
    return this.operations.indexOf(operation);
  }

  /** What real time says of some of them, but for what follows from the rest of it. */
  timeOrders(some: readonly O[]): Order[] {
    return some.flatMap((operation) => {
      const earlier = some.filter((other) => precedes(other, operation));
      const direct = earlier.filter((one) => !earlier.some((other) => precedes(one, other)));
      return direct.map((one) => ({ before: this.placeOf(one), after: this.placeOf(operation), by: "time" as const }));
    });
  }
}
