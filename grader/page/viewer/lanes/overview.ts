import type { App } from "../app.ts";
import { el } from "../dom.ts";
import { LEFT_PX } from "./geometry.ts";
import { type Look, lookOf } from "./look.ts";

const HEIGHT_PX = 30;

/** The whole run in one strip: how much happens when, the marks, and what the lanes show. A click goes there. */
export function makeOverview(app: App): HTMLElement {
  const canvas = el("canvas", { class: "overview", role: "img", "aria-label": "The whole run in one strip" });
  const holder = el("div", { class: "strip" }, canvas);
  const context = canvas.getContext("2d");
  let isDue = false;
  let look: Look | null = null;
  /** The strip without what moves on it, and what it was drawn for. */
  const ground = el("canvas");
  let grounded = "";
  const share = (x: number) => Math.min(1, Math.max(0, (x - LEFT_PX) / Math.max(1, canvas.clientWidth - LEFT_PX - 10)));

  const draw = () => {
    isDue = false;
    if (context === null) return;
    look ??= lookOf(holder);
    const ratio = devicePixelRatio;
    const width = Math.max(300, holder.clientWidth);
    const { from, to } = app.extent;
    const span = width - LEFT_PX - 10;
    const x = (position: number) => LEFT_PX + ((position - from) / (to - from)) * span;
    const wanted = `${width} ${ratio} ${app.changes} ${app.axis}`;
    if (grounded !== wanted) {
      grounded = wanted;
      for (const one of [canvas, ground])
        [one.width, one.height] = [Math.round(width * ratio), Math.round(HEIGHT_PX * ratio)];
      [canvas.style.width, canvas.style.height] = [`${width}px`, `${HEIGHT_PX}px`];
      drawGround(ground, ratio, app, look, span);
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(ground, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.strokeStyle = look.focus;
    context.lineWidth = 2;
    const [left, right] = [x(app.view.from), x(app.view.to)];
    context.strokeRect(left, 9, Math.max(3, right - left), HEIGHT_PX - 10);
    for (const { kind, event } of app.run.data.marks) {
      context.fillStyle = kind === "violation" ? look.bad : look.departure;
      context.font = "12px system-ui, sans-serif";
      context.textAlign = "center";
      context.fillText(kind === "violation" ? "✖" : "◆", x(app.positionOf(event)), 9);
      context.fillRect(x(app.positionOf(event)) - 0.5, 10, 1.5, HEIGHT_PX);
    }
    for (const event of app.matches.length > 2_000 ? [] : app.matches) {
      context.fillStyle = look.request;
      context.fillRect(x(app.positionOf(event)), HEIGHT_PX - 5, 2, 5);
    }
    context.fillStyle = look.dim;
    context.textAlign = "left";
    context.font = "11px system-ui, sans-serif";
    context.fillText("whole run", 4, 22);
  };
  app.onChange((change) => {
    if (change === "theme") look = null;
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  });
  new ResizeObserver(draw).observe(holder);

  const go = (x: number) => {
    const { from, to } = app.extent;
    const middle = from + share(x) * (to - from);
    const width = app.view.to - app.view.from;
    app.setView(middle - width / 2, middle + width / 2);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    go(event.offsetX);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons === 1) go(event.offsetX);
  });
  return holder;
}

function drawGround(ground: HTMLCanvasElement, ratio: number, app: App, look: Look, span: number): void {
  const context = ground.getContext("2d");
  if (context === null) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = look.line;
  context.beginPath();
  for (const [at, count] of countsOf(app, Math.floor(span)).entries())
    context.rect(LEFT_PX + at, HEIGHT_PX - count * 16, 1, count * 16);
  context.fill();
}

/** How much happens in each of so many equal parts, the most being 1. */
function countsOf(app: App, parts: number): number[] {
  const counts = new Array<number>(Math.max(1, parts)).fill(0);
  const { from, to } = app.extent;
  for (let rank = 0; rank < app.rows.length; rank++) {
    const event = app.rows[rank] as number;
    const position = app.axis === "order" ? rank : (app.run.timeUs[event] as number);
    const part = Math.min(counts.length - 1, Math.floor(((position - from) / (to - from)) * counts.length));
    counts[part] = (counts[part] as number) + 1;
  }
  const most = Math.max(1, ...counts);
  return counts.map((count) => count / most);
}
