import { gzipSync } from "node:zlib";
import { FieldHistory } from "./fields/history.ts";
import { pageFields } from "./fields/page-fields.ts";
import { pageAround, type Viewer } from "./html.ts";
import { type Extent, eventOf, pack, shown } from "./pack.ts";
import type { PageData, TracedRun } from "./types.ts";

export type { Viewer } from "./html.ts";

/** A page has at most so many bytes, whatever its run was. */
export const PAGE_BYTES_MAX = 1024 * 1024;

/** How much of a run is shown: as much as fits, first fewer details, then fewer events. */
const EXTENTS: readonly Extent[] = [
  { events: 150_000, nodes: 800, items: 96, chars: 2_000 },
  { events: 150_000, nodes: 300, items: 36, chars: 400 },
  { events: 100_000, nodes: 100, items: 12, chars: 200 },
  { events: 60_000, nodes: 60, items: 9, chars: 120 },
  { events: 20_000, nodes: 40, items: 6, chars: 80 },
  { events: 5_000, nodes: 20, items: 3, chars: 60 },
  { events: 1_000, nodes: 20, items: 3, chars: 60 },
];

/** Details of messages go before fields do, until only so much of a page is left for these. */
const SHARE_FOR_FIELDS = 0.35;
/** Beyond this extent, fields go before events do. */
const LAST_FOR_FIELDS = 3;

/**
 * One run as a page that needs nothing else: what happened to each peer, event by event, to step through. It has at most
 * `PAGE_BYTES_MAX` bytes, and says what it leaves out for that.
 */
export function tracePage(run: TracedRun, viewer: Viewer): string {
  const bytesForData = PAGE_BYTES_MAX - Buffer.byteLength(pageAround(run, "", viewer));
  return pageAround(run, packedData(run, bytesForData), viewer);
}

/** Gzip in base64, which has no character that means anything in HTML. */
function packedData(run: TracedRun, bytesMax: number): string {
  const history = Array.isArray(run.fields) ? new FieldHistory(run.fields, run.peers) : null;
  const why = typeof run.fields === "string" ? [shown(run.fields, 400)] : [];
  for (const [at, extent] of EXTENTS.entries()) {
    const made = pack(run, extent);
    if (made === null) continue;
    const data = { ...made, left: [...made.left, ...why] };
    const packed = squeezed(data);
    if (packed.length > bytesMax) continue;
    if (history === null || history.steps.length === 0) return packed;
    const isLast = at >= LAST_FOR_FIELDS || packed.length < bytesMax * (1 - SHARE_FOR_FIELDS);
    const whole = withFields(data, history, packed.length, bytesMax, isLast);
    if (whole !== null) return whole;
  }
  const left = [`all ${run.records.length} events are left out: they are too large for a page`];
  return squeezed({ ...(pack({ ...run, records: [] }, EXTENTS[0] as Extent) as PageData), left });
}

/** With all fields, or with as many around the place that a reader looks at first; null when not all fit and all are wanted. */
function withFields(
  data: PageData,
  history: FieldHistory,
  ownBytes: number,
  bytesMax: number,
  mayCut: boolean,
): string | null {
  const { steps } = history;
  const events = data.events.timeUs.length;
  const place = (record: number) => Math.min(events, eventOf(data, record));
  const middle = openingOf(data);
  const centre = steps.findLastIndex(({ from }) => place(from) <= middle) + 1;
  for (let count = steps.length; ; ) {
    // What led there is asked for more than what came of it.
    const first = Math.max(0, Math.min(centre - Math.ceil(count * 0.7), steps.length - count));
    const last = Math.min(steps.length, first + count);
    const fields = pageFields(history, place, events, first, last);
    const left = [...data.left, ...leftOut(fields.known, events, first, history)];
    const packed = squeezed({ ...data, ...(count > 0 && { fields }), left });
    if (packed.length <= bytesMax) return packed;
    if (!mayCut || count === 0) return null;
    const share = (bytesMax - ownBytes) / (packed.length - ownBytes);
    count = Math.floor(count * Math.min(0.8, share * 0.95));
  }
}

function leftOut(
  [from, to]: readonly [number, number],
  events: number,
  first: number,
  { end }: FieldHistory,
): string[] {
  if (first === 0 && to >= events) return [];
  const why = end === Number.POSITIVE_INFINITY ? "they would be too large" : "there is too much in them";
  return to <= from
    ? [`the fields of the peers' objects: ${why}`]
    : [`the fields of the peers' objects but for the ${to - from} events around the place that it opens at: ${why}`];
}

/** Where the page opens: the first departure, else the violation, else where it begins. */
function openingOf({ marks }: PageData): number {
  const departures = marks.filter(({ kind }) => kind === "departure").map(({ event }) => event);
  return departures.length > 0 ? Math.min(...departures) : (marks.find(({ kind }) => kind === "violation")?.event ?? 0);
}

function squeezed(data: PageData): string {
  return gzipSync(JSON.stringify(data), { level: 6 }).toString("base64");
}
