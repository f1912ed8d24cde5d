import type { Tree } from "../types.ts";
import type { App } from "./app.ts";
import { button, el } from "./dom.ts";
import type { Run } from "./model/run.ts";
import { fieldOf, partsOf } from "./model/trees.ts";
import { at, eventText, fateOf } from "./model/words.ts";

/** Lists and objects of more than so many items begin closed. */
const OPEN_ITEMS = 40;

/** The selected event in whole: what became of it, and what it carried. */
export function makeDetail(app: App): HTMLElement {
  const panel = el("section", { class: "detail", "aria-label": "Selected event", tabindex: 0 });
  const draw = () => {
    const { run, selected } = app;
    if (run.size === 0) {
      panel.replaceChildren(el("p", {}, "Nothing happened in this run."));
      return;
    }
    const peer = run.peer[selected] as number;
    panel.replaceChildren(
      el("h2", {}, `${peer < 0 ? "World" : capital(run.nameOf(peer))} at ${at(run.timeUs[selected] as number)}`),
      ...marksAt(app),
      el("p", { class: "what" }, eventText(run, selected)),
      ...fate(app),
      ...values(run, selected),
    );
  };
  app.onChange((change) => {
    if (change === "selection" || change === "rows") draw();
  });
  return panel;
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function marksAt({ run, selected }: App): HTMLElement[] {
  return run.data.marks
    .filter(({ event }) => event === selected)
    .map(({ kind, text }) => {
      const at = text.indexOf("\n");
      const [said, drawn] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
      const lines = drawn === "" ? null : el("span", { class: "drawn" }, drawn);
      return el("p", { class: `mark ${kind}` }, el("strong", {}, kind), ` ${said}`, lines);
    });
}

/** What became of the call, each step a way there. */
function fate(app: App): HTMLElement[] {
  const { run, selected } = app;
  const steps = fateOf(run, selected);
  if (steps.length === 0) return [];
  const items = steps.map(([what, event]) => {
    const label = `${what} ${at(run.timeUs[event] as number)}`;
    return el(
      "li",
      event === selected ? { "aria-current": "true" } : {},
      button(label, `go to where it was ${what}`, () => app.select(event)),
    );
  });
  return [el("ol", { class: "fate", "aria-label": "What became of this call" }, ...items)];
}

function values(run: Run, event: number): HTMLElement[] {
  const exchange = run.exchangeOf(event);
  if (exchange === undefined) {
    const tree = run.tree(event);
    const before = BEFORE.has(run.kind(event)) ? treeBefore(run, event) : undefined;
    return tree === undefined ? [] : [titled(titleOf(run, event), run, tree, before)];
  }
  const { call, requests, replies, answers } = exchange;
  const args = [call, ...requests].find((one) => one >= 0);
  const reply = [...replies, ...answers].find((one) => run.value[one] !== -1);
  return [
    ...(args === undefined ? [] : [titled("Arguments", run, run.tree(args) ?? null)]),
    reply === undefined ? el("p", { class: "dim" }, "No reply.") : titled("Reply", run, run.tree(reply) ?? null),
  ];
}

/** Of these it is told what has changed since the one before. */
const BEFORE: ReadonlySet<string> = new Set(["save", "observed"]);

function treeBefore(run: Run, event: number): Tree | undefined {
  for (let i = event - 1; i >= 0; i--) {
    if (run.peer[i] === run.peer[event] && run.kind(i) === run.kind(event) && run.text(i) === run.text(event))
      return run.tree(i);
  }
  return undefined;
}

function titleOf(run: Run, event: number): string {
  const bytes = run.data.sizes[run.value[event] as number] ?? 0;
  const names: Readonly<Record<string, string>> = {
    boot: "Saved state",
    save: `Saved ${run.text(event)}`,
    upcall: "Applied",
    invoke: "Arguments",
    result: "Returned",
    observed: "State",
  };
  return `${names[run.kind(event)] ?? "Value"} (${bytes} bytes)`;
}

function titled(title: string, run: Run, tree: Tree, before?: Tree): HTMLElement {
  return el("div", { class: "value" }, el("h3", {}, title), treeOf(run, tree, before, 0));
}

/** A value as a tree; what differs from the one before is marked, and says what it was. */
function treeOf(run: Run, tree: Tree, before: Tree | undefined, depth: number): HTMLElement {
  const parts = partsOf(run, tree);
  if (parts.kind === "leaf") return leaf(run, tree, parts.text, before);
  const items = parts.items.map(([name, value]) => {
    const old = before === undefined ? undefined : itemOf(run, before, name);
    const isNew = before !== undefined && old === undefined;
    const isChanged = isNew || (old !== undefined && JSON.stringify(old) !== JSON.stringify(value));
    const inner = partsOf(run, value);
    const label = el("span", { class: "name" }, `${name}: `);
    if (inner.kind === "leaf" || inner.items.length === 0) {
      return el(
        "li",
        isChanged ? { class: "changed" } : {},
        label,
        treeOf(run, value, old, depth + 1),
        isNew ? el("em", {}, " new") : null,
      );
    }
    const count = inner.kind === "list" ? `[${inner.items.length}]` : `{${inner.items.length}}`;
    const isOpen = depth < 1 ? inner.items.length <= OPEN_ITEMS : inner.items.length <= 4 || isChanged;
    const summary = el("summary", {}, label, el("span", { class: "dim" }, count), isNew ? el("em", {}, " new") : null);
    const details = el("details", { open: isOpen }, summary);
    // What is closed is made when somebody opens it.
    if (isOpen) details.append(treeOf(run, value, old, depth + 1));
    else details.addEventListener("toggle", () => details.append(treeOf(run, value, old, depth + 1)), { once: true });
    return el("li", isChanged ? { class: "changed" } : {}, details);
  });
  if (parts.items.length === 0) return el("span", {}, parts.kind === "list" ? "[]" : "{}");
  return el("ul", { class: "tree" }, ...items, parts.more === "" ? null : el("li", { class: "dim" }, parts.more));
}

function leaf(run: Run, tree: Tree, text: string, before: Tree | undefined): HTMLElement {
  const was = before === undefined || JSON.stringify(before) === JSON.stringify(tree) ? null : partsOf(run, before);
  const old = was === null ? null : el("em", {}, ` was ${was.kind === "leaf" ? was.text : "a list or an object"}`);
  return el("span", { class: `leaf ${tree === null ? "null" : typeof tree}` }, text, old);
}

function itemOf(run: Run, tree: Tree, name: string): Tree | undefined {
  const field = fieldOf(run, tree, name);
  if (field !== undefined) return field;
  const parts = partsOf(run, tree);
  return parts.kind === "list" ? parts.items.find(([position]) => position === name)?.[1] : undefined;
}
