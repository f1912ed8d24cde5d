import type { KeyOperation } from "../history.ts";
import { endOf } from "../history.ts";
import { Contradiction, NOBODY, type State, type Stretch, type Stretches } from "./stretches.ts";

/**
 * All that must happen in one piece: a stretch, what a cas made of its last value, and so on, each with its readings. In
 * between nothing else can be written. Of its operations only two matter to the others: which returned first, and which was
 * called last.
 */
export interface Chain {
  readonly stretches: readonly Stretch[];
  /** NOBODY, before all time, where a chain has no operation. */
  readonly firstReturn: number;
  readonly lastCall: number;
}

/** The time of a key's operations, against what is known of their order. */
export class Chains {
  readonly #operations: readonly KeyOperation[];
  readonly #stretches: Stretches;
  readonly #ends: readonly number[];

  constructor(operations: readonly KeyOperation[], stretches: Stretches) {
    this.#operations = operations;
    this.#stretches = stretches;
    this.#ends = operations.map(endOf);
  }

  /** Throws a `Contradiction` unless there is an order. */
  check(): void {
    const chains: Chain[] = [];
    let count = 0;
    for (const [writer, stretch] of this.#stretches.all) {
      if (stretch.after !== null) continue;
      const chain = this.#follow(stretch);
      count += chain.stretches.length;
      if (writer === NOBODY) chains.unshift(chain);
      else chains.push(chain);
    }
    if (count < this.#stretches.all.size) throw this.#circle(chains);
    const [initial, ...others] = chains as [Chain, ...Chain[]];
    this.#checkInitial(initial, others);
    this.#checkOthers(others);
  }

  /** From the beginning of a chain to its end: no later member may have returned before an earlier one was called. */
  #follow(begin: Stretch): Chain {
    const stretches: Stretch[] = [];
    let [firstReturn, lastCall] = [NOBODY, NOBODY];
    for (let stretch: Stretch | undefined = begin; stretch !== undefined; ) {
      stretches.push(stretch);
      for (const state of stretch.states) {
        const write = state.writer === NOBODY ? [] : [state.writer];
        for (const group of [write, state.readings]) {
          // Readings of one value come in any order, so that they are compared with what was before all of them.
          let latest = lastCall;
          for (const i of group) {
            if (this.#isBefore(i, lastCall)) {
              throw new Contradiction({ kind: "reversed", earlier: lastCall, later: i }, [lastCall, i]);
            }
            if (latest === NOBODY || this.#callOf(i) > this.#callOf(latest)) latest = i;
            if (firstReturn === NOBODY || this.#endOf(i) < this.#endOf(firstReturn)) firstReturn = i;
          }
          lastCall = latest;
        }
      }
      const next: number = (stretch.states.at(-1) as State).replacedBy;
      stretch = this.#stretches.all.get(next === NOBODY ? Number.NaN : next);
    }
    return { stretches, firstReturn, lastCall };
  }

  /** What was written ends the initial chain for ever. */
  #checkInitial({ lastCall: earlier }: Chain, others: readonly Chain[]): void {
    if (earlier === NOBODY) return;
    for (const { firstReturn: later } of others) {
      if (this.#isBefore(later, earlier)) {
        throw new Contradiction({ kind: "reversed", earlier, later }, [earlier, later]);
      }
    }
  }

  /**
   * Two chains contradict each other when each has an operation that returned before one of the other was called. If the
   * orders forced by time make any circle, such a pair is in it: of its chains take the one that has the first return, and the
   * one before it.
   *
   * At least one of the two, then, has its first return before its last call; all that lies between the two is one stretch of
   * time in which no other chain can be. So these must not overlap, and none of the rest may lie inside one.
   */
  #checkOthers(chains: readonly Chain[]): void {
    const isSpread = (chain: Chain) => this.#isBefore(chain.firstReturn, chain.lastCall);
    const spread = chains.filter(isSpread);
    spread.sort((a, b) => this.#endOf(a.firstReturn) - this.#endOf(b.firstReturn));
    for (let i = 1; i < spread.length; i++) this.#compare(spread[i - 1] as Chain, spread[i] as Chain);
    for (const chain of chains) {
      if (isSpread(chain)) continue;
      // They do not overlap, so that only the last one that begins before this chain can reach beyond it.
      let [low, high] = [0, spread.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (this.#isBefore((spread[middle] as Chain).firstReturn, chain.lastCall)) low = middle + 1;
        else high = middle;
      }
      const around = spread[low - 1];
      if (around !== undefined) this.#compare(around, chain);
    }
  }

  #compare(one: Chain, other: Chain): void {
    if (!this.#isBefore(one.firstReturn, other.lastCall) || !this.#isBefore(other.firstReturn, one.lastCall)) return;
    const why = {
      kind: "interleaved",
      one: [one.firstReturn, one.lastCall],
      other: [other.firstReturn, other.lastCall],
    } as const;
    throw new Contradiction(why, [...why.one, ...why.other]);
  }

  /** Chains begin with a put or with nothing; what none of them reaches goes around. */
  #circle(chains: readonly Chain[]): Contradiction {
    const reached = new Set(chains.flatMap(({ stretches }) => stretches));
    const byFirst = new Map<State, number>();
    for (const [writer, stretch] of this.#stretches.all) for (const state of stretch.states) byFirst.set(state, writer);
    let at = [...this.#stretches.all].find(([, stretch]) => !reached.has(stretch))?.[0] as number;
    const around = new Set<number>();
    while (!around.has(at)) {
      around.add(at);
      at = byFirst.get(this.#stretches.all.get(at)?.after as State) as number;
    }
    const all = [...around];
    const operations = all.slice(all.indexOf(at));
    return new Contradiction({ kind: "circle", operations }, operations);
  }

  #isBefore(one: number, other: number): boolean {
    return other !== NOBODY && this.#endOf(one) < this.#callOf(other);
  }

  #endOf(i: number): number {
    return this.#ends[i] as number;
  }

  #callOf(i: number): number {
    return (this.#operations[i] as KeyOperation).call;
  }
}
