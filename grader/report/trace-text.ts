import { decode, encode } from "../../labs/api/codec.ts";
import type { TraceWords } from "../explain/types.ts";
import type { TraceRecord } from "../sim/trace.ts";
import { cutText } from "../text/cut.ts";
import { beginningOf, type DataStyle, dataText } from "../text/data-text.ts";
import { oneLine, printable } from "../text/printable.ts";
import { APPLIES, type UpcallWords } from "../text/upcall-words.ts";
import type { Style } from "./style.ts";
import { TopicReader, topicsLine } from "./trace-topic.ts";
import { folded, type Told } from "./trace-view.ts";

/** Values longer than this are cut when they are shown. */
const VALUE_CHARS = 160;
/** Values up to here are shown as they are, though the lab has words for them. */
const SHORT_CHARS = 100;
/** What is shown of one thing that happened; a line on the console may be as long. */
const RECORD_CHARS = 64 * 1024 + 100;
/** Arguments larger than this are not shown one by one. */
const LIST_BYTES = 64 * 1024;

/** So wide are names of processes at least. */
const WHO_WIDTH = 7;

/** How a trace is told. */
export interface TraceTelling {
  /** What messages and saved states mean in the lab. */
  readonly words?: TraceWords;
  /** What it is to hand something on upwards; default: to apply it. */
  readonly upcall?: UpcallWords;
  /** Exchanges that say the same again and again are told once, with how often. */
  readonly isFolded?: boolean;
  /** What processes are called, by their ids; default: `peer 2`. */
  readonly names?: readonly string[];
  /** A column for each of `names`, with its name above. */
  readonly isInColumns?: boolean;
}

type Naming = (peer: number) => string;
type Paint = (text: string) => string;

/** A run's trace for a reader: one line for each thing that happened, with its virtual time and the peer it happened to. */
export function* traceLines(
  records: readonly TraceRecord[],
  style: Style,
  { words, upcall = APPLIES, isFolded = false, names = [], isInColumns = false }: TraceTelling = {},
): Generator<string> {
  const nameOf: Naming = (peer) => names[peer] ?? `peer ${peer}`;
  const describe = (record: TraceRecord) => inWords(record, words, nameOf) ?? describeData(record, nameOf, upcall);
  const nameWidth = Math.max(WHO_WIDTH, ...names.map((name) => name.length));
  const continued = `\n${" ".repeat(15 + nameWidth)}`;
  const legend = topicsLine(style);
  if (legend !== null) yield legend;
  if (isInColumns) yield* heads(names, style);
  const topics = new TopicReader(words);
  const told = isFolded ? folded(records, describe) : each(records, describe);
  for (const one of told) {
    if (one.kind === "repeated") {
      const { from, to, method, calls, lastUs } = one;
      const link = `${nameOf(from)} to ${nameOf(to)}`;
      const again = `… ${oneLine(cutText(method, 60))} of ${link}: the same ${calls} times more, to ${timeText(lastUs)} s`;
      yield style.dim(`${" ".repeat(11)}  ${again}`);
      continue;
    }
    const { record, text } = one;
    const shown = printable(cutText(text, RECORD_CHARS));
    const time = timeText(record.timeUs).padStart(11);
    const topic = topics.of(record);
    const painted: Paint = (part) => (topic === null || part === "" ? part : style.topic(topic, part));
    if (isInColumns) {
      yield* inColumns(style.dim(time), record.peer, shown, names.length, painted);
      continue;
    }
    const who = (record.peer < 0 ? "" : nameOf(record.peer)).padEnd(nameWidth);
    yield `${style.dim(time)}  ${who}  ${shown.split("\n").map(painted).join(continued)}`.trimEnd();
  }
}

function* each(records: readonly TraceRecord[], describe: (record: TraceRecord) => string): Generator<Told> {
  for (const record of records) yield { kind: "record", record, text: describe(record) };
}

function timeText(timeUs: number): string {
  return (timeUs / 1e6).toFixed(6);
}

/** So wide all columns are together, and each at least. */
const COLUMNS_WIDTH = 170;
const COLUMN_MIN = 24;

function columnWidth(peers: number): number {
  return Math.max(COLUMN_MIN, Math.floor(COLUMNS_WIDTH / peers));
}

function* heads(names: readonly string[], style: Style): Generator<string> {
  const width = columnWidth(names.length);
  const cells = names.map((name) => oneLine(cutText(name, width - 2)).padEnd(width));
  yield style.strong(`${" ".repeat(13)}${cells.join("")}`.trimEnd());
}

/** One record in the column of its peer, what does not fit below; what happens to the world stands across. */
function* inColumns(time: string, peer: number, text: string, peers: number, painted: Paint): Generator<string> {
  const width = columnWidth(peers);
  if (peer < 0) {
    yield `${time}  ${painted(oneLine(text))}`;
    return;
  }
  const flat = oneLine(text);
  for (let at = 0; at === 0 || at < flat.length; at += width - 2) {
    const stamp = at === 0 ? time : " ".repeat(11);
    yield `${stamp}  ${" ".repeat(peer * width)}${painted(flat.slice(at, at + width - 2).trimEnd())}`.trimEnd();
  }
}

/** What a record means in its lab, where its data would be long. */
function inWords(
  { kind, peer, other, id, text, bytes }: TraceRecord,
  words: TraceWords | undefined,
  nameOf: Naming,
): string | null {
  if (words === undefined) return null;
  if (kind === "save" && text === "state") {
    const told = words.saved(peer, bytes);
    return told === null ? null : `saves its state, ${size(bytes)}: ${told}`;
  }
  if (kind !== "call" && kind !== "deliver-request") return null;
  if (value(bytes).length < SHORT_CHARS) return null;
  const told = words.request(text, bytes);
  if (told === null) return null;
  return kind === "call" ? `→ ${nameOf(other)}  ${told}  #${id}` : `← ${nameOf(other)}  ${told}`;
}

function describeData({ kind, other, id, text, bytes }: TraceRecord, nameOf: Naming, upcall: UpcallWords): string {
  switch (kind) {
    case "boot":
      return `boots, incarnation ${id}, with ${size(bytes)} of saved state`;
    case "call":
      return `→ ${nameOf(other)}  ${text} ${value(bytes)}  #${id}`;
    case "deliver-request":
      return `← ${nameOf(other)}  ${text} ${value(bytes)}`;
    case "reply":
      return `answers ${value(bytes)}`;
    case "deliver-reply":
      return `← ${nameOf(other)}  ${text}: ${bytes === null ? "no reply" : value(bytes)}  #${id}`;
    case "lost":
      return `call of ${text} to ${nameOf(other)} is lost  #${id}`;
    case "held":
      return `${text} for ${nameOf(other)} is held back  #${id}`;
    case "save":
      return `saves its ${text}, ${size(bytes)}${content(bytes)}`;
    case "upcall":
      return `${upcall.does} ${value(bytes)}`;
    case "observed":
      return `state is now ${value(bytes)}`;
    case "invoke":
      return `${text}(${listOf(bytes)}) is called`;
    case "result":
      return `gives ${value(bytes)}`;
    case "log":
      return `console: ${text}`;
    case "exception":
      return `throws (${text})`;
    case "misuse":
      return `breaks the interface: ${text}`;
    case "fault":
      return `fault: ${text}${other < 0 ? "" : ` → ${nameOf(other)}`}`;
    case "note":
      return text;
    case "pause":
      return "is paused";
    case "resume":
      return "goes on";
  }
}

function size(bytes: Uint8Array | null): string {
  return bytes === null ? "nothing" : `${bytes.length} bytes`;
}

/** Compact, like a literal in the student's own code. */
const LITERAL: DataStyle = {
  bytes: (bytes) => [sizeMark(bytes)],
  name: (name) => `${name}: `,
  open: "{ ",
  close: " }",
  comma: ", ",
};

function sizeMark(bytes: Uint8Array): string {
  return `<${bytes.length} bytes>`;
}

/** Data that a peer encoded, in a few words. */
export function value(bytes: Uint8Array | null): string {
  if (bytes === null) return "nothing";
  try {
    return beginningOf(dataText(bytes, LITERAL), VALUE_CHARS);
  } catch {
    return sizeMark(bytes);
  }
}

/** What was saved, when it is an object that `encode` made. */
function content(bytes: Uint8Array | null): string {
  const text = value(bytes);
  return bytes !== null && (text.startsWith("{") || text.startsWith("[")) ? `: ${text}` : "";
}

/** The arguments of a call, which travel as one array. */
function listOf(bytes: Uint8Array | null): string {
  if (bytes === null) return "";
  // Each is cut for itself; of what is large, the whole.
  const args = bytes.length > LIST_BYTES ? null : decoded(bytes);
  return Array.isArray(args) ? args.map((arg) => value(encode(arg))).join(", ") : value(bytes);
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    return bytes;
  }
}
