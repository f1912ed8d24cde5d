/**
 * Reads single fields of what a submission handed over, without decoding the rest of it, and shows them in a few words.
 */
import { fieldsOf, ITEMS_MAX, PullReader, type Range, TooManyItems } from "../../labs/api/codec/pull-reader.ts";
import { beginningOf, dataText } from "../text/data-text.ts";

/** How much of a value a message shows. */
export const SHOWN_CHARS = 60;

/** Where those fields stand; a string says what is there instead of an object. */
export function fieldsIn(bytes: Uint8Array, names: readonly string[]): (Range | undefined)[] | string {
  try {
    return fieldsOf(bytes, names) ?? shownField(bytes, { start: 0, end: bytes.length });
  } catch (error) {
    if (error instanceof TooManyItems) return `data of more than ${ITEMS_MAX} items`;
    return "something that is not plain data";
  }
}

/** A number or boolean; undefined for everything else, and for a field that is not there. */
export function scalar(bytes: Uint8Array, at: Range | undefined): number | boolean | undefined {
  if (at === undefined) return undefined;
  const reader = headOf(bytes, at);
  return reader.kind === "number" ? reader.number : reader.kind === "boolean" ? reader.boolean : undefined;
}

/** Whether that word stands there. */
export function isWord(bytes: Uint8Array, at: Range | undefined, word: string): boolean {
  return at !== undefined && headOf(bytes, at).isText(word);
}

/** What bytes hold, without copying it; null for everything else. */
export function content(bytes: Uint8Array, at: Range | undefined): Uint8Array | null {
  if (at === undefined) return null;
  const { kind, content, size } = headOf(bytes, at);
  return kind === "bytes" ? bytes.subarray(content, content + size) : null;
}

function headOf(bytes: Uint8Array, { start, end }: Range): PullReader {
  const reader = new PullReader(bytes, start, end);
  reader.head();
  return reader;
}

/** What stands there, in a few words. */
export function shownField(bytes: Uint8Array, at: Range | undefined): string {
  if (at === undefined) return "undefined";
  const held = content(bytes, at);
  if (held !== null) return `${held.length} bytes`;
  try {
    return beginningOf(dataText(bytes.subarray(at.start, at.end)), SHOWN_CHARS);
  } catch {
    return `${at.end - at.start} bytes that are not plain data`;
  }
}

/** Whether it is a whole number from 0. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
