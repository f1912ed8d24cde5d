import { decode, encode } from "../../labs/api/codec.ts";
import type { TraceRecord } from "../sim/trace.ts";
import { cutText } from "../text/cut.ts";
import { beginningOf, type DataStyle, dataText } from "../text/data-text.ts";
import { printable } from "../text/printable.ts";
import type { Style } from "./style.ts";

/** Values longer than this are cut when they are shown. */
const VALUE_CHARS = 160;
/** What is shown of one thing that happened; a line on the console may be as long. */
const RECORD_CHARS = 64 * 1024 + 100;
/** Arguments larger than this are not shown one by one. */
const LIST_BYTES = 64 * 1024;

/** Further lines of the same text stand below its first. */
const CONTINUED = `\n${" ".repeat(22)}`;

/** A run's trace for a reader: one line for each thing that happened, with its virtual time and the peer it happened to. */
export function* traceLines(records: readonly TraceRecord[], style: Style): Generator<string> {
  for (const record of records) {
    const time = (record.timeUs / 1e6).toFixed(6).padStart(11);
    const who = (record.peer < 0 ? "" : `peer ${record.peer}`).padEnd(7);
    const what = printable(cutText(describe(record), RECORD_CHARS)).replaceAll("\n", CONTINUED);
    const line = `${style.dim(time)}  ${who}  ${what}`.trimEnd();
    yield record.kind === "fault" || record.kind === "note" ? style.strong(line) : line;
  }
}

function describe({ kind, other, id, text, bytes }: TraceRecord): string {
  switch (kind) {
    case "boot":
      return `boots, incarnation ${id}, with ${size(bytes)} of saved state`;
    case "call":
      return `→ peer ${other}  ${text} ${value(bytes)}  #${id}`;
    case "deliver-request":
      return `← peer ${other}  ${text} ${value(bytes)}`;
    case "reply":
      return `answers ${value(bytes)}`;
    case "deliver-reply":
      return `← peer ${other}  ${text}: ${bytes === null ? "no reply" : value(bytes)}  #${id}`;
    case "lost":
      return `call of ${text} to peer ${other} is lost  #${id}`;
    case "held":
      return `${text} for peer ${other} is held back  #${id}`;
    case "save":
      return `saves its ${text}, ${size(bytes)}${content(bytes)}`;
    case "upcall":
      return `applies ${value(bytes)}`;
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
      return `fault: ${text}${other < 0 ? "" : ` → peer ${other}`}`;
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

function value(bytes: Uint8Array | null): string {
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
