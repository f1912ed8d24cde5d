import type { App } from "../app.ts";
import { type Geometry, LEFT_PX } from "./geometry.ts";
import type { Look } from "./look.ts";

/** More events than these on the screen: their messages would be a grey mass. */
export const MESSAGES_MAX = 3_000;
/** Closer together than this, and there is no room for words between events. */
const TEXT_EVENT_PX = 12;

/** Messages as lines from who sent them to who got them; what was lost ends on the way. */
export function drawMessages(canvas: CanvasRenderingContext2D, app: App, place: Geometry, look: Look): void {
  const { run } = app;
  const { from, to } = place.ranks;
  if (to - from > MESSAGES_MAX) return;
  const isMany = to - from > 600;
  const selected = run.exchangeOf(app.selected);
  const drawn = new Set<number>();
  const labels: { readonly start: number; readonly end: number }[] = [];
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
      if (isRequest) labels.push({ start, end });
    }
    if (kind === "lost") drawLost(canvas, app, place, look, event);
  }
  canvas.globalAlpha = 1;
  if (place.eventPx >= TEXT_EVENT_PX) drawLabels(canvas, app, place, look, labels);
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

/** Names of requests on their lines, the selected one first, as far as none covers another. */
function drawLabels(
  canvas: CanvasRenderingContext2D,
  app: App,
  place: Geometry,
  look: Look,
  labels: readonly { readonly start: number; readonly end: number }[],
): void {
  const { run } = app;
  const selected = run.exchangeOf(app.selected);
  const isOwn = (start: number) => selected !== undefined && run.exchangeOf(start) === selected;
  const taken: { readonly x: number; readonly y: number; readonly half: number }[] = [];
  canvas.font = "11px system-ui, sans-serif";
  canvas.textBaseline = "middle";
  for (const { start, end } of [...labels].sort((a, b) => Number(isOwn(b.start)) - Number(isOwn(a.start)))) {
    const text = run.method(start).slice(0, 24);
    const half = canvas.measureText(text).width / 2 + 2;
    // Not on a lane, where signs and states stand.
    const spot = [0.5, 0.6, 0.4, 0.7, 0.3]
      .map((share) => ({
        x: place.x(start) + (place.x(end) - place.x(start)) * share,
        y: place.y(run.peer[start] as number) * (1 - share) + place.y(run.peer[end] as number) * share,
      }))
      .find(
        ({ x, y }) =>
          x - half > LEFT_PX &&
          !isOnLane(place, run.peers, y) &&
          taken.every((one) => Math.abs(one.x - x) > one.half + half || Math.abs(one.y - y) > LABEL_PX),
      );
    if (spot === undefined) continue;
    taken.push({ ...spot, half });
    canvas.fillStyle = look.panel;
    canvas.fillRect(spot.x - half, spot.y - LABEL_PX / 2, 2 * half, LABEL_PX);
    canvas.fillStyle = look.request;
    canvas.fillText(text, spot.x - half + 2, spot.y);
  }
}

const LABEL_PX = 13;

function isOnLane(place: Geometry, peers: number, y: number): boolean {
  const lane = Math.min(peers - 1, Math.max(0, place.peerAt(y)));
  return Math.abs(place.y(lane) - y) < place.lanePx * 0.3;
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
