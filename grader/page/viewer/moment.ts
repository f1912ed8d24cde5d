import type { App } from "./app.ts";
import { el } from "./dom.ts";
import { type Cell, isDisputed, isReplaced, NONE, type PeerLog } from "./model/logs.ts";
import { conditionOf, epochOf, factText, stretchAt } from "./model/state.ts";
import { Objects } from "./objects.ts";

/** So many entries of the logs are side by side. */
const COLUMNS = 24;
/** How many colours there are for terms and the like. */
export const EPOCH_COLOURS = 8;

/** What is known of all peers when the selected event has happened: their state, and their logs. */
export function makeMoment(app: App): HTMLElement {
  const panel = el("section", { class: "moment", "aria-label": "Peers at that moment", tabindex: 0 });
  const objects = app.fields === null ? null : new Objects(app, app.fields);
  const draw = () => {
    objects?.draw();
    const all = [peerTable(app), ...logTable(app), ...(objects === null ? [] : [objects.element])];
    panel.replaceChildren(el("h2", {}, "Peers at that moment"), ...sides(app), ...all);
  };
  app.onChange((change) => {
    if (change === "selection" || change === "rows") draw();
  });
  return panel;
}

/** Which side of the step each part tells of: a step is one thing for its peer, and several events of the run. */
function sides({ run, selected, fields }: App): HTMLElement[] {
  const peer = run.peer[selected] as number;
  if (fields === null || !fields.isKnown(selected) || peer < 0) return [];
  const left = fields.endOf(peer, selected) - selected - 1;
  const later = left === 1 ? "one event later" : `${left} events later`;
  const text =
    left > 0
      ? `State, lanes and logs: at this event. Fields: when its step is over, ${later}.`
      : "State: as it was told last, at the end of a step. Fields: after this step.";
  return [el("p", { class: "sides" }, text)];
}

function peerTable(app: App): HTMLElement {
  const { run, selected } = app;
  // Places that are no log's are not in order.
  const hasOwnColumn = run.data.entries.place !== "index";
  const titles = [
    "peer",
    "state",
    ...run.columns.map(({ title }) => title),
    ...(app.logs.isAnyApplied && !hasOwnColumn ? [`${run.data.upcall.done} up to`] : []),
  ];
  const rows = app.stretches.map((stretches, peer) => {
    const [now, before] = [stretchAt(stretches, selected), stretchAt(stretches, selected - 1)];
    const cells = run.columns.map((column) => changed(factText(run, now, column), factText(run, before, column)));
    const isOwn = run.peer[selected] === peer;
    return el(
      "tr",
      isOwn ? { class: "own" } : {},
      el("th", { scope: "row" }, swatch(epochOf(run, now), now.isUp), `${run.shortName(peer)}${isOwn ? " ◂" : ""}`),
      changed(conditionOf(now), conditionOf(before)),
      ...(now.isUp ? cells : run.columns.map(() => el("td", {}, ""))),
      ...(app.logs.isAnyApplied && !hasOwnColumn
        ? [changed(appliedText(app, peer, selected), appliedText(app, peer, selected - 1))]
        : []),
    );
  });
  return el(
    "table",
    { class: "peers" },
    el("thead", {}, el("tr", {}, ...titles.map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, ...rows),
  );
}

function changed(now: string, before: string): HTMLElement {
  if (now === before) return el("td", {}, now);
  return el("td", { class: "changed" }, now === "" ? "–" : now, el("em", {}, ` was ${before === "" ? "–" : before}`));
}

function appliedText(app: App, peer: number, event: number): string {
  const index = app.logs.appliedUpTo(peer, event);
  return index === NONE ? "" : String(index);
}

function swatch(epoch: number | null, isUp: boolean): HTMLElement {
  return el("span", {
    class: isUp && epoch !== null ? `swatch e${epoch % EPOCH_COLOURS}` : "swatch",
    "aria-hidden": "true",
  });
}

/** Logs as columns: a number for each entry's term, what is applied in bold and ticked, what is only saved in a dashed frame. */
function logTable(app: App): HTMLElement[] {
  const { run, selected } = app;
  if (!app.logs.hasAny) return [];
  const logs = app.stretches.map((_, peer) => app.logs.at(peer, selected));
  const { place, title } = run.data.entries;
  const { done } = run.data.upcall;
  const last = Math.max(NONE, ...logs.map(({ lastIndex }) => lastIndex));
  if (last === NONE) return [el("h3", {}, title), el("p", { class: "dim" }, `Nothing is ${done} or saved yet.`)];
  const least = Math.min(...logs.flatMap(({ applied, saved }) => [...applied.keys(), ...saved.keys()]));
  const first = Math.max(least, last - COLUMNS + 1);
  const indices = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const conflicts = new Set(indices.filter((index) => isDisputed(logs, index)));
  const rows = logs.map((log, peer) =>
    el(
      "tr",
      run.peer[selected] === peer ? { class: "own" } : {},
      el("th", { scope: "row" }, run.nameOf(peer)),
      ...indices.map((index) => cellOf(log, index, conflicts.has(index), done)),
    ),
  );
  const assumed = logs.some(({ assumedFirst }) => assumedFirst !== null);
  const words = [
    `Filled and ticked: ${done} since it booted.${logs.some(({ saved }) => saved.size > 0) ? " Dashed frame: in the state that it saved last." : ""}`,
    ...(assumed ? ["Indices of saved entries are counted from the first one, as they do not say theirs."] : []),
    ...(conflicts.size > 0 ? [`A thick frame with ≠: different things were ${done} there, or are saved now.`] : []),
  ];
  return [
    el("h3", {}, `${title}, ${place} ${first} to ${last}`),
    el(
      "div",
      { class: "logs", tabindex: 0, role: "region", "aria-label": title },
      el(
        "table",
        {},
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th", { scope: "col" }, place),
            ...indices.map((index) => el("th", { scope: "col" }, String(index))),
          ),
        ),
        el("tbody", {}, ...rows),
      ),
    ),
    el("p", { class: "dim" }, words.join(" ")),
  ];
}

/** `word`: for what was done with it. */
function cellOf(log: PeerLog, index: number, isInConflict: boolean, word: string): HTMLElement {
  const { applied, saved } = log;
  const [done, stored] = [applied.get(index), saved.get(index)];
  const cell: Cell | undefined = done ?? stored;
  if (cell === undefined) return el("td", {});
  // What stands there now says nothing of what was applied.
  const isOther = isReplaced(log, index);
  const epoch = (isOther ? undefined : stored?.epoch) ?? done?.epoch ?? null;
  const classes = [
    epoch === null ? "" : `e${epoch % EPOCH_COLOURS}`,
    done === undefined ? "saved" : "applied",
    done !== undefined && !done.isSummary && isInConflict ? "disputed" : "",
  ];
  const title = `${index}${epoch === null ? "" : `, term or the like ${epoch}`}: ${cell.text}${done === undefined ? " (saved)" : ` (${word})`}${isOther ? `; saved there now: ${stored?.text}` : ""}`;
  return el(
    "td",
    { class: classes.filter((name) => name !== "").join(" "), title },
    el("b", {}, epoch === null ? "" : String(epoch)),
    el("span", {}, cell.text),
    done === undefined ? null : el("i", {}, isInConflict && !done.isSummary ? "≠" : "✓"),
  );
}
