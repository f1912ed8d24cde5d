import type { Cas, KeyOperation, Value } from "../history.ts";
import type { Why } from "../judgement.ts";
import type { Written } from "./written.ts";

/** No operation: what stands before the first one. */
export const NOBODY = -1;

/** One value that stood under the key: who wrote it, and who found it. Operations are numbers in the key's history. */
export interface State {
  readonly writer: number;
  /** Who showed first that it stood; NOBODY when none but its writer knows of it. */
  shownBy: number;
  readonly readings: number[];
  /** The cas that replaced it at once. */
  replacedBy: number;
}

/**
 * Values of which each is the one before with one more append at its end. The first was put, or made by a cas, or stood
 * there from the beginning.
 */
export interface Stretch {
  readonly states: State[];
  /** The length of each state's text. */
  readonly ends: number[];
  text: string;
  /** What a cas replaced with the first value. */
  after: State | null;
}

/** A contradiction, in which operations have the numbers of the key's history. */
export class Contradiction {
  readonly why: Why;
  readonly members: readonly number[];
  constructor(why: Why, members: readonly number[]) {
    this.why = why;
    this.members = members;
  }
}

/**
 * What the values tell about a key's history in which each written value is unique: which state followed which. Nothing here
 * looks at the time.
 */
export class Stretches {
  readonly #operations: readonly KeyOperation[];
  readonly #written: Written;
  readonly #initial: Value;
  /** By the operation that begins them, NOBODY for the one from the beginning; in the order in which they were met. */
  readonly all = new Map<number, Stretch>();
  /** Where each append is known to stand. */
  readonly #placed = new Map<number, State>();
  /** Cas operations that took effect, of which the value that they replaced is still to be looked at. */
  readonly #pending: number[] = [];

  constructor(operations: readonly KeyOperation[], written: Written, initial: "" | null) {
    this.#operations = operations;
    this.#written = written;
    this.#initial = initial;
    this.#begin(NOBODY, initial ?? "");
  }

  /** Reads all values; throws a `Contradiction`. */
  learn(): void {
    const operations = this.#operations;
    for (const [i, operation] of operations.entries()) this.#learn(i, operation);
    this.#followCas();
    for (const [i, { kind, returned }] of operations.entries()) {
      // Nobody saw it, yet it took effect: it stands anywhere, on whatever was there.
      if (kind === "append" && returned !== null && !this.#placed.has(i)) this.#begin(i, "");
    }
    for (const stretch of this.all.values()) this.#checkEnd(stretch);
  }

  /**
   * These operations, and those without which one could not tell where they belong: who read what an append, or a write of
   * unknown result, wrote.
   */
  withEvidence(members: Iterable<number>): Set<number> {
    const all = new Set<number>();
    const open = [...members];
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      if (i === NOBODY || all.has(i)) continue;
      all.add(i);
      const { kind, returned } = this.#operations[i] as KeyOperation;
      if (kind === "append") open.push(this.#placed.get(i)?.shownBy ?? NOBODY);
      else if (kind !== "get" && returned === null) open.push(this.all.get(i)?.states[0]?.shownBy ?? NOBODY);
    }
    return all;
  }

  #learn(i: number, operation: KeyOperation): void {
    const { kind, returned } = operation;
    if (returned === null) return;
    if (kind === "get") this.#found(i, operation.returned?.value as Value).readings.push(i);
    else if (kind === "put") this.#stretchOf(i, NOBODY);
    else if (kind === "cas") this.#learnCas(i, operation);
  }

  #learnCas(i: number, { expected, value, returned }: Cas): void {
    if (returned === null) return;
    const isPossible = returned.swapped
      ? returned.value === undefined || returned.value === value
      : returned.value !== expected;
    if (!isPossible) throw new Contradiction({ kind: "own-return", operation: i }, [i]);
    if (returned.swapped) this.#stretchOf(i, NOBODY);
    else this.#found(i, returned.value as Value).readings.push(i);
  }

  /** To a fixpoint: what a cas replaced may be known from nowhere else, and made by another cas. */
  #followCas(): void {
    for (let i = this.#pending.pop(); i !== undefined; i = this.#pending.pop()) {
      const state = this.#found(i, (this.#operations[i] as Cas).expected);
      const rival = state.replacedBy;
      if (rival !== NOBODY) throw new Contradiction({ kind: "two-successors", readings: [rival, i] }, [rival, i]);
      state.replacedBy = i;
      (this.all.get(i) as Stretch).after = state;
    }
  }

  /** What replaced a state came right after it, so that no append did. */
  #checkEnd({ states }: Stretch): void {
    for (const [at, { replacedBy }] of states.entries()) {
      const next = states[at + 1];
      if (replacedBy === NOBODY || next === undefined) continue;
      const readings = [next.shownBy, replacedBy];
      throw new Contradiction({ kind: "two-successors", readings }, readings);
    }
  }

  #begin(writer: number, text: string): Stretch {
    const first: State = { writer, shownBy: NOBODY, readings: [], replacedBy: NOBODY };
    const stretch: Stretch = { states: [first], ends: [text.length], text, after: null };
    this.all.set(writer, stretch);
    return stretch;
  }

  /** The stretch that a put or cas begins, which somebody saw, or which is known to have taken effect. */
  #stretchOf(writer: number, shownBy: number): Stretch {
    let stretch = this.all.get(writer);
    if (stretch === undefined) {
      const operation = this.#operations[writer] as { value: string; kind: string };
      stretch = this.#begin(writer, operation.value);
      if (operation.kind === "cas") this.#pending.push(writer);
    }
    const first = stretch.states[0] as State;
    if (first.shownBy === NOBODY) first.shownBy = shownBy;
    return stretch;
  }

  /** The state in which an operation found this value. */
  #found(reading: number, value: Value): State {
    const initial = this.all.get(NOBODY) as Stretch;
    if (value === this.#initial) return initial.states[0] as State;
    if (value === null || value === "") throw this.#unwritten(reading, 0, NOBODY);
    const first = this.#written.writerAt(value, 0);
    if (first === NOBODY) throw this.#unwritten(reading, 0, NOBODY);
    const isWhole = this.#operations[first]?.kind !== "append";
    this.#mustNotHaveFailed(first, reading, 0);
    const stretch = isWhole ? this.#stretchOf(first, reading) : initial;
    return this.#within(stretch, reading, value);
  }

  #within(stretch: Stretch, reading: number, value: string): State {
    const { text, ends, states } = stretch;
    if (value.length <= text.length) {
      const at = indexOf(ends, value.length);
      if (at >= 0 && begins(text, value)) return states[at] as State;
      // It ends inside a written value, or goes another way: reading it to its end says which.
    }
    const isLonger = begins(value, text);
    let state = states[isLonger ? states.length - 1 : 0] as State;
    let from = ends[isLonger ? ends.length - 1 : 0] as number;
    for (let at = isLonger ? states.length : 1; from < value.length; at++) {
      const writer = this.#written.writerAt(value, from);
      if (writer === NOBODY) throw this.#unwritten(reading, from, NOBODY);
      this.#mustNotHaveFailed(writer, reading, from);
      const known = states[at];
      if (known?.writer === writer) state = known;
      else if (known !== undefined) throw this.#misplaced(stretch, reading, writer, at, from);
      else state = this.#extend(stretch, reading, writer, from);
      from += this.#written.valueOf(writer).length;
    }
    if (isLonger) stretch.text = value;
    return state;
  }

  #extend(stretch: Stretch, reading: number, writer: number, from: number): State {
    const operation = this.#operations[writer] as KeyOperation;
    if (operation.kind !== "append" || this.#placed.has(writer)) {
      throw this.#misplaced(stretch, reading, writer, stretch.states.length, from);
    }
    const state: State = { writer, shownBy: reading, readings: [], replacedBy: NOBODY };
    this.#placed.set(writer, state);
    stretch.states.push(state);
    stretch.ends.push(from + operation.value.length);
    return state;
  }

  /** Why what `writer` wrote cannot be the stretch's state number `at`, where this reading found it. */
  #misplaced(stretch: Stretch, reading: number, writer: number, at: number, from: number): Contradiction {
    const operation = this.#operations[writer] as KeyOperation;
    if (stretch.states.slice(0, at).some((state) => state.writer === writer)) {
      return new Contradiction({ kind: "twice", readings: [reading], written: this.#written.valueOf(writer) }, [
        reading,
      ]);
    }
    // Only what is appended can stand behind something.
    if (operation.kind !== "append") return this.#unwritten(reading, from, NOBODY);
    const rival = stretch.states[at];
    const elsewhere = this.#placed.get(writer);
    if (rival !== undefined) {
      const readings = [rival.shownBy, reading];
      return new Contradiction({ kind: "two-successors", readings }, readings);
    }
    const readings = [elsewhere?.shownBy ?? NOBODY, reading];
    return new Contradiction({ kind: "twice", readings, written: operation.value }, readings);
  }

  #mustNotHaveFailed(writer: number, reading: number, from: number): void {
    const operation = this.#operations[writer];
    if (operation?.kind === "cas" && operation.returned?.swapped === false) {
      throw this.#unwritten(reading, from, writer);
    }
  }

  #unwritten(reading: number, from: number, refused: number): Contradiction {
    if (refused === NOBODY) return new Contradiction({ kind: "unwritten", reading, from }, [reading]);
    return new Contradiction({ kind: "unwritten", reading, from, refused }, [reading, refused]);
  }
}

/** Whether a text begins with another one. Values may be long, and engines compare two texts much faster than `startsWith`. */
function begins(text: string, beginning: string): boolean {
  return text.slice(0, beginning.length) === beginning;
}

/** Where a number stands in a list that grows, or -1. */
function indexOf(list: readonly number[], wanted: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return list[low] === wanted ? low : -1;
}
