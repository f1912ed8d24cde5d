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
  /** An order that holds as many operations of known return as any that was met; and the state after it. */
  readonly longest: readonly number[];
  readonly state: string;
}

/** Operations that are called while others of known return have not returned, all that hang together by that. */
interface Segment {
  readonly from: number;
  readonly to: number;
}

/** One decision that may be taken back. */
interface Frame {
  /** How many operations the order had, the state after them, and where in which segment it stood. */
  readonly length: number;
  readonly state: number;
  readonly segment: number;
  readonly low: number;
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
 * Shorter ways that lose no order: an operation that can be next and only reads is next; one of unknown result is tried only
 * where it changes something that others can tell, and of several that do the same the one that was called first.
 */
export class Search<S, O extends Operation> {
  readonly #limits: Limits;
  readonly #transitions: Transitions<S, O>;
  /** Of known return by their calls, then of unknown result by theirs: an operation's number here is its place. */
  readonly #operations: readonly O[];
  /** The place of each in the list that was given. */
  readonly #places: readonly number[];
  readonly #known: number;
  readonly #types: Int32Array;
  readonly #calls: Float64Array;
  readonly #ends: Float64Array;
  readonly #isReading: readonly boolean[];
  /** For one of unknown result: another one that does the same and was called before; −1 for none. */
  readonly #twin: Int32Array;
  readonly #segments: readonly Segment[];
  /** Of unknown result that may take effect any number of times. */
  readonly #isFree: readonly boolean[];
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
  #doneKnown = 0;
  #best: { readonly order: readonly number[]; readonly known: number; readonly state: number } | null = null;

  /** `free`: operations whose call and return are not looked at, and which may take effect at any time, again and again. */
  constructor(
    transitions: Transitions<S, O>,
    operations: readonly O[],
    limits: Limits,
    free: ReadonlySet<O> = new Set(),
  ) {
    this.#limits = limits;
    const { model } = transitions;
    const places = operations.map((_, i) => i);
    const at = (i: number) => operations[i] as O;
    const isOpen = (i: number) => at(i).returned === null;
    const known = places.filter((i) => !isOpen(i) && !free.has(at(i)));
    // Who only reads, and nobody knows what, says nothing.
    const unknown = places.filter((i) => free.has(at(i)) || (isOpen(i) && !model.isReading(at(i))));
    const byCall = (a: number, b: number) => at(a).call - at(b).call || endOf(at(a)) - endOf(at(b)) || a - b;
    this.#places = [...known.sort(byCall), ...unknown.sort(byCall)];
    this.#operations = this.#places.map(at);
    this.#known = known.length;
    this.#transitions = transitions;
    this.#types = Int32Array.from(this.#operations, (operation) => this.#transitions.classOf(operation));
    this.#isFree = this.#operations.map((operation) => free.has(operation));
    this.#calls = Float64Array.from(this.#operations, ({ call }, i) => (this.#isFree[i] ? -Infinity : call));
    this.#ends = Float64Array.from(this.#operations, endOf);
    this.#isReading = this.#operations.map((operation) => model.isReading(operation));
    this.#canTell = model.telling(this.#operations);
    this.#twin = this.#twins();
    this.#segments = this.#cut();
    this.#done = new Uint8Array(this.#operations.length);
    const longest = this.#segments.reduce((most, { from, to }) => Math.max(most, to - from), 0);
    this.#row = new Int32Array(4 + (longest >> 5) + ((this.#operations.length - known.length) >> 5));
  }

  run(): Found {
    const frames: Frame[] = [];
    for (;;) {
      this.#readOn();
      if (this.#segment === this.#segments.length) return this.#result("order");
      if (this.#memo.add(this.#row, this.#fillRow())) {
        const { length } = this.#order;
        const choices = this.#choices();
        frames.push({ length, state: this.#state, segment: this.#segment, low: this.#low, choices, tried: 0 });
      }
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
      if (last < this.#known) this.#doneKnown--;
    }
    this.#state = frame.state;
    this.#segment = frame.segment;
    this.#low = frame.low;
  }

  #apply(operation: number, state: number): void {
    this.#order.push(operation);
    if (!this.#isFree[operation]) this.#done[operation] = 1;
    if (operation < this.#known) this.#doneKnown++;
    this.#state = state;
  }

  /** Does all that can be next and only reads, and goes on to the next segment when one is done. */
  #readOn(): void {
    for (let isChanged = true; isChanged; ) {
      isChanged = this.#skipDone();
      const until = this.#deadline();
      const { to } = this.#segments[this.#segment] ?? { to: 0 };
      for (let i = this.#low; i < to && (this.#calls[i] as number) <= until; i++) {
        if (this.#done[i] === 1 || !this.#isReading[i]) continue;
        this.#steps++;
        if (this.#transitions.next(this.#types[i] as number, this.#state) === IMPOSSIBLE) continue;
        this.#apply(i, this.#state);
        isChanged = true;
      }
    }
    if (this.#doneKnown > (this.#best?.known ?? -1)) {
      this.#best = { order: [...this.#order], known: this.#doneKnown, state: this.#state };
    }
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

  /** What can be next: first what must have returned first, last what may never have been. */
  #choices(): number[] {
    const until = this.#deadline();
    const { to } = this.#segments[this.#segment] as Segment;
    const choices: number[] = [];
    for (let i = this.#low; i < to && (this.#calls[i] as number) <= until; i++) {
      if (this.#done[i] === 1 || this.#isReading[i]) continue;
      this.#steps++;
      if (this.#transitions.next(this.#types[i] as number, this.#state) !== IMPOSSIBLE) choices.push(i);
    }
    choices.sort((a, b) => (this.#ends[a] as number) - (this.#ends[b] as number) || a - b);
    for (let i = this.#known; i < this.#operations.length; i++) {
      if ((this.#calls[i] as number) > until) continue;
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

  /** What matters from here on: segment, state, and what is done of the segment and of unknown result. */
  #fillRow(): number {
    const row = this.#row;
    row[0] = this.#segment;
    row[1] = this.#state;
    const { from, to } = this.#segments[this.#segment] as Segment;
    const between = this.#fillBits(2, from, to);
    return this.#fillBits(between, this.#known, this.#operations.length);
  }

  #fillBits(at: number, from: number, to: number): number {
    const row = this.#row;
    let next = at;
    for (let i = from; i < to; i += 32) {
      let bits = 0;
      for (let j = i; j < to && j < i + 32; j++) bits |= (this.#done[j] as number) << (j - i);
      row[next++] = bits;
    }
    return next;
  }

  #twins(): Int32Array {
    const last = new Map<number, number>();
    return Int32Array.from(this.#operations, (_, i) => {
      if (i < this.#known || this.#isFree[i]) return -1;
      const type = this.#types[i] as number;
      const twin = last.get(type) ?? -1;
      last.set(type, i);
      return twin;
    });
  }

  #cut(): Segment[] {
    const segments: Segment[] = [];
    let [from, until] = [0, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < this.#known; i++) {
      if (i > from && (this.#calls[i] as number) > until) {
        segments.push({ from, to: i });
        from = i;
      }
      until = Math.max(until, this.#ends[i] as number);
    }
    if (this.#known > from) segments.push({ from, to: this.#known });
    return segments;
  }

  #result(is: Found["is"]): Found {
    const best = this.#best;
    const longest = (best?.order ?? []).map((i) => this.#places[i] as number);
    return { is, steps: this.#steps, longest, state: this.#transitions.nameOf(best?.state ?? 0) };
  }
}
