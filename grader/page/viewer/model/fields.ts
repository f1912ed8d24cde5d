import { type FieldState, Paths } from "../../fields/state.ts";
import { type PageFields, STEP } from "../../types.ts";

/** One step of a peer, and where its changes stand. */
interface Step {
  readonly from: number;
  readonly to: number;
  readonly kind: number;
  readonly isCut: boolean;
  readonly first: number;
  readonly last: number;
}

/** What a peer's object holds when a step is over. */
export interface Moment {
  readonly state: FieldState;
  /** Not all of it is told. */
  readonly isCut: boolean;
}

/** Paths at which something changed. */
export interface Changes {
  readonly own: ReadonlySet<number>;
  /** Those that it lies below. */
  readonly above: ReadonlySet<number>;
}

/** After so many steps of a peer its whole state is kept, once it was asked for. */
const KEPT_EVERY = 128;

/** Finds what the peers' objects hold, at any moment. */
export class Fields {
  readonly paths: Paths;
  private readonly steps: Step[][];
  private readonly kept: FieldState[][];
  private readonly ordered = new Map<number, readonly number[]>();

  constructor(
    private readonly data: PageFields,
    peers: number,
  ) {
    this.paths = new Paths(data.parents);
    this.steps = Array.from({ length: peers }, () => []);
    this.kept = Array.from({ length: peers }, () => []);
    const { steps } = data;
    let [from, first] = [0, 0];
    for (let at = 0; at < steps.from.length; at++) {
      from += steps.from[at] as number;
      const last = first + (steps.count[at] as number);
      const to = from + Math.max(1, steps.events[at] as number);
      const step = { from, to, kind: steps.kind[at] as number, isCut: steps.isCut[at] === 1, first, last };
      this.steps[steps.peer[at] as number]?.push(step);
      first = last;
    }
  }

  /** Whether fields are known when that event has happened. */
  isKnown(event: number): boolean {
    const [from, to] = this.data.known;
    return event >= from && event < to;
  }

  get known(): readonly [from: number, to: number] {
    return this.data.known;
  }

  /** As it is when the step that the event belongs to is over; null when nothing is known of that peer. */
  at(peer: number, event: number): Moment | null {
    const steps = this.steps[peer] ?? [];
    const last = lastUpTo(steps, event);
    if (last < 0 || !this.isKnown(event)) return null;
    const kept = this.kept[peer] as FieldState[];
    // Whole states are made in their order, each from the one before.
    let state: FieldState = new Map();
    for (let chunk = Math.min(kept.length, Math.floor(last / KEPT_EVERY)); ; chunk++) {
      if (chunk > 0) state = new Map(kept[chunk - 1]);
      const begin = chunk * KEPT_EVERY;
      for (let at = begin; at < begin + KEPT_EVERY && at <= last; at++) this.apply(state, steps[at] as Step);
      if (begin + KEPT_EVERY > last) break;
      kept[chunk] = state;
    }
    return { state, isCut: steps[last]?.isCut === true };
  }

  /** The first event of the step of that peer that the event belongs to; the event itself when it belongs to none. */
  beginOf(peer: number, event: number): number {
    const steps = this.steps[peer] ?? [];
    const step = steps[lastUpTo(steps, event)];
    return step !== undefined && event < step.to ? step.from : event;
  }

  /** The event behind the last one of that step; the one behind the event itself when it belongs to none. */
  endOf(peer: number, event: number): number {
    const steps = this.steps[peer] ?? [];
    const step = steps[lastUpTo(steps, event)];
    return step !== undefined && event < step.to ? step.to : event + 1;
  }

  nameOf(path: number): string {
    return this.data.texts[this.data.keys[path] as number] ?? "";
  }

  textOf(state: FieldState, path: number): string | undefined {
    const text = state.get(path);
    return text === undefined ? undefined : this.data.texts[text];
  }

  /** What lies directly below a path in any of these states: items of lists in their order, other fields as they came. */
  childrenIn(states: readonly FieldState[], path: number): number[] {
    return this.inOrder(path).filter((child) => states.some((state) => state.has(child)));
  }

  /** All that is ever there below a path. */
  private inOrder(path: number): readonly number[] {
    const known = this.ordered.get(path);
    if (known !== undefined) return known;
    const places = this.paths.childrenOf(path).map((child) => ({
      child,
      place: placeOf(this.nameOf(child)) ?? child - UNNAMED,
    }));
    const ordered = places.sort((a, b) => a.place - b.place).map(({ child }) => child);
    this.ordered.set(path, ordered);
    return ordered;
  }

  /** What a path holds on one line, with about so many letters. */
  lineOf(state: FieldState, path: number, most: number): string {
    const head = this.textOf(state, path) ?? "";
    if (head.length >= most) return `${head.slice(0, most - 1)}…`;
    const parts: string[] = [];
    let room = most - head.length;
    for (const child of this.inOrder(path)) {
      if (!state.has(child)) continue;
      if (room <= 0) {
        parts.push("…");
        break;
      }
      const name = this.nameOf(child);
      const inner = this.lineOf(state, child, Math.max(8, Math.min(room, 40)));
      const part = placeOf(name) === null ? `${name}: ${inner}` : inner;
      parts.push(part);
      room -= part.length + 2;
    }
    if (parts.length === 0) return head;
    if (!head.endsWith("{}")) return `${head} ${parts.join(", ")}`;
    return `${head.slice(0, -1)} ${parts.join(", ")} }`;
  }

  /** Which paths differ between two moments, and which of those above hold one that does. */
  changed(now: FieldState, before: FieldState): Changes {
    const own = new Set<number>();
    const above = new Set<number>();
    const note = (path: number) => {
      own.add(path);
      for (let up = this.data.parents[path] as number; up >= 0 && !above.has(up); up = this.data.parents[up] as number)
        above.add(up);
    };
    for (const [path, text] of now) if (before.get(path) !== text) note(path);
    for (const path of before.keys()) if (!now.has(path)) note(path);
    return { own, above };
  }

  private apply(state: FieldState, { kind, first, last }: Step): void {
    const { path, text } = this.data.steps;
    if (kind === STEP.boot) state.clear();
    for (let at = first; at < last; at++) this.paths.change(state, path[at] as number, text[at] as number);
  }
}

/** Fields that have names come before items. */
const UNNAMED = 2 ** 40;

/** The place of an item of a list, by its name; null for other names. */
function placeOf(name: string): number | null {
  return /^\[\d+\]$/.test(name) ? Number(name.slice(1, -1)) : null;
}

/** The last step that begins at the event or before; -1 for none. */
function lastUpTo(steps: readonly Step[], event: number): number {
  let from = 0;
  let to = steps.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((steps[middle] as Step).from <= event) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
