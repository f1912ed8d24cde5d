import { describe, describeForeign } from "./foreign.ts";
import { isBytes } from "./is-bytes.ts";
import { stringHeaderBytes, type Utf8, writeAscii } from "./utf8.ts";

/** How deep arrays and objects may be nested. */
export const DEPTH_LIMIT = 200;

/** A value that is not plain data; `path` says where it stands and `kind` what it is. */
export class EncodeError extends TypeError {
  /** For example `args.entries[3].command`. */
  readonly path: string;
  /** For example `a Map`. */
  readonly kind: string;

  constructor(path: string, kind: string, advice: string) {
    super(`${path} is ${kind}; ${advice}`);
    this.name = "EncodeError";
    this.path = path;
    this.kind = kind;
  }
}

/** Writes values into a buffer that it reuses. */
export class Encoder {
  /** Holds the encoded value from index 0 after `write`, until the next `write`. */
  bytes: Uint8Array;
  /** What plain objects have as their prototype: another one when values of another realm are written. */
  plain: object = Object.prototype;
  /** A value is being written; getters of that value may ask for another one, which then needs an encoder of its own. */
  busy = false;
  private view: DataView;
  private position = 0;
  private readonly path: (string | number)[] = [];
  private root: unknown;
  private rootName = "";

  /** `reserve` is told how many bytes are needed before the buffer grows, and may throw. */
  constructor(
    private readonly utf8: Utf8,
    sizeBytes = 1024,
    private readonly reserve: (neededBytes: number) => void = () => {},
  ) {
    this.bytes = new Uint8Array(sizeBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Encodes `value` into `bytes` and gives the length. `rootName` begins the path of an EncodeError. */
  write(value: unknown, rootName: string): number {
    this.busy = true;
    this.position = 0;
    this.root = value;
    this.rootName = rootName;
    try {
      this.any(value, 0);
      return this.position;
    } finally {
      this.busy = false;
      this.root = undefined;
    }
  }

  /** Encodes `value` into bytes of its own. */
  copy(value: unknown, rootName: string): Uint8Array {
    const encoder = this.busy ? new Encoder(this.utf8) : this;
    const length = encoder.write(value, rootName);
    return encoder.bytes.slice(0, length);
  }

  private any(value: unknown, depth: number): void {
    switch (typeof value) {
      case "number":
        this.number(value, depth);
        break;
      case "string":
        this.string(value);
        break;
      case "boolean":
        this.byte(value ? 0xc3 : 0xc2);
        break;
      case "object":
        if (value === null) this.byte(0xc0);
        else if (depth >= DEPTH_LIMIT) this.tooDeep(depth);
        else if (Array.isArray(value)) this.array(value, depth);
        else if (isBytes(value)) this.binary(value);
        else this.object(value, depth);
        break;
      default:
        this.refuse(value, depth);
    }
  }

  private number(value: number, depth: number): void {
    this.room(9);
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.position += value < 0 ? this.negative(value) : this.natural(value);
      return;
    }
    if (!Number.isFinite(value)) this.refuse(value, depth);
    this.bytes[this.position] = 0xcb;
    this.view.setFloat64(this.position + 1, value);
    this.position += 9;
  }

  private natural(value: number): number {
    const { bytes, view, position } = this;
    if (value < 0x80) {
      bytes[position] = value;
      return 1;
    }
    if (value < 0x100) {
      bytes[position] = 0xcc;
      bytes[position + 1] = value;
      return 2;
    }
    if (value < 0x10000) {
      bytes[position] = 0xcd;
      view.setUint16(position + 1, value);
      return 3;
    }
    if (value < 0x100000000) {
      bytes[position] = 0xce;
      view.setUint32(position + 1, value);
      return 5;
    }
    return this.wide(0xcf, value);
  }

  private negative(value: number): number {
    const { bytes, view, position } = this;
    if (value >= -0x20) {
      bytes[position] = value;
      return 1;
    }
    if (value >= -0x80) {
      bytes[position] = 0xd0;
      view.setInt8(position + 1, value);
      return 2;
    }
    if (value >= -0x8000) {
      bytes[position] = 0xd1;
      view.setInt16(position + 1, value);
      return 3;
    }
    if (value >= -0x80000000) {
      bytes[position] = 0xd2;
      view.setInt32(position + 1, value);
      return 5;
    }
    return this.wide(0xd3, value);
  }

  /** 64 bits, in two halves. */
  private wide(tag: number, value: number): number {
    this.bytes[this.position] = tag;
    this.view.setInt32(this.position + 1, Math.floor(value / 0x100000000));
    this.view.setUint32(this.position + 5, value >>> 0);
    return 9;
  }

  private string(text: string): void {
    const length = text.length;
    this.room(5 + length * 3);
    // The header's size is settled by guessing that the text is ASCII; other text moves when the guess was wrong.
    const guess = stringHeaderBytes(length);
    const start = this.position + guess;
    let size = length < 64 ? writeAscii(text, this.bytes, start) : -1;
    if (size < 0) size = this.utf8.write(text, this.bytes, start);
    const header = stringHeaderBytes(size);
    if (header !== guess) this.bytes.copyWithin(this.position + header, start, start + size);
    if (header === 1) this.bytes[this.position] = 0xa0 | size;
    else this.header(header === 2 ? 0xd9 : header === 3 ? 0xda : 0xdb, header, size);
    this.position += header + size;
  }

  private array(value: readonly unknown[], depth: number): void {
    const length = value.length;
    this.count(length, 0x90, 0xdc);
    for (let i = 0; i < length; i++) {
      this.path[depth] = i;
      this.any(value[i], depth + 1);
    }
  }

  private object(value: object, depth: number): void {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== this.plain && prototype !== null) {
      if (describeForeign(value) !== null) this.refuse(value, depth);
    }
    const keys = Object.keys(value);
    const start = this.position;
    this.count(keys.length, 0x80, 0xde);
    const body = this.position;
    let fields = 0;
    for (const key of keys) {
      const field = (value as Record<string, unknown>)[key];
      if (field === undefined) continue;
      this.path[depth] = key;
      this.string(key);
      this.any(field, depth + 1);
      fields++;
    }
    if (fields !== keys.length) {
      const end = this.position;
      this.position = start;
      this.count(fields, 0x80, 0xde);
      this.bytes.copyWithin(this.position, body, end);
      this.position += end - body;
    }
  }

  private binary(value: Uint8Array): void {
    const size = value.length;
    const header = size < 0x100 ? 2 : size < 0x10000 ? 3 : 5;
    this.room(header + size);
    this.header(header === 2 ? 0xc4 : header === 3 ? 0xc5 : 0xc6, header, size);
    this.bytes.set(value, this.position + header);
    this.position += header + size;
  }

  /** The header of an array or object: one byte up to 15, then 16 or 32 bits behind `tag` or the one after. */
  private count(count: number, small: number, tag: number): void {
    if (count < 16) {
      this.byte(small | count);
      return;
    }
    const size = count < 0x10000 ? 3 : 5;
    this.room(size);
    this.header(size === 3 ? tag : tag + 1, size, count);
    this.position += size;
  }

  private header(tag: number, size: number, count: number): void {
    this.bytes[this.position] = tag;
    if (size === 2) this.bytes[this.position + 1] = count;
    else if (size === 3) this.view.setUint16(this.position + 1, count);
    else this.view.setUint32(this.position + 1, count);
  }

  private byte(byte: number): void {
    this.room(1);
    this.bytes[this.position++] = byte;
  }

  private room(size: number): void {
    const needed = this.position + size;
    if (needed <= this.bytes.length) return;
    this.reserve(needed);
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.position));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  private refuse(value: unknown, depth: number): never {
    const [kind, advice] = describe(value);
    throw new EncodeError(this.pathTo(depth), kind, advice);
  }

  private tooDeep(depth: number): never {
    const above: unknown[] = [];
    let value = this.root;
    for (let i = 0; i < depth; i++) {
      above.push(value);
      value = (value as Record<string | number, unknown>)[this.path[i] as string];
      const first = above.indexOf(value);
      if (first >= 0) {
        throw new EncodeError(this.pathTo(i + 1), `a cycle back to ${this.pathTo(first)}`, "send data without cycles");
      }
    }
    throw new EncodeError(this.pathTo(depth), `nested deeper than ${DEPTH_LIMIT} levels`, "send flatter data");
  }

  private pathTo(depth: number): string {
    let text = this.rootName;
    for (const step of this.path.slice(0, depth)) {
      if (typeof step === "number") text += `[${step}]`;
      else text += /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    }
    return text;
  }
}
