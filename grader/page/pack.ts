import { createHash } from "node:crypto";
import { TRACE_KINDS, type TraceRecord } from "../sim/trace.ts";
import { cutText } from "../text/cut.ts";
import { printable } from "../text/printable.ts";
import { APPLIES } from "../text/upcall-words.ts";
import { type TreeLimits, TreeParts, treeOf } from "./tree.ts";
import type { EntryFields, EventColumns, PageData, TracedRun, Tree } from "./types.ts";

/** How much of a run is told. */
export interface Extent extends TreeLimits {
  /** Events: of more than these the first quarter and the last three quarters, around the first mark. */
  readonly events: number;
}

/** So large may the parts be together, in characters; more is nothing that a page is opened with. */
const PARTS_CHARS = 24 * 1024 * 1024;
const OPERATIONS_MAX = 40;
const NAME_CHARS = 24;
const LOG_ENTRIES: EntryFields = { place: "index", content: "command", title: "Logs" };
/** Values shorter than this are compared themselves, longer ones by their hash. */
const SHORT_BYTES = 256;

/** The page's data, as far as that goes; null when it is far too large. */
export function pack(run: TracedRun, extent: Extent): PageData | null {
  const { records, gap } = chosen(run, extent.events);
  const values = new Values(extent);
  const texts = new Texts(extent.chars);
  const callOf = new Calls();
  const events: Record<keyof EventColumns, number[]> = {
    timeUs: [],
    kind: [],
    peer: [],
    other: [],
    call: [],
    id: [],
    text: [],
    value: [],
  };
  let lastUs = 0;
  for (const record of records) {
    const { timeUs, kind, peer, other, id, text, bytes } = record;
    events.timeUs.push(timeUs - lastUs);
    lastUs = timeUs;
    events.kind.push(TRACE_KINDS.indexOf(kind));
    events.peer.push(peer);
    events.other.push(other);
    events.call.push(callOf.numberFor(record));
    // Ids of messages say nothing that their call does not say.
    events.id.push(HAS_ID.has(kind) ? id : -1);
    events.text.push(texts.idOf(text));
    events.value.push(bytes === null ? -1 : values.idOf(bytes));
    if (texts.chars + values.chars > PARTS_CHARS) return null;
  }
  return {
    names: Array.from({ length: run.peers }, (_, peer) => shown(run.names?.[peer] ?? `peer ${peer}`, NAME_CHARS)),
    kinds: TRACE_KINDS,
    columns: run.columns ?? [],
    entries: run.entries ?? LOG_ENTRIES,
    upcall: run.upcall ?? APPLIES,
    texts: texts.all,
    shapes: values.parts.shapes,
    values: values.all,
    sizes: values.sizes,
    events,
    gaps: gap === null ? [] : [gap],
    marks: marksOf(run, records),
    operations: operationsOf(run, records),
    left: leftOut(run, records.length, extent, values.parts.isCut || texts.isCut),
  };
}

const HAS_ID: ReadonlySet<string> = new Set(["boot", "invoke", "result"]);

interface Choice {
  readonly records: readonly TraceRecord[];
  readonly gap: readonly [before: number, count: number] | null;
}

/** Where a record of the run stands among a page's events: behind a gap when it was left out in it. */
export function eventOf({ gaps: [gap] }: PageData, record: number): number {
  if (gap === undefined || record < gap[0]) return record;
  return Math.max(gap[0], record - gap[1]);
}

/** What comes first, and what comes last up to the end: that is where the answer is. */
function chosen({ records }: TracedRun, most: number): Choice {
  if (records.length <= most) return { records, gap: null };
  const first = Math.floor(most / 4);
  const last = most - first;
  const kept = [...records.slice(0, first), ...records.slice(records.length - last)];
  return { records: kept, gap: [first, records.length - most] };
}

function marksOf({ marks }: TracedRun, records: readonly TraceRecord[]): PageData["marks"] {
  if (records.length === 0) return [];
  return marks.map(({ timeUs, kind, peer, text }) => ({
    ...{ kind, text: shown(text, 2_000), event: eventAt(records, timeUs, peer) },
    ...(peer !== undefined && { peer }),
  }));
}

/** What a peer does, other than what reaches it or is seen of it afterwards. */
const DEEDS: ReadonlySet<string> = new Set(["call", "reply", "save", "upcall", "result", "exception", "misuse"]);

/** The last thing that happened up to that moment, or that a peer did at that moment, if it is about one. */
function eventAt(records: readonly TraceRecord[], timeUs: number, peer: number | undefined): number {
  const last = records.findLastIndex((record) => record.timeUs <= timeUs);
  if (peer === undefined) return Math.max(0, last);
  let latest = -1;
  for (let at = last; at >= 0; at--) {
    const record = records[at] as TraceRecord;
    const isOwn = record.peer === peer;
    // Further back it would be another story.
    if (latest >= 0 ? record.timeUs < (records[latest] as TraceRecord).timeUs : record.timeUs < timeUs && !isOwn) break;
    if (!isOwn) continue;
    if (DEEDS.has(record.kind)) return at;
    if (latest < 0) latest = at;
  }
  return Math.max(0, latest >= 0 ? latest : last);
}

/** As far as the events are there that call them. */
function operationsOf({ operations = [] }: TracedRun, records: readonly TraceRecord[]): PageData["operations"] {
  return operations.slice(0, OPERATIONS_MAX).flatMap(({ name, peer, timeUs }) => {
    const event = records.findIndex((one) => one.kind === "invoke" && one.peer === peer && one.timeUs === timeUs);
    return event < 0 ? [] : [[shown(name, NAME_CHARS), event] as const];
  });
}

function leftOut({ records }: TracedRun, kept: number, { items, chars }: Extent, isCut: boolean): string[] {
  return [
    ...(kept < records.length
      ? [`${records.length - kept} of ${records.length} events are left out, in the middle of the run`]
      : []),
    ...(isCut
      ? [`of long lists ${items} items are shown, of long texts ${chars} characters, of large values the beginning`]
      : []),
  ];
}

/** Which call of the run a message belongs to: requests and replies say it, but an answer only whose request it answers. */
class Calls {
  readonly #handled = new Map<string, number>();

  numberFor({ kind, peer, id, call }: TraceRecord): number {
    if (kind === "deliver-request" && call !== undefined) this.#handled.set(`${peer} ${id}`, call);
    return call ?? (kind === "reply" ? (this.#handled.get(`${peer} ${id}`) ?? -1) : -1);
  }
}

/** Texts, each once. */
class Texts {
  readonly all: string[] = [];
  chars = 0;
  isCut = false;
  readonly #known = new Map<string, number>();

  constructor(private readonly most: number) {}

  idOf(whole: string): number {
    if (whole.length > this.most) this.isCut = true;
    const text = cutText(whole, this.most + 40);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.all.length);
    this.chars += text.length;
    return this.all.push(printable(text)) - 1;
  }
}

/** Values, each once. */
class Values {
  readonly parts = new TreeParts();
  readonly all: Tree[] = [];
  readonly sizes: number[] = [];
  chars = 0;
  readonly #known = new Map<string, number>();

  constructor(private readonly limits: TreeLimits) {}

  idOf(bytes: Uint8Array): number {
    const key =
      bytes.length <= SHORT_BYTES
        ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1")
        : createHash("sha256").update(bytes).digest("base64");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const tree = treeOf(bytes, this.limits, this.parts);
    this.chars += JSON.stringify(tree).length;
    this.#known.set(key, this.all.length);
    this.sizes.push(bytes.length);
    return this.all.push(tree) - 1;
  }
}

/** A text of anybody's on one line, as a page shows it. */
export function shown(text: string, most: number): string {
  return printable(cutText(text, most));
}
