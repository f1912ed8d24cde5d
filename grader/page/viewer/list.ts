import type { App } from "./app.ts";
import { el } from "./dom.ts";
import { at } from "./model/words.ts";

const ROW_PX = 24;
/** Rows above and below what is seen. */
const SPARE_ROWS = 8;

/** All shown events as a table, of which only what is seen exists. */
export function makeList(app: App): HTMLElement {
  const body = el("tbody");
  const table = el(
    "table",
    { role: "grid", "aria-label": "Events", tabindex: 0, id: "events" },
    el(
      "thead",
      {},
      el(
        "tr",
        { role: "row" },
        ...["time", "peer", "event"].map((name) => el("th", { scope: "col", role: "columnheader" }, name)),
      ),
    ),
    body,
  );
  const sizer = el("div", { class: "sizer" }, table);
  const scroller = el("div", { class: "list" }, sizer);
  let isDue = false;

  const draw = () => {
    isDue = false;
    const first = Math.max(0, Math.floor(scroller.scrollTop / ROW_PX) - SPARE_ROWS);
    const count = Math.ceil(scroller.clientHeight / ROW_PX) + 2 * SPARE_ROWS;
    const found = new Set(app.matches);
    const rows: HTMLElement[] = [];
    for (let rank = first; rank < Math.min(app.rows.length, first + count); rank++) rows.push(rowOf(app, rank, found));
    body.replaceChildren(...rows);
    table.style.transform = `translateY(${first * ROW_PX}px)`;
    table.setAttribute("aria-rowcount", String(app.rows.length + 1));
    const active = document.getElementById(`event-${app.selected}`);
    if (active === null) table.removeAttribute("aria-activedescendant");
    else table.setAttribute("aria-activedescendant", active.id);
  };
  const later = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  };
  const resize = () => {
    sizer.style.height = `${(app.rows.length + 1) * ROW_PX}px`;
  };
  /** As little as is needed. */
  const showSelected = () => {
    const top = app.rank * ROW_PX;
    const seen = scroller.clientHeight - 2 * ROW_PX;
    if (top >= scroller.scrollTop && top <= scroller.scrollTop + seen) return;
    scroller.scrollTop = top - seen / 2;
  };

  scroller.addEventListener("scroll", later, { passive: true });
  body.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    if (row?.dataset.event !== undefined) app.select(Number(row.dataset.event));
  });
  new ResizeObserver(() => {
    showSelected();
    later();
  }).observe(scroller);
  app.onChange((change) => {
    if (change === "view") return;
    resize();
    showSelected();
    draw();
  });
  resize();
  return scroller;
}

function rowOf(app: App, rank: number, found: ReadonlySet<number>): HTMLElement {
  const { run } = app;
  const event = app.rows[rank] as number;
  const peer = run.peer[event] as number;
  const mark = run.data.marks.find((one) => one.event === event);
  const skipped = event - (app.rows[rank - 1] ?? -1) - 1;
  const left = run.data.gaps.find(([before]) => before === event);
  const classes = [run.kind(event), mark?.kind ?? "", found.has(event) ? "found" : ""].filter((name) => name !== "");
  const notes = [
    ...(left === undefined ? [] : [`${left[1]} events left out here`]),
    ...(mark === undefined ? [] : [mark.kind]),
  ];
  return el(
    "tr",
    {
      ...{ id: `event-${event}`, role: "row", "data-event": event, class: classes.join(" ") },
      "aria-rowindex": rank + 2,
      "aria-selected": event === app.selected ? "true" : "false",
    },
    el(
      "td",
      { role: "gridcell", title: skipped > 0 ? `${skipped} events before it are not shown` : undefined },
      (skipped > 0 ? "⋯ " : "") + at(run.timeUs[event] as number).slice(0, -2),
    ),
    el("td", { role: "gridcell" }, peer < 0 ? "–" : String(peer)),
    el("td", { role: "gridcell" }, ...notes.map((note) => el("strong", { class: "tag" }, note)), app.lineOf(event)),
  );
}
