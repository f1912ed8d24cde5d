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
    {
      ...{ role: "grid", "aria-label": "Events", tabindex: 0, id: "events" },
      // Names take more room than numbers.
      class: app.run.data.names.some((_, peer) => app.run.shortName(peer) !== String(peer)) ? "named" : undefined,
    },
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
  // As they were told last: who asks for them has the browser lay everything out.
  let [scrollTop, clientHeight, sizerPx] = [0, 0, -1];
  let drawn = "";

  const draw = () => {
    isDue = false;
    const first = Math.max(0, Math.floor(scrollTop / ROW_PX) - SPARE_ROWS);
    const count = Math.ceil(clientHeight / ROW_PX) + 2 * SPARE_ROWS;
    const next = `${first} ${count} ${app.selected} ${app.changes}`;
    if (next === drawn) return;
    drawn = next;
    const found = new Set(app.matches);
    const rows: HTMLElement[] = [];
    for (let rank = first; rank < Math.min(app.rows.length, first + count); rank++) rows.push(rowOf(app, rank, found));
    body.replaceChildren(...rows);
    table.style.transform = `translateY(${first * ROW_PX}px)`;
    table.setAttribute("aria-rowcount", String(app.rows.length + 1));
    const rank = app.rank;
    if (rank < first || rank >= first + count) table.removeAttribute("aria-activedescendant");
    else table.setAttribute("aria-activedescendant", `event-${app.selected}`);
  };
  const later = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  };
  const resize = () => {
    const px = (app.rows.length + 1) * ROW_PX;
    if (px === sizerPx) return;
    sizerPx = px;
    sizer.style.height = `${px}px`;
  };
  /** As little as is needed. */
  const showSelected = () => {
    const top = app.rank * ROW_PX;
    const seen = clientHeight - 2 * ROW_PX;
    if (top >= scrollTop && top <= scrollTop + seen) return;
    scroller.scrollTop = top - seen / 2;
    scrollTop = Math.max(0, Math.min(top - seen / 2, sizerPx - clientHeight));
  };

  scroller.addEventListener(
    "scroll",
    () => {
      scrollTop = scroller.scrollTop;
      later();
    },
    { passive: true },
  );
  body.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    if (row?.dataset.event !== undefined) app.select(Number(row.dataset.event));
  });
  new ResizeObserver(() => {
    clientHeight = scroller.clientHeight;
    scrollTop = scroller.scrollTop;
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
    ...run.data.operations.flatMap(([name, call]) => {
      if (call === event) return [`calls ${name}`];
      return run.returns.get(call) === event ? [`returns ${name}`] : [];
    }),
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
    el("td", { role: "gridcell" }, peer < 0 ? "–" : run.shortName(peer)),
    el("td", { role: "gridcell" }, ...notes.map((note) => el("strong", { class: "tag" }, note)), app.lineOf(event)),
  );
}
