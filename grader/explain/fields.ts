import { fieldsOf, PullReader, type Range } from "../../labs/api/codec/pull-reader.ts";

/** What a field that is looked at holds: a number or truth value, `null`, `other` for all else, undefined where it is not there. */
export type Scalar = number | boolean | null | "other" | undefined;

/** Fields of an object that a peer encoded, where they stand. */
export class Fields {
  constructor(
    private readonly bytes: Uint8Array,
    private readonly ranges: readonly (Range | undefined)[],
  ) {}

  /** Of the field that was asked for as the `at`th. */
  scalar(at: number): Scalar {
    return scalarAt(this.bytes, this.ranges[at]);
  }

  /**
   * Of a list of objects in a field, the number that each has under a name; null when it is no such list, or one of them
   * has no such number. `canBeEncoded`: the field may also hold bytes that are such a list once they are decoded.
   */
  numbers(at: number, name: string, canBeEncoded = false): readonly number[] | null {
    const range = this.ranges[at];
    if (range === undefined) return null;
    try {
      return numbersAt(this.bytes, range, name, canBeEncoded);
    } catch {
      return null;
    }
  }
}

/** Looks those fields up; null when it is no object. Takes linear time, and makes nothing of the rest. */
export function fieldsIn(bytes: Uint8Array | null, names: readonly string[]): Fields | null {
  if (bytes === null) return null;
  try {
    const found = fieldsOf(bytes, names);
    return found === null ? null : new Fields(bytes, found);
  } catch {
    return null;
  }
}

/** The fields of those names in an object that a peer encoded; null when it is none. */
export function scalarsOf(bytes: Uint8Array | null, names: readonly string[]): Scalar[] | null {
  const fields = fieldsIn(bytes, names);
  return fields === null ? null : names.map((_, at) => fields.scalar(at));
}

/** See `Fields.numbers`. */
export function numbersOf(
  bytes: Uint8Array,
  list: string,
  name: string,
  canBeEncoded = false,
): readonly number[] | null {
  return fieldsIn(bytes, [list])?.numbers(0, name, canBeEncoded) ?? null;
}

function numbersAt(bytes: Uint8Array, { start, end }: Range, name: string, canBeEncoded: boolean): number[] | null {
  let reader = new PullReader(bytes, start, end);
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
