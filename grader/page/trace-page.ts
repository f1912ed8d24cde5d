import { gzipSync } from "node:zlib";
import { pageAround, type Viewer } from "./html.ts";
import { type Extent, pack } from "./pack.ts";
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
  for (const extent of EXTENTS) {
    const data = pack(run, extent);
    const packed = data === null ? null : squeezed(data);
    if (packed !== null && packed.length <= bytesMax) return packed;
  }
  const left = [`all ${run.records.length} events are left out: they are too large for a page`];
  return squeezed({ ...(pack({ ...run, records: [] }, EXTENTS[0] as Extent) as PageData), left });
}

function squeezed(data: PageData): string {
  return gzipSync(JSON.stringify(data), { level: 6 }).toString("base64");
}
