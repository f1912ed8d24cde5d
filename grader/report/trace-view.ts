import type { Micros } from "../sim/peer-host.ts";
import type { TraceRecord } from "../sim/trace.ts";

/** Which part of a trace a reader wants. */
export interface TraceChoice {
  readonly fromUs?: Micros;
  readonly toUs?: Micros;
  /** So much of its end. */
  readonly lastUs?: Micros;
  /** What happens to these, and what they do. Faults and notes always stay. */
  readonly peers?: readonly number[];
  /** Calls of this name, and what becomes of them; all else that is no call stays. */
  readonly method?: string;
}

const CALLS: ReadonlySet<string> = new Set(["call", "deliver-request", "reply", "deliver-reply", "lost", "held"]);

/** The part of a trace that was asked for. */
export function chosen(records: readonly TraceRecord[], choice: TraceChoice): TraceRecord[] {
  const { fromUs = 0, toUs = Number.POSITIVE_INFINITY, lastUs, peers, method } = choice;
  const endUs = records.at(-1)?.timeUs ?? 0;
  const beginUs = lastUs === undefined ? fromUs : Math.max(fromUs, endUs - lastUs);
  const answered = method === undefined ? null : methodsOf(records);
  return records.filter((record, at) => {
    const { timeUs, peer, kind, text } = record;
    if (timeUs < beginUs || timeUs > toUs) return false;
    if (peer < 0 || kind === "fault" || kind === "note") return true;
    if (peers !== undefined && !peers.includes(peer)) return false;
    if (answered === null || !CALLS.has(kind)) return true;
    // What is held back is told as `request <name>`.
    const called = kind === "reply" ? answered.get(at) : kind === "held" ? text.slice(text.indexOf(" ") + 1) : text;
    return called === method;
  });
}

/** The names of all calls of a trace, in alphabetical order. */
export function methodNames(records: readonly TraceRecord[]): string[] {
  return [...new Set(records.flatMap(({ kind, text }) => (kind === "call" ? [text] : [])))].sort();
}

/** Of each answer, by its place in the trace, the name of the call. */
function methodsOf(records: readonly TraceRecord[]): Map<number, string> {
  const open = new Map<string, string>();
  const found = new Map<number, string>();
  for (const [at, { kind, peer, id, text }] of records.entries()) {
    if (kind === "deliver-request") open.set(`${peer} ${id}`, text);
    else if (kind === "reply") found.set(at, open.get(`${peer} ${id}`) ?? "");
  }
  return found;
}

/** Calls on one link that say the same again and again. */
interface Repeated {
  readonly from: number;
  readonly to: number;
  readonly method: string;
  readonly seen: Map<string, string>;
  calls: number;
  lastUs: Micros;
}

/** A record that is told, or how often the same went on before the next one. */
export type Told =
  | { readonly kind: "record"; readonly record: TraceRecord; readonly text: string }
  | {
      readonly kind: "repeated";
      readonly from: number;
      readonly to: number;
      readonly method: string;
      readonly calls: number;
      readonly lastUs: Micros;
    };

/**
 * Tells an exchange between two peers once when nothing changes in it from one time to the next: the first time as it is,
 * then how often it went on. `describe` gives a record's words, which decide what is the same; call numbers do not count.
 */
export function* folded(records: readonly TraceRecord[], describe: (record: TraceRecord) => string): Generator<Told> {
  const links = new Map<string, Repeated>();
  const handling = new Map<string, { readonly from: number; readonly method: string }>();
  const linkOf = ({ kind, peer, other, id, text }: TraceRecord): Repeated | null => {
    if (kind === "deliver-request") handling.set(`${peer} ${id}`, { from: other, method: text });
    const handled = kind === "reply" ? handling.get(`${peer} ${id}`) : undefined;
    const method = handled?.method ?? text;
    const [from, to] = kind === "deliver-request" || kind === "reply" ? [handled?.from ?? other, peer] : [peer, other];
    const key = `${from}>${to} ${method}`;
    const known = links.get(key) ?? { from, to, method, seen: new Map(), calls: 0, lastUs: 0 };
    links.set(key, known);
    return known;
  };
  for (const record of records) {
    const text = describe(record);
    if (!CALLS.has(record.kind) || record.kind === "held") {
      yield { kind: "record", record, text };
      continue;
    }
    const link = linkOf(record);
    if (link === null) continue;
    const said = text.replace(/ #\d+$/, "");
    if (link.seen.get(record.kind) === said) {
      if (record.kind === "call") link.calls++;
      link.lastUs = record.timeUs;
      continue;
    }
    yield* ended(link);
    link.seen.set(record.kind, said);
    yield { kind: "record", record, text };
  }
  for (const link of links.values()) yield* ended(link);
}

function* ended(link: Repeated): Generator<Told> {
  const { from, to, method, calls, lastUs } = link;
  if (calls > 0) yield { kind: "repeated", from, to, method, calls, lastUs };
  link.calls = 0;
}
