import type { App } from "../app.ts";
import { fieldOf } from "../model/trees.ts";
import { type Geometry, LEFT_PX, TOP_PX } from "./geometry.ts";
import type { Look } from "./look.ts";

/** Closer together than this, and single events are no more than dots. */
const SIGN_EVENT_PX = 7;

/** A sign of its own for each kind of event, so that it needs no colour. */
const SIGNS: Readonly<Record<string, string>> = {
  boot: "↑",
  save: "▪",
  upcall: "▲",
  log: "≡",
  exception: "‼",
  misuse: "‼",
  invoke: "◆",
  result: "◇",
  pause: "‖",
  resume: "▸",
  held: "‖",
};

export function drawSigns(canvas: CanvasRenderingContext2D, app: App, place: Geometry, look: Look): void {
  const { run } = app;
  const { from, to } = place.ranks;
  const isNear = place.eventPx >= SIGN_EVENT_PX;
  const step = Math.max(1, Math.floor((to - from) / 20_000));
  canvas.textBaseline = "middle";
  canvas.textAlign = "center";
  for (let rank = from; rank < to; rank += step) {
    const event = app.rows[rank] as number;
    const peer = run.peer[event] as number;
    if (peer < 0) continue;
    const kind = run.kind(event);
    const sign = SIGNS[kind];
    const [x, y] = [place.x(event), place.y(peer)];
    if (!isNear) {
      canvas.fillStyle = look.text;
      canvas.fillRect(x, y - 1, 1, 2);
      continue;
    }
    if (sign === undefined) {
      if (kind === "observed" || kind === "lost" || kind === "fault") continue;
      canvas.fillStyle = look.text;
      canvas.beginPath();
      canvas.arc(x, y, 2.5, 0, 2 * Math.PI);
      canvas.fill();
      continue;
    }
    canvas.fillStyle = kind === "exception" || kind === "misuse" ? look.bad : look.text;
    canvas.font = kind === "save" ? "15px system-ui, sans-serif" : "12px system-ui, sans-serif";
    canvas.fillText(sign, x, kind === "upcall" ? y - place.lanePx * 0.3 : y);
    if (kind === "upcall" && place.eventPx >= 14) {
      const index = fieldOf(run, run.tree(event), run.data.entries.place);
      canvas.font = "10px system-ui, sans-serif";
      if (typeof index === "number") canvas.fillText(String(index), x, y - place.lanePx * 0.3 - 10);
    }
  }
  canvas.textAlign = "left";
}

/** Faults and notes as lines through all lanes, or through that of their peer. */
export function drawFaults(canvas: CanvasRenderingContext2D, app: App, place: Geometry, look: Look): void {
  const { run } = app;
  const { from, to } = place.ranks;
  canvas.font = "11px system-ui, sans-serif";
  canvas.textBaseline = "alphabetic";
  let labelledTo = LEFT_PX;
  for (let rank = from; rank < to; rank++) {
    const event = app.rows[rank] as number;
    const kind = run.kind(event);
    if (kind !== "fault" && kind !== "note") continue;
    const [x, peer, other] = [place.x(event), run.peer[event] as number, run.other[event] as number];
    const [top, bottom] =
      peer < 0
        ? [TOP_PX - 28, place.height]
        : [place.y(peer) - place.lanePx * 0.42, place.y(peer) + place.lanePx * 0.42];
    canvas.strokeStyle = kind === "fault" ? look.lost : look.dim;
    canvas.lineWidth = 1.5;
    canvas.setLineDash([7, 2]);
    canvas.beginPath();
    canvas.moveTo(x, top);
    canvas.lineTo(x, bottom);
    canvas.stroke();
    canvas.setLineDash([]);
    const text =
      `${peer < 0 ? "" : `${run.shortName(peer)} `}${run.text(event)}${other < 0 ? "" : ` → ${run.shortName(other)}`}`.slice(
        0,
        60,
      );
    if (x < labelledTo || place.eventPx < 2) continue;
    canvas.fillStyle = kind === "fault" ? look.lost : look.dim;
    canvas.fillText(`↯ ${text}`, x + 2, TOP_PX - 30);
    labelledTo = x + canvas.measureText(`↯ ${text}`).width + 10;
  }
}

/** The violation, the departure, and what is selected: a line from top to bottom, and a word. */
export function drawMarks(canvas: CanvasRenderingContext2D, app: App, place: Geometry, look: Look): void {
  let taken = Number.POSITIVE_INFINITY;
  canvas.font = "bold 11px system-ui, sans-serif";
  const isSeen = (x: number) => x >= LEFT_PX && x <= place.width;
  for (const { kind, event } of app.run.data.marks)
    if (isSeen(place.x(event)))
      vertical(canvas, place.x(event), place.height, markColour(kind, look), kind === "violation" ? [] : [8, 4]);
  // From the end, so that one that would cover another moves to its left.
  for (const { kind, x, count } of flagsOf(app, place).filter((flag) => isSeen(flag.x))) {
    const text = kind === "violation" ? "✖ violation" : count > 1 ? `◆ ${count} departures` : "◆ departure";
    const width = canvas.measureText(text).width;
    const left = Math.max(LEFT_PX, Math.min(x - width / 2 - 4, place.width - width - 8, taken - width - 10));
    taken = left;
    canvas.fillStyle = markColour(kind, look);
    canvas.fillRect(left, 0, width + 8, 15);
    canvas.fillStyle = look.panel;
    canvas.textBaseline = "top";
    canvas.fillText(text, left + 4, 2);
  }
  const x = place.x(app.selected);
  if (x < LEFT_PX || x > place.width) return;
  vertical(canvas, x, place.height, look.focus, [1, 2]);
  const peer = app.run.peer[app.selected] as number;
  canvas.strokeStyle = look.focus;
  canvas.lineWidth = 2.5;
  if (peer < 0) return;
  canvas.beginPath();
  canvas.arc(x, place.y(peer), 9, 0, 2 * Math.PI);
  canvas.stroke();
}

function markColour(kind: string, look: Look): string {
  return kind === "violation" ? look.bad : look.departure;
}

/** So close together, departures share a flag. */
const FLAG_PX = 90;

/** The flags of the marks, the last one first; departures that would cover each other have one, at the first of them. */
function flagsOf(app: App, place: Geometry): { readonly kind: string; x: number; count: number }[] {
  const flags: { kind: string; x: number; count: number }[] = [];
  const marks = app.run.data.marks.toSorted((a, b) => b.event - a.event || (a.kind < b.kind ? 1 : -1));
  for (const { kind, event } of marks) {
    const x = place.x(event);
    const near = flags.at(-1);
    if (kind === "departure" && near?.kind === kind && near.x - x < FLAG_PX) {
      near.x = x;
      near.count++;
    } else flags.push({ kind, x, count: 1 });
  }
  return flags;
}

function vertical(canvas: CanvasRenderingContext2D, x: number, height: number, colour: string, dashes: number[]): void {
  canvas.strokeStyle = colour;
  canvas.lineWidth = 2;
  canvas.setLineDash(dashes);
  canvas.beginPath();
  canvas.moveTo(x, 14);
  canvas.lineTo(x, height);
  canvas.stroke();
  canvas.setLineDash([]);
}
