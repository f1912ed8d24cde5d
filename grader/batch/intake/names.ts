import { createHash } from "node:crypto";
import { printable } from "../../text/printable.ts";

const MAX_ID = 64;
const MAX_SHOWN = 120;
/** More of a text than any id or sentence has room for. */
const MAX_READ = 10_000;
/** Names that Windows keeps for devices, whatever the extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * An id that is safe as a file name anywhere: the text itself where that is possible, else a readable form of it with a
 * short hash, so that different texts have different ids.
 */
export function safeId(text: string): string {
  const isSafe = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) && !text.endsWith(".") && !RESERVED.test(text);
  return isSafe && text.length <= MAX_ID ? text : withHash(text);
}

/** The readable form with a short hash always. */
export function withHash(text: string): string {
  // Of a longer text the hash is of all of it; what can be read is its beginning.
  const spelled = text
    .slice(0, MAX_READ)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9._-]+/g, "_");
  const readable = trimmed(spelled).slice(0, MAX_ID - 13);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return readable === "" || RESERVED.test(readable) ? `x-${hash}` : `${readable}-${hash}`;
}

/** Without the marks at its ends that no id should have there. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && MARKS.has(text[start] as string)) start++;
  while (end > start && MARKS.has(text[end - 1] as string)) end--;
  return text.slice(start, end);
}

const MARKS = new Set([".", "_", "-"]);

/** A name of others in a sentence of ours: one line, nothing that steers a terminal, not too long. */
export function shown(text: string): string {
  const line = printable(text.slice(0, MAX_READ)).replace(/[\n\t]/g, "\ufffd");
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN)}…`;
}
