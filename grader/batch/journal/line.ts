import { createHash } from "node:crypto";
import { escapedJson } from "../../text/printable.ts";

/**
 * A line of the journal: `{"sha256":"<first 16 digits>","length":<bytes>,"entry":<JSON>}` and a newline, the checksum and
 * the length being those of the entry's own bytes. Any tool that reads JSON lines reads it.
 */
export function encodeLine(entry: unknown): Buffer {
  const payload = Buffer.from(escapedJson(entry));
  return Buffer.concat([
    Buffer.from(`{"sha256":"${checksum(payload)}","length":${payload.length},"entry":`),
    payload,
    Buffer.from("}\n"),
  ]);
}

const HEAD = /^\{"sha256":"([0-9a-f]{16})","length":(\d{1,10}),"entry":/;

/** The entry of a line without its newline; null when it is not as it was written. */
export function decodeLine(line: Buffer): { readonly entry: unknown } | null {
  const head = HEAD.exec(line.toString("latin1", 0, 80));
  if (head === null) return null;
  const [{ length: start }, sum, length] = head;
  const payload = line.subarray(start, -1);
  if (line.at(-1) !== "}".charCodeAt(0) || payload.length !== Number(length) || checksum(payload) !== sum) return null;
  return { entry: JSON.parse(payload.toString()) };
}

function checksum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}
