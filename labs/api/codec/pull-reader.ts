import { DEPTH_LIMIT } from "./encoder.ts";

/** More items than this, containers and field names among them, are in no value that is looked at. */
export const ITEMS_MAX = 100_000;

/** A value of more items than `ITEMS_MAX`. */
export class TooManyItems extends RangeError {
  constructor() {
    super(`more than ${ITEMS_MAX} items of data`);
    this.name = "TooManyItems";
  }
}

export type ValueKind = "null" | "boolean" | "number" | "string" | "bytes" | "array" | "object";

/** Where a value stands: its first byte, and the one behind its last. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Goes through a value item by item and makes nothing of what it passes over, so that a value that somebody else made
 * costs a little time for each of its bytes and no memory. Refuses what the decoder refuses, but looks at no text.
 */
export class PullReader {
  /** What `head` read last. */
  kind: ValueKind = "null";
  /** Of a number. */
  number = 0;
  /** Of a boolean. */
  boolean = false;
  /** Of a string or bytes: where they begin, and how many bytes there are. Of an array or object: how many items or fields. */
  content = 0;
  size = 0;
  position: number;
  private items = 0;

  constructor(
    readonly bytes: Uint8Array,
    start = 0,
    private readonly end = bytes.length,
  ) {
    this.position = start;
  }

  get isAtEnd(): boolean {
    return this.position === this.end;
  }

  /** Reads a whole scalar, or how an array or object begins. Throws a TypeError or RangeError. */
  head(): void {
    if (++this.items > ITEMS_MAX) throw new TooManyItems();
    const tag = this.unsigned(1);
    if (tag < 0x80) this.kind = this.numeric(tag);
    else if (tag >= 0xe0) this.kind = this.numeric(tag - 0x100);
    else if (tag < 0x90) this.kind = this.container("object", tag & 0x0f);
    else if (tag < 0xa0) this.kind = this.container("array", tag & 0x0f);
    else if (tag < 0xc0) this.kind = this.text("string", tag & 0x1f);
    else this.kind = this.behind(tag);
  }

  /** Reads the name of a field. */
  name(): void {
    this.head();
    if (this.kind !== "string") throw new TypeError("a field name is not a string");
  }

  /** Passes over the next value. */
  skip(depth = 0): void {
    /** Of each container that is open: how many values are left in it, and whether they are names and fields in turn. */
    const left: number[] = [];
    const named: boolean[] = [];
    let level = -1;
    for (;;) {
      if (level >= 0 && named[level] === true && (left[level] as number) % 2 === 0) this.name();
      else this.head();
      if (level >= 0) left[level] = (left[level] as number) - 1;
      if (this.kind === "array" || this.kind === "object") {
        level++;
        checkDepth(depth + level);
        left[level] = this.kind === "array" ? this.size : this.size * 2;
        named[level] = this.kind === "object";
      }
      while (level >= 0 && left[level] === 0) level--;
      if (level < 0) return;
    }
  }

  /** Whether `head` read this string, which is ASCII. */
  isText(wanted: string): boolean {
    if (this.kind !== "string" || this.size !== wanted.length) return false;
    for (let i = 0; i < wanted.length; i++) {
      if (this.bytes[this.content + i] !== wanted.charCodeAt(i)) return false;
    }
    return true;
  }

  /** What follows a tag that says only of what kind it is. */
  private behind(tag: number): ValueKind {
    switch (tag) {
      case 0xc0:
        return "null";
      case 0xc2:
      case 0xc3:
        this.boolean = tag === 0xc3;
        return "boolean";
      case 0xc4:
        return this.text("bytes", this.unsigned(1));
      case 0xc5:
        return this.text("bytes", this.unsigned(2));
      case 0xc6:
        return this.text("bytes", this.unsigned(4));
      case 0xca:
        return this.numeric(this.view(4).getFloat32(0));
      case 0xcb:
        return this.numeric(this.view(8).getFloat64(0));
      case 0xcc:
        return this.numeric(this.unsigned(1));
      case 0xcd:
        return this.numeric(this.unsigned(2));
      case 0xce:
        return this.numeric(this.unsigned(4));
      case 0xcf:
        return this.integer(this.unsigned(4) * 0x100000000 + this.unsigned(4));
      case 0xd0:
        return this.numeric(this.view(1).getInt8(0));
      case 0xd1:
        return this.numeric(this.view(2).getInt16(0));
      case 0xd2:
        return this.numeric(this.view(4).getInt32(0));
      case 0xd3:
        return this.integer(this.view(4).getInt32(0) * 0x100000000 + this.unsigned(4));
      case 0xd9:
        return this.text("string", this.unsigned(1));
      case 0xda:
        return this.text("string", this.unsigned(2));
      case 0xdb:
        return this.text("string", this.unsigned(4));
      case 0xdc:
        return this.container("array", this.unsigned(2));
      case 0xdd:
        return this.container("array", this.unsigned(4));
      case 0xde:
        return this.container("object", this.unsigned(2));
      case 0xdf:
        return this.container("object", this.unsigned(4));
      default:
        throw new TypeError(`byte 0x${tag.toString(16)} does not begin plain data`);
    }
  }

  private numeric(value: number): ValueKind {
    if (!Number.isFinite(value)) throw new TypeError("the encoded data holds a number that is not finite");
    this.number = value;
    return "number";
  }

  private integer(value: number): ValueKind {
    if (!Number.isSafeInteger(value)) throw new RangeError("the encoded data holds an integer beyond 2^53");
    return this.numeric(value);
  }

  private text(kind: "string" | "bytes", size: number): ValueKind {
    this.size = size;
    this.content = this.take(size);
    return kind;
  }

  /** At least one byte an item must follow. */
  private container(kind: "array" | "object", size: number): ValueKind {
    this.size = size;
    if ((kind === "object" ? 2 : 1) * size > this.end - this.position) throw endsEarly();
    return kind;
  }

  private unsigned(sizeBytes: 1 | 2 | 4): number {
    const start = this.take(sizeBytes);
    let value = this.bytes[start] as number;
    for (let i = 1; i < sizeBytes; i++) value = value * 0x100 + (this.bytes[start + i] as number);
    return value;
  }

  private view(sizeBytes: number): DataView {
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + this.take(sizeBytes), sizeBytes);
  }

  private take(size: number): number {
    const start = this.position;
    if (size > this.end - start) throw endsEarly();
    this.position = start + size;
    return start;
  }
}

/** Throws when an array or object lies below so many others that the decoder refuses it. */
export function checkDepth(depth: number): void {
  if (depth >= DEPTH_LIMIT) throw new RangeError(`data nested deeper than ${DEPTH_LIMIT} levels`);
}

/**
 * Where the fields of these names stand in an object that fills `bytes`; undefined for one that is not there. Null when
 * the value is no object. Names are ASCII. Throws a TypeError, RangeError or `TooManyItems`.
 */
export function fieldsOf(bytes: Uint8Array, names: readonly string[]): (Range | undefined)[] | null {
  const reader = new PullReader(bytes);
  const found: (Range | undefined)[] = [];
  reader.head();
  if (reader.kind !== "object") {
    new PullReader(bytes).skip();
    return null;
  }
  for (let left = reader.size; left > 0; left--) {
    reader.name();
    const at = names.findIndex((name) => reader.isText(name));
    const start = reader.position;
    reader.skip(1);
    if (at >= 0) found[at] = { start, end: reader.position };
  }
  if (!reader.isAtEnd) throw new RangeError("bytes follow the encoded value");
  return found;
}

function endsEarly(): RangeError {
  return new RangeError("the encoded data ends too early");
}
