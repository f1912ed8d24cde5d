import type { App } from "../app.ts";
import { rankOf } from "../model/rows.ts";

/** Left of the lanes, for the peers' names. */
export const LEFT_PX = 72;
/** Above the lanes, for times and faults. */
export const TOP_PX = 58;
const RIGHT_PX = 10;

/** Where things stand on the canvas. */
export class Geometry {
  readonly lanePx: number;
  readonly height: number;

  constructor(
    private readonly app: App,
    readonly width: number,
  ) {
    const { peers } = app.run;
    this.lanePx = peers <= 3 ? 70 : peers <= 5 ? 54 : peers <= 9 ? 44 : 30;
    this.height = TOP_PX + Math.max(1, peers) * this.lanePx + 6;
  }

  get spanPx(): number {
    return Math.max(1, this.width - LEFT_PX - RIGHT_PX);
  }

  /** Pixels from one shown event to the next, on average. */
  get eventPx(): number {
    return this.spanPx / Math.max(1, this.ranks.to - this.ranks.from);
  }

  x(event: number): number {
    return this.xAt(this.app.positionOf(event));
  }

  xAt(position: number): number {
    const { from, to } = this.app.view;
    return LEFT_PX + ((position - from) / (to - from)) * this.spanPx;
  }

  positionAt(x: number): number {
    const { from, to } = this.app.view;
    return from + ((x - LEFT_PX) / this.spanPx) * (to - from);
  }

  /** The middle of a peer's lane. */
  y(peer: number): number {
    return TOP_PX + (peer + 0.5) * this.lanePx;
  }

  peerAt(y: number): number {
    return Math.floor((y - TOP_PX) / this.lanePx);
  }

  /** Which of the shown events are seen: their places among those shown. */
  get ranks(): { readonly from: number; readonly to: number } {
    const { app } = this;
    const { from, to } = app.view;
    if (app.axis === "order")
      return { from: Math.max(0, Math.floor(from)), to: Math.min(app.rows.length, Math.ceil(to)) };
    return { from: this.#rankAt(from), to: this.#rankAt(to) };
  }

  /** The shown event that is nearest to a place, of a peer if it has any near. */
  eventAt(x: number, y: number): number | null {
    const { app } = this;
    const { from, to } = this.ranks;
    const peer = this.peerAt(y);
    let best: number | null = null;
    let bestPx = Number.POSITIVE_INFINITY;
    for (let rank = from; rank < to; rank++) {
      const event = app.rows[rank] as number;
      const distance = Math.abs(this.x(event) - x) + (app.run.peer[event] === peer ? 0 : 40);
      if (distance < bestPx) [best, bestPx] = [event, distance];
    }
    return best;
  }

  #rankAt(timeUs: number): number {
    const { run, rows } = this.app;
    let from = 0;
    let to = run.size;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((run.timeUs[middle] as number) < timeUs) from = middle + 1;
      else to = middle;
    }
    return rankOf(rows, from);
  }
}
