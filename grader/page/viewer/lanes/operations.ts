import type { App } from "../app.ts";
import { operationText } from "../model/operations.ts";
import { type Geometry, LEFT_PX } from "./geometry.ts";
import type { Look } from "./look.ts";

/** How high the bar is, as a share of its lane, on either side of the middle. */
const HALF = 0.26;
/** Fewer pixels have no room for words. */
const TEXT_PX = 30;

/**
 * What takes time from its call to its return, as a bar: what it was, and what came back. Those that the failure speaks of have
 * their letter, and are drawn whatever else is in the picture.
 */
export function drawOperations(canvas: CanvasRenderingContext2D, app: App, place: Geometry, look: Look): void {
  const { run } = app;
  const names = new Map(run.data.operations.map(([name, event]) => [event, name]));
  for (const { call, result, until } of app.operations) {
    const [left, right] = [place.x(call), until < 0 ? place.width + 20 : place.x(until)];
    if (right < LEFT_PX || left > place.width) continue;
    const name = names.get(call);
    const y = place.y(run.peer[call] as number);
    const half = place.lanePx * HALF;
    const width = Math.max(3, right - left);
    canvas.fillStyle = look.panel;
    canvas.fillRect(left, y - half, width, 2 * half);
    canvas.strokeStyle = name === undefined ? look.dim : look.bad;
    canvas.lineWidth = name === undefined ? 1 : 2.5;
    // It never returned.
    canvas.setLineDash(result < 0 ? [6, 4] : []);
    canvas.strokeRect(left, y - half, width, 2 * half);
    canvas.setLineDash([]);
    drawWords(canvas, app, look, name, call, Math.max(LEFT_PX, left), Math.min(right, place.width), y + half + 2);
  }
}

function drawWords(
  canvas: CanvasRenderingContext2D,
  app: App,
  look: Look,
  name: string | undefined,
  call: number,
  left: number,
  right: number,
  top: number,
): void {
  canvas.save();
  canvas.textBaseline = "top";
  let x = left + 2;
  if (name !== undefined) {
    canvas.font = "bold 12px system-ui, sans-serif";
    canvas.fillStyle = look.bad;
    canvas.fillText(name, x, top);
    x += canvas.measureText(name).width + 5;
  }
  if (right - x >= TEXT_PX) {
    canvas.beginPath();
    canvas.rect(x, top - 1, right - x, 16);
    canvas.clip();
    canvas.font = "11px system-ui, sans-serif";
    canvas.fillStyle = look.text;
    canvas.fillText(operationText(app.run, call), x, top);
  }
  canvas.restore();
}
