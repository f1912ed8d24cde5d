/**
 * The trace page's own script: unpacks the events, and shows them. It is built into one text (scripts/bundles.mjs), and asks
 * nobody for anything.
 */
import { App } from "./app.ts";
import { makeDetail } from "./detail.ts";
import { button, el } from "./dom.ts";
import { listenToKeys, makeHelp, type Page } from "./keys.ts";
import { makeLanes } from "./lanes/lanes.ts";
import { makeOverview } from "./lanes/overview.ts";
import { makeList } from "./list.ts";
import { Run } from "./model/run.ts";
import { unpack } from "./model/unpack.ts";
import { at, eventText } from "./model/words.ts";
import { makeMoment } from "./moment.ts";
import { keepPlace, restorePlace } from "./place.ts";
import { makeToolbar } from "./toolbar.ts";

/** Room for an event when the page opens. */
const EVENT_PX = 26;
/** The panels are never lower than that. */
const PANELS_PX = 300;

main();

async function main(): Promise<void> {
  const root = document.getElementById("app");
  if (root === null) return;
  try {
    const data = await unpack(document.getElementById("data")?.textContent ?? "");
    show(root, new App(new Run(data), document.getElementById("story")?.textContent ?? ""));
  } catch (error) {
    root.replaceChildren(
      el(
        "p",
        { role: "alert" },
        `The events cannot be shown: ${error instanceof Error ? error.message : error}. A browser of 2024 or later is needed, and the whole file.`,
      ),
    );
  }
  root.removeAttribute("aria-busy");
}

function show(root: HTMLElement, app: App): void {
  const page = pageOf(app, () => help);
  const help = makeHelp(app, page);
  const panels = el("div", { class: "panels" }, makeList(app), makeDetail(app), makeMoment(app));
  root.replaceChildren(
    ...app.run.data.left.map((text) => el("p", { class: "left" }, `Not on this page: ${text}.`)),
    makeToolbar(app, page),
    makeOverview(app),
    makeLanes(app),
    panels,
    makeAnnouncer(app),
    help,
  );
  fitToWindow(panels);
  showWhatIsCut();
  listenToKeys(app, page);
  if (!restorePlace(app)) {
    app.setAxis("order", Math.max(12, (root.clientWidth - 80) / EVENT_PX));
    app.select(opening(app));
    app.tell("rows");
  }
  keepPlace(app);
}

/** As much height as the window has left, so that picture and panels are seen together. */
function fitToWindow(panels: HTMLElement): void {
  const resize = () => {
    const top = panels.getBoundingClientRect().top + scrollY;
    panels.style.setProperty("--panels", `${Math.max(PANELS_PX, innerHeight - top - 14)}px`);
  };
  addEventListener("resize", resize);
  new ResizeObserver(resize).observe(document.querySelector("header") ?? panels);
  resize();
}

/** A story that is longer than its room says so, and is shown in whole when somebody wants it. */
function showWhatIsCut(): void {
  const story = document.getElementById("story");
  const told = story?.querySelector(".told");
  if (story == null || told == null) return;
  const more = button("▾ more", "Show all of what happened", () => {
    const isWhole = story.classList.toggle("whole");
    more.textContent = isWhole ? "▴ less" : "▾ more";
    refresh();
  });
  more.className = "more";
  story.append(more);
  const refresh = () => {
    const isWhole = story.classList.contains("whole");
    more.hidden = !isWhole && told.getBoundingClientRect().bottom <= story.getBoundingClientRect().bottom + 1;
  };
  story.addEventListener("scroll", refresh, { passive: true });
  story.addEventListener("toggle", refresh);
  new ResizeObserver(refresh).observe(story);
  refresh();
}

/** The first departure, else the violation, else where it begins. */
function opening({ run }: App): number {
  const departures = run.data.marks.filter(({ kind }) => kind === "departure").map(({ event }) => event);
  const [violation] = run.data.marks.filter(({ kind }) => kind === "violation");
  return departures.length > 0 ? Math.min(...departures) : (violation?.event ?? 0);
}

function pageOf(app: App, help: () => HTMLDialogElement): Page {
  const themes = ["", "light", "dark"];
  return {
    goToMark: (kind) => {
      const events = app.run.data.marks.filter((mark) => mark.kind === kind).map(({ event }) => event);
      // Again and again: one after the other.
      const next = events.find((event) => event > app.selected) ?? events[0];
      if (next !== undefined) app.select(next);
    },
    showAll: () => app.setView(app.extent.from, app.extent.to),
    toggleAxis: () => app.setAxis(app.axis === "order" ? "time" : "order"),
    toggleFold: () => app.refilter({ isFolded: !app.filter.isFolded }),
    toggleHelp: () => (help().open ? help().close() : help().showModal()),
    nextTheme: () => {
      const { dataset } = document.documentElement;
      const theme = themes[(themes.indexOf(dataset.theme ?? "") + 1) % themes.length] ?? "";
      if (theme === "") delete dataset.theme;
      else dataset.theme = theme;
      app.tell("theme");
    },
  };
}

/** Says what was selected to those who do not see it, when the table does not say it. */
function makeAnnouncer(app: App): HTMLElement {
  const status = el("p", { class: "spoken", role: "status", "aria-live": "polite" });
  app.onChange((change) => {
    if (change !== "selection" || document.activeElement?.id === "events") return;
    const peer = app.run.peer[app.selected] as number;
    status.textContent = `${at(app.run.timeUs[app.selected] as number)} ${peer < 0 ? "" : `${app.run.nameOf(peer)} `}${eventText(app.run, app.selected)}`;
  });
  return status;
}
