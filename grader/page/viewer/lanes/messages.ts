import type { App } from "../app.ts";
import type { Geometry } from "./geometry.ts";
import type { Look } from "./look.ts";

/** More events than these on the screen: their messages would be a grey mass. */
export const MESSAGES_MAX = 3_000;
const TEXT_EVENT_PX = 34;

/** Messages as lines from who sent them to who got them; what was lost ends on the way. */
export function drawMessages(canvas: CanvasRenderingContext2D, app: App, place: Geometry, look: Look): void {
  const { run } = app;
  const { from, to } = place.ranks;
  if (to - from > MESSAGES_MAX) return;
  const isMany = to - from > 600;
  const selected = run.exchangeOf(app.selected);
  const drawn = new Set<number>();
  canvas.font = "11px system-ui, sans-serif";
  canvas.textBaseline = "middle";
  for (let rank = from; rank < to; rank++) {
    const event = app.rows[rank] as number;
    const kind = run.kind(event);
    const exchange = run.exchangeOf(event);
    if (exchange === undefined) continue;
    const isOwn = exchange === selected;
    canvas.globalAlpha = isOwn || selected === undefined ? 1 : isMany ? 0.4 : 0.75;
    canvas.lineWidth = isOwn ? 2.5 : 1.2;
    const isRequest = kind === "call" || kind === "deliver-request";
    canvas.strokeStyle = canvas.fillStyle = isRequest ? look.request : look.reply;
    const ends: [number, number][] = [];
    if (kind === "call") for (const request of exchange.requests) ends.push([event, request]);
    else if (kind === "reply")
      for (const answer of exchange.answers) if (run.mate[answer] === event) ends.push([event, answer]);
    if (kind === "deliver-request" && exchange.call >= 0) ends.push([exchange.call, event]);
    if (kind === "deliver-reply" && (run.mate[event] as number) >= 0) ends.push([run.mate[event] as number, event]);
    for (const [start, end] of ends) {
      if (drawn.has(end)) continue;
      drawn.add(end);
      const isHeld = exchange.held.length > 0;
      arrow(
        canvas,
        place.x(start),
        place.y(run.peer[start] as number),
        place.x(end),
        place.y(run.peer[end] as number),
        isRequest,
        isHeld,
      );
      if (isRequest && place.eventPx >= TEXT_EVENT_PX) label(canvas, app, place, look, start, end);
    }
    if (kind === "lost") drawLost(canvas, app, place, look, event);
  }
  canvas.globalAlpha = 1;
}

/** Requests are whole lines, answers dashed ones; what was held back is dotted. */
function arrow(
  canvas: CanvasRenderingContext2D,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  isRequest: boolean,
  isHeld: boolean,
): void {
  canvas.setLineDash(isHeld ? [2, 4] : isRequest ? [] : [6, 3]);
  canvas.beginPath();
  canvas.moveTo(x0, y0);
  canvas.lineTo(x1, y1);
  canvas.stroke();
  canvas.setLineDash([]);
  const angle = Math.atan2(y1 - y0, x1 - x0);
  canvas.beginPath();
  canvas.moveTo(x1, y1);
  for (const side of [-0.4, 0.4]) canvas.lineTo(x1 - 8 * Math.cos(angle + side), y1 - 8 * Math.sin(angle + side));
  canvas.fill();
}

function label(
  canvas: CanvasRenderingContext2D,
  app: App,
  place: Geometry,
  look: Look,
  start: number,
  end: number,
): void {
  const x = (place.x(start) + 2 * place.x(end)) / 3;
  const y = (place.y(app.run.peer[start] as number) + 2 * place.y(app.run.peer[end] as number)) / 3;
  const text = app.run.method(start).slice(0, 24);
  const width = canvas.measureText(text).width;
  const colour = canvas.fillStyle;
  canvas.fillStyle = look.panel;
  canvas.fillRect(x - width / 2 - 2, y - 7, width + 4, 14);
  canvas.fillStyle = colour;
  canvas.fillText(text, x - width / 2, y);
}

/** From where it was sent two thirds of the way, to a cross. */
function drawLost(canvas: CanvasRenderingContext2D, app: App, place: Geometry, look: Look, event: number): void {
  const { run } = app;
  const exchange = run.exchangeOf(event);
  const reply = exchange?.replies.find((one) => one <= event) ?? -1;
  const request = exchange?.requests.find((one) => one <= event) ?? -1;
  const isAnswer = request >= 0;
  const [from, to] = isAnswer
    ? [run.other[event] as number, run.peer[event] as number]
    : [run.peer[event] as number, run.other[event] as number];
  const start = isAnswer ? (reply >= 0 ? reply : request) : (exchange?.call ?? event);
  const x0 = place.x(start >= 0 ? start : event);
  const x1 = place.x(event) + (place.x(event) - x0 < 4 ? Math.min(14, place.eventPx) : 0);
  const y0 = place.y(from);
  const y1 = y0 + (place.y(to) - y0) * 0.55;
  canvas.strokeStyle = look.lost;
  canvas.setLineDash([3, 3]);
  canvas.beginPath();
  canvas.moveTo(x0, y0);
  canvas.lineTo(x1, y1);
  canvas.stroke();
  canvas.setLineDash([]);
  canvas.lineWidth = 2;
  canvas.beginPath();
  for (const side of [-1, 1]) {
    canvas.moveTo(x1 - 4, y1 - 4 * side);
    canvas.lineTo(x1 + 4, y1 + 4 * side);
  }
  canvas.stroke();
}
