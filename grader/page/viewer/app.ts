import { Fields } from "./model/fields.ts";
import { Logs } from "./model/logs.ts";
import { type Operation, operationsIn } from "./model/operations.ts";
import { type Filter, foldedOf, lastMessagesBefore, methodsOf, momentsIn, rankOf, rowsOf } from "./model/rows.ts";
import type { Run } from "./model/run.ts";
import { type Stretch, stretchesOf } from "./model/state.ts";
import { eventText } from "./model/words.ts";

/** What changed, for whoever shows it. */
export type Change = "selection" | "rows" | "view" | "search" | "theme";

/** How the horizontal axis counts: each shown event the same, or virtual time. */
export type Axis = "order" | "time";

/** What the page shows at the moment; its parts listen to it, and change it. */
export class App {
  readonly stretches: readonly (readonly Stretch[])[];
  readonly logs: Logs;
  readonly methods: readonly string[];
  /** What took time between its call and its return. */
  readonly operations: readonly Operation[];
  /** Null: nothing is known of fields. */
  readonly fields: Fields | null;
  rows: Int32Array = new Int32Array(0);
  selected = 0;
  filter: Filter = { hiddenPeers: new Set(), hiddenGroups: new Set(), hiddenMethods: new Set(), isFolded: true };
  axis: Axis = "order";
  /** What the lanes show, in units of the axis: events, or microseconds. */
  view: { readonly from: number; readonly to: number } = { from: 0, to: 1 };
  /** How often something else changed than which event is selected and what the lanes show. */
  changes = 0;
  search = "";
  /** Events that the search found, in order. */
  matches: readonly number[] = [];
  readonly #repeats: Uint8Array;
  readonly #foldable: number;
  readonly #texts: string[] = [];
  readonly #listeners: ((change: Change) => void)[] = [];

  /** `story`: what is told of the run beside its events; what it names is not folded. */
  constructor(
    readonly run: Run,
    story = "",
  ) {
    this.stretches = stretchesOf(run);
    this.logs = new Logs(run);
    this.methods = methodsOf(run);
    this.operations = operationsIn(run);
    this.fields = run.data.fields === undefined ? null : new Fields(run.data.fields, run.peers);
    const { marks } = run.data;
    const moments = momentsIn([story, ...marks.map(({ text }) => text)].join("\n"));
    const told = marks.flatMap(({ event }) => lastMessagesBefore(run, event));
    this.#repeats = foldedOf(run, told, new Set(moments));
    this.#foldable = this.#repeats.reduce((sum, one) => sum + one, 0);
    this.#refilter();
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  tell(change: Change): void {
    if (change !== "selection" && change !== "view") this.changes++;
    for (const listener of this.#listeners) listener(change);
  }

  get rank(): number {
    return rankOf(this.rows, this.selected);
  }

  /** How many events folding leaves out. */
  get folded(): number {
    return this.filter.isFolded ? this.#foldable : 0;
  }

  select(event: number): void {
    if (event < 0 || event >= this.run.size) return;
    this.selected = event;
    if (this.rows[this.rank] !== event) this.#refilter();
    this.#bringIntoView();
    this.tell("selection");
  }

  /** So many shown events further, or back. */
  step(by: number): void {
    const rank = Math.min(this.rows.length - 1, Math.max(0, this.rank + by));
    this.select(this.rows[rank] ?? 0);
  }

  /** The next event of the same peer. */
  stepAlong(by: 1 | -1): void {
    const peer = this.run.peer[this.selected];
    for (let rank = this.rank + by; rank >= 0 && rank < this.rows.length; rank += by) {
      const event = this.rows[rank] as number;
      if (this.run.peer[event] !== peer) continue;
      this.select(event);
      return;
    }
  }

  refilter(to: Partial<Filter>): void {
    const around = this.positionOf(this.selected);
    const share = (around - this.view.from) / (this.view.to - this.view.from);
    this.filter = { ...this.filter, ...to };
    this.#refilter();
    // What was looked at stays where it was.
    if (this.axis === "order") {
      const width = this.view.to - this.view.from;
      const from = this.positionOf(this.selected) - width * (share >= 0 && share <= 1 ? share : 0.5);
      this.#setView(from, from + width);
    }
    this.tell("rows");
  }

  find(text: string): void {
    this.search = text;
    const wanted = text.trim().toLowerCase();
    const matches: number[] = [];
    if (wanted !== "") {
      for (let i = 0; i < this.run.size; i++) if (this.#searched(i).includes(wanted)) matches.push(i);
    }
    this.matches = matches;
    this.tell("search");
  }

  /** The next match behind the selected event, or before it; round at the ends. */
  nextMatch(by: 1 | -1): void {
    const { matches } = this;
    const next =
      by > 0
        ? (matches.find((event) => event > this.selected) ?? matches[0])
        : (matches.findLast((event) => event < this.selected) ?? matches.at(-1));
    if (next !== undefined) this.select(next);
  }

  /** Where an event stands on the axis. */
  positionOf(event: number): number {
    return this.axis === "order" ? rankOf(this.rows, event) + 0.5 : (this.run.timeUs[event] as number);
  }

  get extent(): { readonly from: number; readonly to: number } {
    if (this.axis === "order") return { from: 0, to: Math.max(1, this.rows.length) };
    const [first = 0, last = 0] = [this.run.timeUs[0], this.run.timeUs[this.run.size - 1]];
    const margin = Math.max(1_000, (last - first) / 100);
    return { from: first - margin, to: last + margin };
  }

  setView(from: number, to: number): void {
    this.#setView(from, to);
    this.tell("view");
  }

  setAxis(axis: Axis, span?: number): void {
    this.axis = axis;
    const middle = this.positionOf(this.selected);
    const width = span ?? (axis === "order" ? 40 : 60_000);
    this.setView(middle - width / 2, middle + width / 2);
  }

  /** Closer by a factor above 1, around a place on the axis. */
  zoom(factor: number, around = this.positionOf(this.selected)): void {
    const { from, to } = this.view;
    this.setView(around - (around - from) / factor, around + (to - around) / factor);
  }

  #setView(from: number, to: number): void {
    const { extent } = this;
    const least = this.axis === "order" ? 4 : 200;
    const width = Math.min(extent.to - extent.from, Math.max(least, to - from));
    const start = Math.min(extent.to - width, Math.max(extent.from, (from + to - width) / 2));
    this.view = { from: start, to: start + width };
  }

  #bringIntoView(): void {
    const { from, to } = this.view;
    const position = this.positionOf(this.selected);
    const margin = (to - from) * 0.06;
    if (position >= from + margin && position <= to - margin) return;
    const width = to - from;
    this.#setView(position - width / 2, position + width / 2);
  }

  #refilter(): void {
    this.changes++;
    const marked = this.run.data.marks.map(({ event }) => event);
    this.rows = rowsOf(this.run, this.filter, this.#repeats, [...marked, this.selected]);
  }

  /** What happened, on one line. */
  lineOf(event: number): string {
    this.#texts[event] ??= eventText(this.run, event);
    return this.#texts[event] as string;
  }

  #searched(event: number): string {
    return `${this.run.nameOf(this.run.peer[event] as number)} ${this.lineOf(event)}`.toLowerCase();
  }
}
