import type { Tape } from "../sim/tape.ts";
import { stratumOf } from "./strata.ts";

/** What a scenario draws, from the run's choice tape: keyed by a label and by how often that label was drawn. */
export class Draws {
  readonly #tape: Tape;
  readonly #seed: number;
  readonly #drawn = new Map<string, number>();

  constructor(tape: Tape, seed: number) {
    this.#tape = tape;
    this.#seed = seed;
  }

  /** An integer min … max, both included; the mildest is min. */
  int(label: string, min: number, max: number): number {
    return min + this.#tape.below(this.#key(label), Math.floor(max) - Math.ceil(min) + 1);
  }

  /** True with that probability; the mildest is false. */
  chance(label: string, probability: number): boolean {
    return this.#tape.chance(this.#key(label), probability);
  }

  /** One of a list that is not empty; the mildest is the first. */
  pick<T>(label: string, list: readonly T[]): T {
    if (list.length === 0) throw new RangeError(`nothing to pick from for "${label}"`);
    return list[this.#tape.below(this.#key(label), list.length)] as T;
  }

  /** The list in another order; the mildest is the order it has. */
  shuffle<T>(label: string, list: readonly T[]): T[] {
    const result = [...list];
    for (let i = 0; i + 1 < result.length; i++) {
      const j = i + this.#tape.below(this.#key(label), result.length - i);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }

  /** Of these cases the one whose turn it is among the runs of a grading; they must be 1, 2, 3, 4, 6 or 12. */
  stratum<T>(cases: readonly T[]): T {
    return stratumOf(this.#seed, cases);
  }

  #key(label: string): string {
    const nth = (this.#drawn.get(label) ?? 0) + 1;
    this.#drawn.set(label, nth);
    return `scenario ${label} #${nth}`;
  }
}
