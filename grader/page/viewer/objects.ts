import type { FieldState } from "../fields/state.ts";
import type { App } from "./app.ts";
import { button, el } from "./dom.ts";
import type { Changes, Fields, Moment } from "./model/fields.ts";
import { stretchAt } from "./model/state.ts";

/** More rows are not drawn at once. */
const ROWS_MAX = 250;
const CELL_CHARS = 44;
/** How far such objects are looked through. */
const ALONE_DEPTH_MAX = 3;
/** What these hold is not seen, so a field that is one says nothing. */
const SILENT: ReadonlySet<string | undefined> = new Set([undefined, "function", "Persister"]);

/** A peer that is up, and what its object holds. */
interface Holder extends Moment {
  readonly peer: number;
  readonly before: FieldState | null;
  readonly changes: Changes | null;
}

/**
 * The fields of all peers' objects when the step of the selected event is over: a row for each field, a column for each peer,
 * and what changed since the event before that is shown. What changed is open by itself.
 */
export class Objects {
  readonly element = el("div");
  private readonly opened = new Set<number>();
  private readonly closed = new Set<number>();

  constructor(
    private readonly app: App,
    private readonly fields: Fields,
  ) {}

  draw(): void {
    const { app, fields } = this;
    if (!fields.isKnown(app.selected)) {
      this.element.replaceChildren(el("h3", {}, "Fields of the peers' objects"), farAway(app, fields));
      return;
    }
    const holders = holdersAt(app, fields);
    const groups = new Map<string, Holder[]>();
    for (const holder of holders) {
      const name = (fields.textOf(holder.state, 0) ?? "").replace(/ \{\}$/, "");
      groups.set(name, [...(groups.get(name) ?? []), holder]);
    }
    const tables = [...groups].map(([name, peers]) => new Table(app, fields, name, peers, this));
    const words = [
      "As they are when the step of the selected event is over. What only functions keep, as in closures, cannot be seen.",
      ...(holders.some(({ isCut }) => isCut) ? ["Of long lists, of large and of deep objects not all is shown."] : []),
    ];
    this.element.replaceChildren(
      el("h3", {}, "Fields of the peers' objects, after the whole step"),
      ...tables.map((table) => table.draw()),
      el("p", { class: "dim" }, words.join(" ")),
    );
  }

  /** Whether what lies below a path is seen: all of it, what changed, or nothing. */
  look(path: number, isTouchedBelow: boolean, isAlone: boolean): "all" | "changed" | "nothing" {
    if (this.opened.has(path) || (isAlone && !this.closed.has(path))) return "all";
    return isTouchedBelow && !this.closed.has(path) ? "changed" : "nothing";
  }

  toggle(path: number, isOpen: boolean): void {
    if (isOpen) this.opened.delete(path);
    else this.opened.add(path);
    if (isOpen) this.closed.add(path);
    else this.closed.delete(path);
    this.draw();
    this.element.querySelector<HTMLElement>(`[data-path="${path}"]`)?.focus();
  }
}

function farAway(app: App, { known: [from, to] }: Fields): HTMLElement {
  const nearest = app.selected < from ? from : to - 1;
  return el(
    "p",
    { class: "dim" },
    "They are not on this page for the selected event. ",
    to <= from ? null : button("go to the nearest that has them", "", () => app.select(nearest)),
  );
}

function holdersAt(app: App, fields: Fields): Holder[] {
  const { run, selected } = app;
  const own = run.peer[selected] as number;
  // The event before that is shown, but none of the same step.
  const base = Math.min(app.rows[app.rank - 1] ?? -1, fields.beginOf(own, selected) - 1);
  return app.stretches.flatMap((stretches, peer) => {
    const stretch = stretchAt(stretches, selected);
    // At first it is not known: the beginning of a run can be missing.
    const now = stretch.isUp || stretch.event === 0 ? fields.at(peer, selected) : null;
    if (now === null) return [];
    const before = base < 0 ? null : (fields.at(peer, base)?.state ?? null);
    return [{ ...now, peer, before, changes: before === null ? null : fields.changed(now.state, before) }];
  });
}

/** Peers of one class side by side. */
class Table {
  private left = ROWS_MAX;

  constructor(
    private readonly app: App,
    private readonly fields: Fields,
    private readonly name: string,
    private readonly holders: readonly Holder[],
    private readonly rest: Objects,
  ) {}

  draw(): HTMLElement {
    const heads = this.holders.map(({ peer }) => {
      const isOwn = this.app.run.peer[this.app.selected] === peer;
      return el(
        "th",
        isOwn ? { scope: "col", class: "own" } : { scope: "col" },
        `${this.app.run.nameOf(peer)}${isOwn ? " ◂" : ""}`,
      );
    });
    const rows = this.rowsBelow(0, 0, false);
    if (this.left <= 0) rows.push(el("tr", {}, el("th", { scope: "row" }, "…"), el("td", {}, "more than fits here")));
    const table = el(
      "table",
      {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, this.name), ...heads)),
      el("tbody", {}, ...rows),
    );
    table.style.setProperty("--peers", String(this.holders.length));
    return el("div", { class: "objects", tabindex: 0, role: "region", "aria-label": `Fields of ${this.name}` }, table);
  }

  private rowsBelow(path: number, depth: number, onlyChanged: boolean): HTMLElement[] {
    const rows: HTMLElement[] = [];
    const children = this.childrenOf(path);
    // An object that does no more than hold another one is looked through.
    const isAlone = depth < ALONE_DEPTH_MAX && children.filter((child) => !this.isSilent(child)).length === 1;
    for (const child of children) {
      if (this.left <= 0) break;
      const isTouched = this.isTouchedBelow(child) || this.holders.some(({ changes }) => changes?.own.has(child));
      if (!isTouched && (onlyChanged || this.isSilent(child))) continue;
      this.left--;
      const look =
        this.childrenOf(child).length === 0 ? null : this.rest.look(child, this.isTouchedBelow(child), isAlone);
      rows.push(this.row(child, depth, look === null ? null : look !== "nothing"));
      if (look === "all" || look === "changed") rows.push(...this.rowsBelow(child, depth + 1, look === "changed"));
    }
    return rows;
  }

  private childrenOf(path: number): readonly number[] {
    const states = this.holders.flatMap(({ state, before }) => (before === null ? [state] : [state, before]));
    return this.fields.childrenIn(states, path);
  }

  private isSilent(path: number): boolean {
    return this.holders.every(({ state }) => SILENT.has(this.fields.textOf(state, path)));
  }

  private isTouchedBelow(path: number): boolean {
    return this.holders.some(({ changes }) => changes?.above.has(path) === true);
  }

  /** `isOpen`: null for a field that holds no others. */
  private row(path: number, depth: number, isOpen: boolean | null): HTMLElement {
    const name = this.fields.nameOf(path);
    const toggle = { onclick: () => this.rest.toggle(path, isOpen === true), "data-path": path };
    const label =
      isOpen === null
        ? name
        : el("button", { type: "button", "aria-expanded": String(isOpen), ...toggle }, `${isOpen ? "▾" : "▸"} ${name}`);
    const head = el("th", { scope: "row" }, label);
    head.style.paddingLeft = `${depth + 0.4}em`;
    return el("tr", {}, head, ...this.holders.map((holder) => this.cell(holder, path, isOpen === true)));
  }

  private cell({ state, before, changes }: Holder, path: number, isOpen: boolean): HTMLElement {
    const now = this.lineOf(state, path, isOpen);
    const title = now.endsWith("…") ? { title: this.fields.lineOf(state, path, 400) } : {};
    const isChanged = changes?.own.has(path) === true || (!isOpen && changes?.above.has(path) === true);
    const look = isOpen ? { class: "holder" } : {};
    if (before === null || !isChanged) return el("td", { ...title, ...look }, now);
    const was = this.lineOf(before, path, isOpen);
    const old = was === now ? null : el("em", {}, ` was ${was === "" ? "–" : was}`);
    return el("td", { ...title, class: "changed" }, now === "" ? "–" : now, old);
  }

  private lineOf(state: FieldState, path: number, isOpen: boolean): string {
    const head = this.fields.textOf(state, path) ?? "";
    return isOpen || head === "" ? head : this.fields.lineOf(state, path, CELL_CHARS);
  }
}
