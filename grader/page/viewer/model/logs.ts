import type { Tree } from "../../types.ts";
import type { Run } from "./run.ts";
import { fieldOf, lineOf, partsOf } from "./trees.ts";

/** An entry of a log as it is shown. */
export interface Cell {
  readonly index: number;
  /** The number that colours it, as with the peers; null when it has none. */
  readonly epoch: number | null;
  readonly text: string;
  /** It stands for all up to there, as a snapshot does, and so says nothing of what else stands there. */
  readonly isSummary: boolean;
  /** Where it is told of. */
  readonly event: number;
}

/** What one peer has at a moment: entries that it applied since it booted, and those in what it saved last. */
export interface PeerLog {
  readonly applied: ReadonlyMap<number, Cell>;
  readonly saved: ReadonlyMap<number, Cell>;
  /** Index of the first saved entry, where it is not said but taken for granted. */
  readonly assumedFirst: number | null;
  readonly lastIndex: number;
}

/** Below every place that there is. */
export const NONE = -1;
const TEXT_CHARS = 40;
/** So many of the entries that were applied last are told. */
const APPLIED_MAX = 60;
/** So many saved states are kept taken apart. */
const KEPT_MAX = 200;

/** Finds what was applied and saved quickly, at any moment. */
export class Logs {
  /** Events of each peer that matter here, in order. */
  readonly #marks: readonly number[][];
  /** At each of them, the highest index that was applied since the peer booted. */
  readonly #tops: readonly number[][];
  readonly #kept = new Map<number, { entries: ReadonlyMap<number, Cell>; assumedFirst: number | null }>();
  readonly hasAny: boolean;
  /** Something is told to be applied, and where it stands. */
  readonly isAnyApplied: boolean;

  constructor(private readonly run: Run) {
    this.#marks = Array.from({ length: run.peers }, () => []);
    this.#tops = Array.from({ length: run.peers }, () => []);
    let hasAny = false;
    let isAnyApplied = false;
    const { place } = run.data.entries;
    for (let i = 0; i < run.size; i++) {
      const kind = run.kind(i);
      if (kind !== "upcall" && kind !== "boot" && !(kind === "save" && run.text(i) === "state")) continue;
      const peer = run.peer[i] as number;
      const tops = this.#tops[peer];
      if (tops === undefined) continue;
      this.#marks[peer]?.push(i);
      const index = kind === "upcall" ? fieldOf(run, run.tree(i), place) : undefined;
      const isApplied = typeof index === "number";
      tops.push(Math.max(kind === "boot" ? NONE : (tops.at(-1) ?? NONE), isApplied ? index : NONE));
      isAnyApplied ||= isApplied;
      hasAny ||= kind === "upcall" || (kind === "save" && this.#entriesIn(run.tree(i)) !== null);
    }
    this.hasAny = hasAny;
    this.isAnyApplied = isAnyApplied;
  }

  /** The highest index that the peer has applied since it booted; `NONE` for none. */
  appliedUpTo(peer: number, event: number): number {
    return this.#tops[peer]?.[lastUpTo(this.#marks[peer] ?? [], event)] ?? NONE;
  }

  /** As it is when that event has happened. */
  at(peer: number, event: number): PeerLog {
    const { run } = this;
    const applied = new Map<number, Cell>();
    let saved: PeerLog["saved"] | null = null;
    let assumedFirst: number | null = null;
    let isSameLife = true;
    const marks = this.#marks[peer] ?? [];
    const isWanted = () => isSameLife && applied.size < APPLIED_MAX;
    for (let at = lastUpTo(marks, event); at >= 0 && (isWanted() || saved === null); at--) {
      const mark = marks[at] as number;
      const kind = run.kind(mark);
      if (kind === "boot") {
        isSameLife = false;
        saved ??= this.#saved(mark).entries;
      } else if (kind === "save") {
        if (saved !== null) continue;
        ({ entries: saved, assumedFirst } = this.#saved(mark));
      } else if (isWanted()) {
        const cell = this.#applied(mark);
        if (cell !== null && !applied.has(cell.index)) applied.set(cell.index, cell);
      }
    }
    saved ??= new Map();
    const lastIndex = [...saved.keys()].reduce((most, index) => Math.max(most, index), this.appliedUpTo(peer, event));
    return { applied, saved, assumedFirst, lastIndex };
  }

  #applied(event: number): Cell | null {
    const { run } = this;
    const tree = run.tree(event);
    const { place, content } = run.data.entries;
    const index = fieldOf(run, tree, place);
    if (typeof index !== "number") return null;
    const kind = fieldOf(run, tree, "kind");
    const command = fieldOf(run, tree, content);
    const text = command !== undefined ? lineOf(run, command, TEXT_CHARS) : typeof kind === "string" ? kind : "";
    return { index, epoch: this.#epochOf(tree), text, isSummary: command === undefined, event };
  }

  #saved(event: number): { entries: ReadonlyMap<number, Cell>; assumedFirst: number | null } {
    const known = this.#kept.get(event);
    if (known !== undefined) return known;
    const found = this.#entriesIn(this.run.tree(event));
    const cells = new Map<number, Cell>();
    for (const [index, entry] of found?.entries ?? []) {
      const command = fieldOf(this.run, entry, "command");
      const text = command === undefined ? "" : lineOf(this.run, command, TEXT_CHARS);
      cells.set(index, { index, epoch: this.#epochOf(entry), text, isSummary: false, event });
    }
    const saved = { entries: cells, assumedFirst: found?.assumedFirst ?? null };
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(event, saved);
    return saved;
  }

  #epochOf(entry: Tree | undefined): number | null {
    for (const { fact } of this.run.columns) {
      const value = fieldOf(this.run, entry, fact);
      if (typeof value === "number") return value;
    }
    return null;
  }

  /** A list of objects that have a fact of the peers, such as a term, is a log. */
  #entriesIn(tree: Tree | undefined): { entries: (readonly [number, Tree])[]; assumedFirst: number | null } | null {
    if (tree === undefined) return null;
    const parts = partsOf(this.run, tree);
    if (parts.kind === "leaf") return null;
    for (const [, value] of parts.items) {
      const list = partsOf(this.run, value);
      if (list.kind !== "list" || list.items.length === 0) continue;
      if (!list.items.every(([, entry]) => this.#epochOf(entry) !== null)) continue;
      const [first] = list.items as [readonly [string, Tree]];
      const isNumbered = typeof fieldOf(this.run, first[1], "index") === "number";
      // Many keep an entry in front of the first, or what the snapshot ends with.
      const base = (this.#isBlank(first[1]) ? 0 : 1) + (parts.kind === "object" ? this.#offsetIn(parts.items) : 0);
      const entries = list.items.map(([position, entry]) => {
        const index = isNumbered ? Number(fieldOf(this.run, entry, "index")) : Number(position) + base;
        return [index, entry] as const;
      });
      const kept = entries.filter(([index, entry]) => !(index === entries[0]?.[0] && this.#isBlank(entry)));
      return { entries: kept, assumedFirst: isNumbered ? null : (kept[0]?.[0] ?? null) };
    }
    return null;
  }

  #isBlank(entry: Tree): boolean {
    const command = fieldOf(this.run, entry, "command");
    return command === null || command === undefined;
  }

  /** Where a snapshot ends, in the words that are used for it. */
  #offsetIn(fields: readonly (readonly [string, Tree])[]): number {
    const found = fields.find(([name, value]) => /index|offset|base/i.test(name) && typeof value === "number");
    return typeof found?.[1] === "number" ? found[1] : 0;
  }
}

/** Two peers applied different things there, or one has something else in its log now than what it applied. */
export function isDisputed(logs: readonly PeerLog[], index: number): boolean {
  const texts = logs.flatMap(({ applied }) => {
    const cell = applied.get(index);
    return cell === undefined || cell.isSummary ? [] : [cell.text];
  });
  return new Set(texts).size > 1 || logs.some((log) => isReplaced(log, index));
}

/** What the peer saved last is something else than what it applied there. */
export function isReplaced({ applied, saved }: PeerLog, index: number): boolean {
  const [done, stored] = [applied.get(index), saved.get(index)];
  return done !== undefined && stored !== undefined && !done.isSummary && done.text !== stored.text;
}

/** The last place in an ordered list whose event is not behind that one; -1 for none. */
function lastUpTo(marks: readonly number[], event: number): number {
  let from = 0;
  let to = marks.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((marks[middle] as number) <= event) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
