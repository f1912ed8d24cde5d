import type { App } from "../app.ts";
import { el } from "../dom.ts";
import { at, eventText } from "../model/words.ts";
import { drawBands } from "./bands.ts";
import { Geometry, LEFT_PX, TOP_PX } from "./geometry.ts";
import { type Look, lookOf } from "./look.ts";
import { drawMessages, MESSAGES_MAX } from "./messages.ts";
import { drawOperations } from "./operations.ts";
import { drawFaults, drawMarks, drawSigns } from "./signs.ts";

/** The picture: a lane for each peer. The table below it has all that it shows, for whoever cannot see it. */
export function makeLanes(app: App): HTMLElement {
  const canvas = el("canvas", {
    role: "img",
    "aria-label": "Peers as lanes with their messages; the table of events has the same",
  });
  const hint = el("p", { class: "hint" });
  const figure = el("figure", { class: "lanes" }, canvas, hint);
  const context = canvas.getContext("2d");
  if (context === null) return el("p", {}, "This browser draws no pictures; the table below has everything.");
  let place = new Geometry(app, 800);
  let look: Look | null = null;
  let isDue = false;

  const draw = () => {
    isDue = false;
    look ??= lookOf(figure);
    const ratio = devicePixelRatio;
    place = new Geometry(app, Math.max(300, figure.clientWidth));
    const [width, height] = [Math.round(place.width * ratio), Math.round(place.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
      [canvas.style.width, canvas.style.height] = [`${place.width}px`, `${place.height}px`];
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(context, app, place, look);
    const { from, to } = place.ranks;
    hint.textContent =
      to - from > MESSAGES_MAX ? `${to - from} events are in the picture: zoom in to see their messages.` : "";
  };
  const later = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  };

  app.onChange((change) => {
    if (change === "theme") look = null;
    later();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.tell("theme"));
  new ResizeObserver(later).observe(figure);
  steer(app, canvas, hint, () => place);
  return figure;
}

function paint(canvas: CanvasRenderingContext2D, app: App, place: Geometry, look: Look): void {
  canvas.clearRect(0, 0, place.width, place.height);
  canvas.save();
  canvas.beginPath();
  canvas.rect(LEFT_PX, 0, place.width - LEFT_PX, place.height);
  canvas.clip();
  drawTimes(canvas, app, place, look);
  drawBands(canvas, app, place, look);
  drawOperations(canvas, app, place, look);
  drawFaults(canvas, app, place, look);
  drawMessages(canvas, app, place, look);
  drawSigns(canvas, app, place, look);
  drawMarks(canvas, app, place, look);
  canvas.restore();
  canvas.font = "13px system-ui, sans-serif";
  canvas.textBaseline = "middle";
  for (let peer = 0; peer < app.run.peers; peer++) {
    const isOwn = app.run.peer[app.selected] === peer;
    canvas.fillStyle = isOwn ? look.focus : look.text;
    canvas.fillText(`${isOwn ? "▸" : ""}${app.run.nameOf(peer)}`, 4, place.y(peer));
  }
}

/** Virtual time above the lanes, at as many events as there is room for. */
function drawTimes(canvas: CanvasRenderingContext2D, app: App, place: Geometry, look: Look): void {
  const { from, to } = place.ranks;
  canvas.font = "10px system-ui, sans-serif";
  canvas.textBaseline = "alphabetic";
  canvas.fillStyle = look.dim;
  canvas.strokeStyle = look.line;
  canvas.lineWidth = 1;
  let free = LEFT_PX;
  let last = "";
  const step = Math.max(1, Math.floor((to - from) / 2_000));
  for (let rank = from; rank < to; rank += step) {
    const event = app.rows[rank] as number;
    const x = place.x(event);
    if (x < free) continue;
    const text = `${((app.run.timeUs[event] as number) / 1e6).toFixed(4)} s`;
    if (text === last) continue;
    last = text;
    canvas.fillText(text, x + 2, TOP_PX - 16);
    canvas.beginPath();
    canvas.moveTo(x, TOP_PX - 26);
    canvas.lineTo(x, place.height);
    canvas.stroke();
    free = x + 110;
  }
}

/** Mouse and wheel. Whatever they do, keys do too. */
function steer(app: App, canvas: HTMLCanvasElement, hint: HTMLElement, place: () => Geometry): void {
  let drag: { readonly x: number; readonly from: number; readonly to: number; moved: boolean } | null = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    drag = { x: event.offsetX, ...app.view, moved: false };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (drag !== null) {
      const by = ((event.offsetX - drag.x) / place().spanPx) * (drag.to - drag.from);
      drag.moved ||= Math.abs(event.offsetX - drag.x) > 4;
      if (drag.moved) app.setView(drag.from - by, drag.to - by);
      return;
    }
    const near = place().eventAt(event.offsetX, event.offsetY);
    if (near === null || place().eventPx < 2) return;
    const peer = app.run.peer[near] as number;
    hint.textContent = `${at(app.run.timeUs[near] as number)}  ${peer < 0 ? "" : `${app.run.nameOf(peer)}  `}${eventText(app.run, near)}`;
  });
  canvas.addEventListener("pointerup", (event) => {
    const isClick = drag !== null && !drag.moved;
    drag = null;
    const near = isClick ? place().eventAt(event.offsetX, event.offsetY) : null;
    if (near !== null) app.select(near);
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      // Up and down alone scroll the page, as everywhere.
      if (!event.ctrlKey && !event.metaKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY) && !event.shiftKey)
        return;
      event.preventDefault();
      const { from, to } = app.view;
      if (event.ctrlKey || event.metaKey)
        return app.zoom(event.deltaY < 0 ? 1.25 : 0.8, place().positionAt(event.offsetX));
      const by = ((event.deltaX || event.deltaY) / place().spanPx) * (to - from);
      app.setView(from + by, to + by);
    },
    { passive: false },
  );
}
