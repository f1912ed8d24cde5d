import { fieldsOf, PullReader, type Range } from "../../labs/api/codec/pull-reader.ts";

/** What a field that is looked at holds: a number or truth value, `null`, `other` for all else, undefined where it is not there. */
export type Scalar = number | boolean | null | "other" | undefined;

/** The fields of those names in an object that a peer encoded; null when it is none. Takes linear time, and makes nothing of the rest. */
export function scalarsOf(bytes: Uint8Array | null, names: readonly string[]): Scalar[] | null {
  if (bytes === null) return null;
  try {
    const found = fieldsOf(bytes, names);
    return found === null ? null : names.map((_, i) => scalarAt(bytes, found[i]));
  } catch {
    return null;
  }
}

/**
 * Of a list of objects in a field, the number that each has under a name; null when it is no such list, or one of them
 * has no such number. `canBeEncoded`: the field may also hold bytes that are such a list once they are decoded.
 */
export function numbersOf(
  bytes: Uint8Array,
  list: string,
  name: string,
  canBeEncoded = false,
): readonly number[] | null {
  try {
    const [at] = fieldsOf(bytes, [list]) ?? [];
    if (at === undefined) return null;
    let reader = new PullReader(bytes, at.start, at.end);
    reader.head();
    if (reader.kind === "bytes" && canBeEncoded) {
      reader = new PullReader(bytes, reader.content, reader.content + reader.size);
      reader.head();
    }
    if (reader.kind !== "array") return null;
    const numbers: number[] = [];
    for (let items = reader.size; items > 0; items--) {
      const number = numberIn(reader, name);
      if (number === null) return null;
      numbers.push(number);
    }
    return numbers;
  } catch {
    return null;
  }
}

function numberIn(reader: PullReader, name: string): number | null {
  reader.head();
  if (reader.kind !== "object") return null;
  let number: number | null = null;
  for (let fields = reader.size; fields > 0; fields--) {
    reader.name();
    const { position } = reader.isText(name) ? reader : { position: -1 };
    reader.skip(2);
    if (position >= 0) number = scalarNumber(reader, position);
  }
  return number;
}

/** The number that stands there; null for anything else. The reader stays where it is. */
function scalarNumber({ bytes, position: end }: PullReader, start: number): number | null {
  const value = scalarAt(bytes, { start, end });
  return typeof value === "number" ? value : null;
}

function scalarAt(bytes: Uint8Array, at: Range | undefined): Scalar {
  if (at === undefined) return undefined;
  const reader = new PullReader(bytes, at.start, at.end);
  reader.head();
  if (reader.kind === "number") return reader.number;
  if (reader.kind === "boolean") return reader.boolean;
  return reader.kind === "null" ? null : "other";
}

/** An integer that can be a term or an index. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
