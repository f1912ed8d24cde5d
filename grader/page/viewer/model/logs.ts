import type { Tree } from "../../types.ts";
import type { Run } from "./run.ts";
import { fieldOf, lineOf, partsOf } from "./trees.ts";

/** An entry of a log as it is shown. */
export interface Cell {
  readonly index: number;
  /** The number that colours it, as with the peers; null when it has none. */
  readonly epoch: number | null;
  readonly text: string;
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

const TEXT_CHARS = 40;
/** So far is a peer's past looked through. */
const APPLIED_MAX = 400;

/** Finds what was applied and saved quickly, at any moment. */
export class Logs {
  /** Events of each peer that matter here, in order. */
  readonly #marks: readonly number[][];
  readonly hasAny: boolean;

  constructor(private readonly run: Run) {
    this.#marks = Array.from({ length: run.data.peers }, () => []);
    let hasAny = false;
    for (let i = 0; i < run.size; i++) {
      const kind = run.kind(i);
      if (kind !== "upcall" && kind !== "boot" && !(kind === "save" && run.text(i) === "state")) continue;
      this.#marks[run.peer[i] as number]?.push(i);
      hasAny ||= kind === "upcall" || (kind === "save" && this.#entriesIn(run.tree(i)) !== null);
    }
    this.hasAny = hasAny;
  }

  /** As it is when that event has happened. */
  at(peer: number, event: number): PeerLog {
    const { run } = this;
    const applied = new Map<number, Cell>();
    let saved: PeerLog["saved"] | null = null;
    let assumedFirst: number | null = null;
    let isSameLife = true;
    const marks = this.#marks[peer] ?? [];
    for (let at = lastUpTo(marks, event); at >= 0 && (isSameLife || saved === null); at--) {
      const mark = marks[at] as number;
      const kind = run.kind(mark);
      if (kind === "boot") {
        isSameLife = false;
        saved ??= this.#saved(mark, run.tree(mark));
      } else if (kind === "save") {
        if (saved !== null) continue;
        const tree = run.tree(mark);
        saved = this.#saved(mark, tree);
        assumedFirst = this.#entriesIn(tree)?.assumedFirst ?? null;
      } else if (isSameLife && applied.size < APPLIED_MAX) {
        const cell = this.#applied(mark);
        if (cell !== null && !applied.has(cell.index)) applied.set(cell.index, cell);
      }
    }
    saved ??= new Map();
    const lastIndex = [...applied.keys(), ...saved.keys()].reduce((most, index) => Math.max(most, index), 0);
    return { applied, saved, assumedFirst, lastIndex };
  }

  #applied(event: number): Cell | null {
    const { run } = this;
    const tree = run.tree(event);
    const index = fieldOf(run, tree, "index");
    if (typeof index !== "number") return null;
    const kind = fieldOf(run, tree, "kind");
    const command = fieldOf(run, tree, "command");
    const text = command !== undefined ? lineOf(run, command, TEXT_CHARS) : typeof kind === "string" ? kind : "";
    return { index, epoch: this.#epochOf(tree), text, event };
  }

  #saved(event: number, tree: Tree | undefined): ReadonlyMap<number, Cell> {
    const cells = new Map<number, Cell>();
    for (const [index, entry] of this.#entriesIn(tree)?.entries ?? []) {
      const command = fieldOf(this.run, entry, "command");
      const text = command === undefined ? "" : lineOf(this.run, command, TEXT_CHARS);
      cells.set(index, { index, epoch: this.#epochOf(entry), text, event });
    }
    return cells;
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
