import { endOf, type Operation } from "../history.ts";
import { Memo } from "./memo.ts";
import { IMPOSSIBLE, type Transitions } from "./transitions.ts";

/** What a search may take, as counts, so that it comes to the same on every machine. */
export interface Limits {
  /** Tries of an operation in a state. */
  readonly steps: number;
  /** Integers kept of what was met; each takes 4 bytes. */
  readonly memory: number;
}

export interface Found {
  readonly is: "order" | "none" | "undecided";
  readonly steps: number;
  /** An order that holds as many of those that must be in it as any that was met. */
  readonly longest: readonly number[];
}

/** Operations that are called while others of known return have not returned, all that hang together by that. */
interface Segment {
  readonly from: number;
  readonly to: number;
}

/** One decision that may be taken back. */
interface Frame {
  /** How many operations the order had, the state after them, where in which segment it stood, and their last call. */
  readonly length: number;
  readonly state: number;
  readonly segment: number;
  readonly low: number;
  readonly latest: number;
  /** What can be next; the first `tried` of it were tried. */
  readonly choices: readonly number[];
  tried: number;
}

/**
 * An order of operations by which each returns what it did, found by trying, depth first (Wing and Gong, "Testing and verifying
 * concurrent objects", 1993), and never going on twice from the same operations done and the same state (Lowe, "Testing for
 * linearizability", 2017). Where all that was called has returned, what came before needs to be told no more: so what is
 * remembered of a place names the operations of one segment only.
 *
 * Shorter ways that lose no order: an operation that can be next, only reads and rules no other out is next; one that need
 * not be is tried only where it changes something that others can tell, and of several that never returned and do the same
 * the one that was called first.
 */
export class Search<S, O extends Operation> {
  readonly #limits: Limits;
  readonly #transitions: Transitions<S, O>;
  /** Those that must be in the order, by their calls, then those that may be, by theirs. A number of one is its place here. */
  readonly #operations: readonly O[];
  /** The place of each in the list that was given. */
  readonly #places: readonly number[];
  /** How many must be. */
  readonly #required: number;
  readonly #types: Int32Array;
  readonly #calls: Float64Array;
  readonly #ends: Float64Array;
  readonly #isReading: readonly boolean[];
  /** For one that never returned: another one that does the same and was called before; −1 for none. */
  readonly #twin: Int32Array;
  readonly #segments: readonly Segment[];
  readonly #canTell: (state: S) => boolean;
  /** By state, once it was asked. */
  readonly #telling: number[] = [];

  readonly #done: Uint8Array;
  readonly #order: number[] = [];
  readonly #memo = new Memo();
  readonly #row: Int32Array;
  #steps = 0;
  #state = 0;
  #segment = 0;
  #low = 0;
  /** The last call of all that is done: what had returned by then can no longer be next. */
  #latest = Number.NEGATIVE_INFINITY;
  #doneRequired = 0;
  #best: { readonly order: readonly number[]; readonly required: number } | null = null;

  /**
   * What never returned may be in the order or not. So may those of `optional`, at their times: of them it is not believed
   * that they took effect.
   */
  constructor(
    transitions: Transitions<S, O>,
    operations: readonly O[],
    limits: Limits,
    optional: ReadonlySet<O> = new Set(),
  ) {
    this.#limits = limits;
    const { model } = transitions;
    const places = operations.map((_, i) => i);
    const at = (i: number) => operations[i] as O;
    const isRequired = (i: number) => at(i).returned !== null && !optional.has(at(i));
    const required = places.filter(isRequired);
    // Who only reads, and need not have, says nothing.
    const others = places.filter((i) => !isRequired(i) && !model.isReading(at(i)));
    const byCall = (a: number, b: number) => at(a).call - at(b).call || endOf(at(a)) - endOf(at(b)) || a - b;
    this.#places = [...required.sort(byCall), ...others.sort(byCall)];
    this.#operations = this.#places.map(at);
    this.#required = required.length;
    this.#transitions = transitions;
    this.#types = Int32Array.from(this.#operations, (operation) => this.#transitions.classOf(operation));
    this.#calls = Float64Array.from(this.#operations, ({ call }) => call);
    this.#ends = Float64Array.from(this.#operations, endOf);
    this.#isReading = this.#operations.map((operation) => model.isReading(operation));
    this.#canTell = model.telling(this.#operations);
    this.#twin = this.#twins();
    this.#segments = this.#cut();
    this.#done = new Uint8Array(this.#operations.length);
    const longest = this.#segments.reduce((most, { from, to }) => Math.max(most, to - from), 0);
    this.#row = new Int32Array(4 + (longest >> 5) + (others.length >> 5));
  }

  run(): Found {
    const frames: Frame[] = [];
    for (;;) {
      this.#readOn();
      if (this.#segment === this.#segments.length) return this.#result("order");
      if (this.#memo.add(this.#row, this.#fillRow())) {
        const { length } = this.#order;
        const [state, segment, low, latest] = [this.#state, this.#segment, this.#low, this.#latest];
        const choices = this.#choices();
        frames.push({ length, state, segment, low, latest, choices, tried: 0 });
        if (choices.length === 0) this.#keepBest();
      } else this.#keepBest();
      if (this.#steps > this.#limits.steps || this.#memo.size > this.#limits.memory) return this.#result("undecided");
      if (!this.#tryNext(frames)) return this.#result("none");
    }
  }

  /** Takes back what led nowhere, and makes the next choice that is left; false when none is. */
  #tryNext(frames: Frame[]): boolean {
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      this.#takeBack(frame);
      const choice = frame.choices[frame.tried++];
      if (choice !== undefined) {
        this.#apply(choice, this.#transitions.next(this.#types[choice] as number, this.#state));
        return true;
      }
      frames.pop();
    }
    return false;
  }

  #takeBack(frame: Frame): void {
    while (this.#order.length > frame.length) {
      const last = this.#order.pop() as number;
      this.#done[last] = 0;
      if (last < this.#required) this.#doneRequired--;
    }
    this.#state = frame.state;
    this.#segment = frame.segment;
    this.#low = frame.low;
    this.#latest = frame.latest;
  }

  #apply(operation: number, state: number): void {
    this.#order.push(operation);
    this.#done[operation] = 1;
    this.#latest = Math.max(this.#latest, this.#calls[operation] as number);
    if (operation < this.#required) this.#doneRequired++;
    this.#state = state;
  }

  /** Does all that can be next, only reads and rules nothing out, and goes on to the next segment when one is done. */
  #readOn(): void {
    for (let isChanged = true; isChanged; ) {
      isChanged = this.#skipDone();
      const until = Math.min(this.#deadline(), this.#lastChance());
      const { to } = this.#segments[this.#segment] ?? { to: 0 };
      for (let i = this.#low; i < to && (this.#calls[i] as number) <= until; i++) {
        if (this.#done[i] === 1 || !this.#isReading[i]) continue;
        this.#steps++;
        if (this.#transitions.next(this.#types[i] as number, this.#state) === IMPOSSIBLE) continue;
        this.#apply(i, this.#state);
        isChanged = true;
      }
    }
  }

  /** Remembers an order that cannot go on, if it goes further than all before. */
  #keepBest(): void {
    if (this.#doneRequired <= (this.#best?.required ?? -1)) return;
    this.#best = { order: [...this.#order], required: this.#doneRequired };
  }

  /** Whether it came into another segment. */
  #skipDone(): boolean {
    const before = this.#segment;
    for (let segment = this.#segments[before]; segment !== undefined; segment = this.#segments[this.#segment]) {
      while (this.#low < segment.to && this.#done[this.#low] === 1) this.#low++;
      if (this.#low < segment.to) break;
      this.#segment++;
    }
    return this.#segment !== before;
  }

  /** The first return among operations that are not done: what was called after it cannot be next. */
  #deadline(): number {
    const { to } = this.#segments[this.#segment] ?? { to: 0 };
    let until = Number.POSITIVE_INFINITY;
    for (let i = this.#low; i < to && (this.#calls[i] as number) <= until; i++) {
      if (this.#done[i] === 0 && (this.#ends[i] as number) < until) until = this.#ends[i] as number;
    }
    return until;
  }

  /** The first return among those that need not be in the order, and still can: what was called after it rules that one out. */
  #lastChance(): number {
    let until = Number.POSITIVE_INFINITY;
    for (let i = this.#required; i < this.#operations.length; i++) {
      const end = this.#ends[i] as number;
      if (end < until && end >= this.#latest && this.#done[i] === 0) until = end;
    }
    return until;
  }

  /** What can be next: first what must have returned first, last what may never have been. */
  #choices(): number[] {
    const until = this.#deadline();
    const { to } = this.#segments[this.#segment] as Segment;
    const choices: number[] = [];
    for (let i = this.#low; i < to && (this.#calls[i] as number) <= until; i++) {
      if (this.#done[i] === 1) continue;
      this.#steps++;
      if (this.#transitions.next(this.#types[i] as number, this.#state) !== IMPOSSIBLE) choices.push(i);
    }
    choices.sort((a, b) => (this.#ends[a] as number) - (this.#ends[b] as number) || a - b);
    for (let i = this.#required; i < this.#operations.length; i++) {
      if ((this.#calls[i] as number) > until || (this.#ends[i] as number) < this.#latest) continue;
      const twin = this.#twin[i] as number;
      if (this.#done[i] === 1 || (twin >= 0 && this.#done[twin] === 0)) continue;
      this.#steps++;
      const next = this.#transitions.next(this.#types[i] as number, this.#state);
      if (next !== IMPOSSIBLE && next !== this.#state && this.#isTold(next)) choices.push(i);
    }
    return choices;
  }

  #isTold(state: number): boolean {
    this.#telling[state] ??= this.#canTell(this.#transitions.stateAt(state)) ? 1 : 0;
    return this.#telling[state] === 1;
  }

  /** What matters from here on: segment, state, what is done of the segment, and what of the rest can no longer be. */
  #fillRow(): number {
    const row = this.#row;
    row[0] = this.#segment;
    row[1] = this.#state;
    const { from, to } = this.#segments[this.#segment] as Segment;
    const between = this.#fillBits(2, from, to);
    return this.#fillBits(between, this.#required, this.#operations.length);
  }

  #fillBits(at: number, from: number, to: number): number {
    const row = this.#row;
    let next = at;
    for (let i = from; i < to; i += 32) {
      let bits = 0;
      for (let j = i; j < to && j < i + 32; j++) {
        // What is over is the same, whether it was done or not.
        if (this.#done[j] === 1 || (this.#ends[j] as number) < this.#latest) bits |= 1 << (j - i);
      }
      row[next++] = bits;
    }
    return next;
  }

  #twins(): Int32Array {
    const last = new Map<number, number>();
    return Int32Array.from(this.#operations, (_, i) => {
      if (i < this.#required || this.#ends[i] !== Number.POSITIVE_INFINITY) return -1;
      const type = this.#types[i] as number;
      const twin = last.get(type) ?? -1;
      last.set(type, i);
      return twin;
    });
  }

  #cut(): Segment[] {
    const segments: Segment[] = [];
    let [from, until] = [0, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < this.#required; i++) {
      if (i > from && (this.#calls[i] as number) > until) {
        segments.push({ from, to: i });
        from = i;
      }
      until = Math.max(until, this.#ends[i] as number);
    }
    if (this.#required > from) segments.push({ from, to: this.#required });
    return segments;
  }

  #result(is: Found["is"]): Found {
    if (is === "order") this.#keepBest();
    return { is, steps: this.#steps, longest: (this.#best?.order ?? []).map((i) => this.#places[i] as number) };
  }
}
