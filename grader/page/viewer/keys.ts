import type { App } from "./app.ts";
import { el } from "./dom.ts";

/** What can be done with the page as a whole. */
export interface Page {
  readonly goToMark: (kind: "violation" | "departure") => void;
  readonly showAll: () => void;
  readonly toggleAxis: () => void;
  readonly toggleFold: () => void;
  readonly toggleHelp: () => void;
  readonly nextTheme: () => void;
}

/** Each key, what it does in words, and does. */
function keysOf(app: App, page: Page): readonly (readonly [keys: readonly string[], what: string, act: () => void])[] {
  return [
    [["ArrowRight", "ArrowDown", "j"], "next event", () => app.step(1)],
    [["ArrowLeft", "ArrowUp", "k"], "event before", () => app.step(-1)],
    [["PageDown"], "20 events on", () => app.step(20)],
    [["PageUp"], "20 events back", () => app.step(-20)],
    [["]"], "next event of the same peer", () => app.stepAlong(1)],
    [["["], "event of the same peer before", () => app.stepAlong(-1)],
    [["m"], "other end of the message", () => app.select(app.run.mate[app.selected] ?? -1)],
    [["d"], "departure from the algorithm", () => page.goToMark("departure")],
    [["v"], "violation", () => page.goToMark("violation")],
    [["Home", "g"], "first event", () => app.step(Number.NEGATIVE_INFINITY)],
    [["End", "G"], "last event", () => app.step(Number.POSITIVE_INFINITY)],
    [["/"], "find", () => document.getElementById("search")?.focus()],
    [["n"], "next match", () => app.nextMatch(1)],
    [["N"], "match before", () => app.nextMatch(-1)],
    [["+", "="], "zoom in", () => app.zoom(1.6)],
    [["-"], "zoom out", () => app.zoom(1 / 1.6)],
    [["0"], "whole run", page.showAll],
    [["t"], "axis by time or by event", page.toggleAxis],
    [["f"], "fold repeats or show them", page.toggleFold],
    [["?"], "this list", page.toggleHelp],
  ];
}

export function listenToKeys(app: App, page: Page): void {
  const actions = new Map(keysOf(app, page).flatMap(([keys, , act]) => keys.map((key) => [key, act] as const)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (target?.closest("input[type=search], dialog") != null) return;
    // Arrows scroll what can be scrolled and has the focus, but for the events themselves.
    const isArrow =
      event.key.startsWith("Arrow") || event.key.startsWith("Page") || event.key === "Home" || event.key === "End";
    if (isArrow && target?.closest(".detail, .moment, .logs") != null) return;
    const act = actions.get(event.key);
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}

const SIGNS: readonly (readonly [string, string])[] = [
  ["━▸ / ╌▸ / ⋯▸", "a request / an answer / what was held back"],
  ["╌✕", "a message that was lost"],
  ["•", "a message is sent or arrives"],
  ["▪", "the peer saves"],
  ["▲ 4", "it applies index 4, or decides slot 4"],
  ["◆ ◇", "the grader calls it; it returns"],
  ["a bar from ◆ to ◇", "an operation that takes time, as of a client; with a letter: the failure speaks of it"],
  ["≡", "a line on its console"],
  ["↑ ‖ ▸ ‼", "boots; is paused; goes on; throws or breaks the interface"],
  ["thick band", "a role that the lab tells of, such as leader"],
  ["colour of a band", "the first number that the lab tells of, such as the term; it is written below too"],
  ["hatched", "down; over a pale band: killed"],
  ["dashed border", "cut off; dotted: in a partition, or some cannot be reached"],
  ["⋯ before a time", "events before it are not shown"],
];

export function makeHelp(app: App, page: Page): HTMLDialogElement {
  const names: Readonly<Record<string, string>> = { ArrowRight: "→", ArrowLeft: "←", ArrowUp: "↑", ArrowDown: "↓" };
  const keyRows = keysOf(app, page).map(([keys, what]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, ...keys.map((key) => el("kbd", {}, names[key] ?? key))),
      el("td", {}, what),
    ),
  );
  const signRows = SIGNS.map(([sign, what]) => el("tr", {}, el("th", { scope: "row" }, sign), el("td", {}, what)));
  return el(
    "dialog",
    { class: "help", "aria-label": "Keys and signs" },
    el("h2", {}, "Keys"),
    el("table", {}, el("tbody", {}, ...keyRows)),
    el("h2", {}, "Signs"),
    el("table", {}, el("tbody", {}, ...signRows)),
    el(
      "p",
      { class: "dim" },
      "With the mouse: click an event, drag the picture, Shift with the wheel moves it, Ctrl with the wheel zooms. The address keeps the place.",
    ),
    el("form", { method: "dialog" }, el("button", {}, "close")),
  );
}
