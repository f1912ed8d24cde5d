import type { Operation } from "../history.ts";
import type { Model } from "./model.ts";

const UNKNOWN = 0;
/** The number of no state. */
export const IMPOSSIBLE = -1;

/**
 * A model by numbers: states and classes of operations get theirs as they are met, and no step is made twice, in however many
 * searches.
 */
export class Transitions<S, O extends Operation> {
  readonly model: Model<S, O>;
  readonly #states: S[] = [];
  readonly #byKey = new Map<string | number | null, number>();
  readonly #isVisible: (state: S) => boolean;
  /** The one number of all states that nobody can tell from each other; -1 as long as there was none. */
  #hidden = -1;
  readonly #classes = new Map<string, number>();
  readonly #classOf = new Map<O, number>();
  /** By class: an operation of it, and by state what it leads to, plus 2. */
  readonly #examples: O[] = [];
  readonly #steps: Int32Array[] = [];

  /** `operations`: all that are going to be asked about. */
  constructor(model: Model<S, O>, operations: readonly O[]) {
    this.model = model;
    this.#isVisible = model.visible(operations);
    this.stateOf(model.initial);
  }

  /** The initial state has number 0. */
  stateOf(state: S): number {
    if (!this.#isVisible(state)) {
      if (this.#hidden < 0) this.#hidden = this.#states.push(state) - 1;
      return this.#hidden;
    }
    const key = this.model.keyOf(state);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#byKey.set(key, this.#states.length);
    return this.#states.push(state) - 1;
  }

  stateAt(state: number): S {
    return this.#states[state] as S;
  }

  classOf(operation: O): number {
    const known = this.#classOf.get(operation);
    if (known !== undefined) return known;
    const name = this.model.classOf(operation);
    const type = this.#classes.get(name) ?? this.#examples.length;
    this.#classOf.set(operation, type);
    if (type === this.#examples.length) {
      this.#classes.set(name, type);
      this.#examples.push(operation);
      this.#steps.push(new Int32Array(8));
    }
    return type;
  }

  /** The state after an operation of a class, or IMPOSSIBLE. */
  next(type: number, state: number): number {
    let steps = this.#steps[type] as Int32Array;
    if (state >= steps.length) {
      const longer = new Int32Array(2 * (state + 1));
      longer.set(steps);
      steps = longer;
      this.#steps[type] = steps;
    }
    const known = steps[state] as number;
    if (known !== UNKNOWN) return known - 2;
    const after = this.model.step(this.#states[state] as S, this.#examples[type] as O);
    const next = after === undefined ? IMPOSSIBLE : this.stateOf(after);
    steps[state] = next + 2;
    return next;
  }
}
