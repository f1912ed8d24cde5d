import type { App } from "../app.ts";
import { epochOf, factText, hasRole, linksOf, placeAt, type Stretch } from "../model/state.ts";
import { EPOCH_COLOURS } from "../moment.ts";
import { type Geometry, LEFT_PX } from "./geometry.ts";
import type { Look } from "./look.ts";

/** The lanes themselves: what each peer is, from one change to the next. */
export function drawBands(canvas: CanvasRenderingContext2D, app: App, place: Geometry, look: Look): void {
  const last = app.run.size;
  const firstSeen = app.rows[place.ranks.from] ?? 0;
  for (const [peer, stretches] of app.stretches.entries()) {
    let labelledTo = 0;
    for (let i = placeAt(stretches, firstSeen - 1); i < stretches.length; i++) {
      const stretch = stretches[i] as Stretch;
      const from = place.x(stretch.event);
      const next = stretches[i + 1]?.event ?? last;
      const to = next >= last ? place.width : place.x(next);
      if (from > place.width) break;
      if (to < LEFT_PX) continue;
      drawBand(canvas, app, place, look, peer, stretch, Math.max(LEFT_PX, from), to);
      labelledTo = drawLabel(
        canvas,
        app,
        place,
        look,
        peer,
        stretch,
        stretches[i - 1],
        Math.max(LEFT_PX, from, labelledTo),
        to,
      );
    }
  }
}

function drawBand(
  canvas: CanvasRenderingContext2D,
  app: App,
  place: Geometry,
  look: Look,
  peer: number,
  stretch: Stretch,
  from: number,
  to: number,
): void {
  const epoch = epochOf(app.run, stretch);
  const half = hasRole(app.run, stretch) ? place.lanePx * 0.2 : place.lanePx * 0.09;
  const y = place.y(peer);
  if (!stretch.isUp) {
    hatch(canvas, from, y - place.lanePx * 0.16, to, y + place.lanePx * 0.16, look.dim);
    return;
  }
  canvas.fillStyle = epoch === null ? look.line : (look.epochs[epoch % EPOCH_COLOURS] as string);
  canvas.globalAlpha = stretch.isPaused || stretch.isKilled ? 0.35 : 1;
  canvas.fillRect(from, y - half, to - from, 2 * half);
  canvas.globalAlpha = 1;
  if (stretch.isKilled) hatch(canvas, from, y - place.lanePx * 0.16, to, y + place.lanePx * 0.16, look.dim);
  // A double dashed border: nothing gets in or out.
  if (linksOf(stretch).length === 0) return;
  canvas.strokeStyle = look.text;
  canvas.lineWidth = stretch.isCutOff ? 2 : 1;
  canvas.setLineDash(stretch.isCutOff ? [5, 3] : [2, 5]);
  for (const edge of [y - half - 3, y + half + 3]) {
    canvas.beginPath();
    canvas.moveTo(from, edge);
    canvas.lineTo(to, edge);
    canvas.stroke();
  }
  canvas.setLineDash([]);
}

function hatch(
  canvas: CanvasRenderingContext2D,
  left: number,
  top: number,
  right: number,
  bottom: number,
  colour: string,
): void {
  canvas.save();
  canvas.beginPath();
  canvas.rect(left, top, right - left, bottom - top);
  canvas.clip();
  canvas.strokeStyle = colour;
  canvas.lineWidth = 1;
  canvas.beginPath();
  const height = bottom - top;
  for (let x = left - height; x < right; x += 7) {
    canvas.moveTo(x, bottom);
    canvas.lineTo(x + height, top);
  }
  canvas.stroke();
  canvas.restore();
}

/** What has changed in words, under the band, where there is room. Gives where the label ends. */
function drawLabel(
  canvas: CanvasRenderingContext2D,
  app: App,
  place: Geometry,
  look: Look,
  peer: number,
  stretch: Stretch,
  before: Stretch | undefined,
  from: number,
  to: number,
): number {
  const text = labelOf(app, stretch);
  if (text === "" || (before !== undefined && text === labelOf(app, before) && from > LEFT_PX)) return from;
  canvas.font = "11px system-ui, sans-serif";
  canvas.textBaseline = "top";
  const width = canvas.measureText(text).width;
  if (width + 6 > to - from && to < place.width) return from;
  canvas.fillStyle = look.dim;
  const half = hasRole(app.run, stretch) ? 0.2 : 0.09;
  canvas.fillText(text, from + 2, place.y(peer) + place.lanePx * half + 4);
  return from + width + 8;
}

function labelOf({ run }: App, stretch: Stretch): string {
  if (!stretch.isUp) return "down";
  const facts = run.columns.map((column) => {
    const text = factText(run, stretch, column);
    return column.whenTrue === undefined && text !== "" ? `${column.title} ${text}` : text;
  });
  return [...facts, stretch.isKilled ? "killed" : "", stretch.isPaused ? "paused" : "", ...linksOf(stretch)]
    .filter((text) => text !== "")
    .join(" · ");
}
