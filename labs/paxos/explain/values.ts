import { beginningOf, dataText } from "../../../grader/text/data-text.ts";

const SHOWN_CHARS = 40;

/** A value in a few words. */
export function valueText(value: Uint8Array | null): string {
  if (value === null) return "nothing";
  try {
    return beginningOf(dataText(value), SHOWN_CHARS);
  } catch {
    return `${value.length} bytes`;
  }
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
