import type { App } from "./app.ts";
import { button, el } from "./dom.ts";
import type { Page } from "./keys.ts";
import { operationText } from "./model/operations.ts";
import { GROUPS } from "./model/rows.ts";

/** Methods are names of a submission's own: so many can be chosen from. */
const METHODS_MAX = 12;
/** Who types on does not wait for what he has not meant. */
const SEARCH_MS = 150;

/** Buttons for all that keys do, search, and filters. */
export function makeToolbar(app: App, page: Page): HTMLElement {
  const search = el("input", {
    type: "search",
    id: "search",
    placeholder: "find  (/)",
    "aria-label": "Find events that contain a text",
  });
  const found = el("span", { class: "dim", role: "status" });
  const shown = el("span", { class: "dim", role: "status" });
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => app.find(search.value), SEARCH_MS);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      if (search.value !== app.search) app.find(search.value);
      app.nextMatch(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      search.value = "";
      app.find("");
      search.blur();
    } else return;
    event.preventDefault();
  });
  const axis = button("time axis", "Same distances in time instead of by event (t)", page.toggleAxis);
  const fold = button("fold repeats", "Leave out exchanges that say the same as the one before (f)", page.toggleFold);
  const refresh = () => {
    const { run, rows, matches } = app;
    if (document.activeElement !== search && search.value !== app.search) search.value = app.search;
    found.textContent = app.search.trim() === "" ? "" : `${matches.length} found`;
    const folded = app.folded;
    shown.textContent = `${rows.length} of ${run.size} events${folded > 0 ? `, ${folded} repeats folded` : ""}`;
    fold.setAttribute("aria-pressed", String(app.filter.isFolded));
    axis.setAttribute("aria-pressed", String(app.axis === "time"));
  };
  // Another event is no other filter.
  app.onChange((change) => {
    if (change !== "selection") refresh();
  });
  const hasDeparture = app.run.data.marks.some(({ kind }) => kind === "departure");
  const hasViolation = app.run.data.marks.some(({ kind }) => kind === "violation");
  return el(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Events" },
    el(
      "div",
      { class: "row" },
      button("◀", "Event before (← or k)", () => app.step(-1)),
      button("▶", "Next event (→ or j)", () => app.step(1)),
      hasDeparture
        ? button("◆ departure", "Go to where a rule was broken (d)", () => page.goToMark("departure"))
        : null,
      hasViolation ? button("✖ violation", "Go to the violation (v)", () => page.goToMark("violation")) : null,
      ...operationButtons(app),
      button("−", "Zoom out (-)", () => app.zoom(1 / 1.6)),
      button("+", "Zoom in (+)", () => app.zoom(1.6)),
      button("all", "Whole run (0)", page.showAll),
      axis,
      fold,
      search,
      button("↓", "Next match (n)", () => app.nextMatch(1)),
      button("↑", "Match before (N)", () => app.nextMatch(-1)),
      found,
      shown,
      button("◐", "Light, dark, or as the system has it", page.nextTheme),
      button("?", "Keys and signs (?)", page.toggleHelp),
    ),
    filters(app),
  );
}

/** So many of the operations that contradict each other have a button. */
const OPERATIONS_MAX = 8;

function operationButtons(app: App): HTMLElement[] {
  return app.run.data.operations.slice(0, OPERATIONS_MAX).map(([name, call]) => {
    const end = app.run.returns.get(call) ?? -1;
    const title = `Go to operation ${name} of ${app.run.nameOf(app.run.peer[call] as number)}: ${operationText(app.run, call)}`;
    const made = button(name, title, () => app.select(app.selected === call && end >= 0 ? end : call));
    made.className = "operation";
    return made;
  });
}

/** Check boxes; what is not ticked is left out. */
function filters(app: App): HTMLElement {
  const peers = Array.from({ length: Math.min(64, app.run.peers) }, (_, peer) =>
    box(app, app.run.nameOf(peer), "hiddenPeers", peer),
  );
  const labelOf = (group: string) => (group === "applied" ? app.run.data.upcall.done : group);
  const groups = Object.keys(GROUPS).map((group) => box(app, labelOf(group), "hiddenGroups", group));
  const methods = app.methods.slice(0, METHODS_MAX).map((method) => box(app, method, "hiddenMethods", method));
  const part = (legend: string, boxes: readonly HTMLElement[]) =>
    boxes.length === 0 ? null : el("fieldset", {}, el("legend", {}, legend), ...boxes);
  const hidden = el("span", { class: "dim" });
  const refresh = () => {
    const { hiddenPeers, hiddenGroups, hiddenMethods } = app.filter;
    const names = [
      ...[...hiddenPeers].filter((peer) => peer < app.run.peers).map((peer) => app.run.nameOf(peer)),
      ...[...hiddenGroups].map(labelOf),
      ...hiddenMethods,
    ];
    hidden.textContent = names.length === 0 ? "" : `  without ${names.join(", ")}`;
  };
  app.onChange((change) => {
    if (change === "rows") refresh();
  });
  refresh();
  return el(
    "details",
    { class: "filters" },
    el("summary", {}, "Filters: peers, kinds, RPCs", hidden),
    el("div", { class: "row" }, part("peers", peers), part("kinds", groups), part("RPCs", methods)),
  );
}

type Hidden = "hiddenPeers" | "hiddenGroups" | "hiddenMethods";

/** A box for one of those that a filter can hide; it shows what the filter says, whoever changed it. */
function box(app: App, label: string, name: Hidden, one: number | string): HTMLElement {
  const input = el("input", { type: "checkbox" });
  const hidden = () => app.filter[name] as ReadonlySet<number | string>;
  const refresh = () => {
    input.checked = !hidden().has(one);
  };
  input.addEventListener("change", () => app.refilter({ [name]: toggled(hidden(), one, !input.checked) }));
  app.onChange((change) => {
    if (change === "rows") refresh();
  });
  refresh();
  return el("label", {}, input, label);
}

function toggled<T>(all: ReadonlySet<T>, one: T, isIn: boolean): ReadonlySet<T> {
  const next = new Set(all);
  if (isIn) next.add(one);
  else next.delete(one);
  return next;
}
