import { createHash } from "node:crypto";
import { printable } from "../../report/printable.ts";

const MAX_ID = 64;
const MAX_SHOWN = 120;
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
  const readable = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9._-]+/g, "_")
    .replace(/^[._-]+|[._-]+$/g, "")
    .slice(0, MAX_ID - 13);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return readable === "" || RESERVED.test(readable) ? `x-${hash}` : `${readable}-${hash}`;
}

/** A name of others in a sentence of ours: one line, nothing that steers a terminal, not too long. */
export function shown(text: string): string {
  const line = printable(text).replace(/[\n\t]/g, "\ufffd");
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN)}…`;
}
