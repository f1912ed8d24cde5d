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
  /** A value is being written; getters of that value may ask for another one, which then needs an encoder of its own. */
  busy = false;
  private view: DataView;
  private position = 0;
  private readonly path: (string | number)[] = [];
  private root: unknown;
  private rootName = "";

  /** `reserve` is told each new size of the buffer before it grows, and may throw. */
  constructor(
    private readonly utf8: Utf8,
    sizeBytes = 1024,
    private readonly reserve: (sizeBytes: number) => void = () => {},
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
        return this.number(value, depth);
      case "string":
        return this.string(value);
      case "boolean":
        return this.byte(value ? 0xc3 : 0xc2);
      case "object":
        if (value === null) return this.byte(0xc0);
        if (depth >= DEPTH_LIMIT) this.tooDeep(depth);
        if (Array.isArray(value)) return this.array(value, depth);
        return this.object(value, depth);
      default:
        return this.refuse(value, depth);
    }
  }

  private number(value: number, depth: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return this.integer(value);
    if (!Number.isFinite(value)) this.refuse(value, depth);
    this.room(9);
    this.bytes[this.position] = 0xcb;
    this.view.setFloat64(this.position + 1, value);
    this.position += 9;
  }

  private integer(value: number): void {
    this.room(9);
    const { bytes, view, position } = this;
    if (value >= 0) {
      if (value < 0x80) return this.tag(value, 1);
      if (value < 0x100) {
        bytes[position + 1] = value;
        return this.tag(0xcc, 2);
      }
      if (value < 0x10000) {
        view.setUint16(position + 1, value);
        return this.tag(0xcd, 3);
      }
      if (value < 0x100000000) {
        view.setUint32(position + 1, value);
        return this.tag(0xce, 5);
      }
    } else {
      if (value >= -0x20) return this.tag(value & 0xff, 1);
      if (value >= -0x80) {
        view.setInt8(position + 1, value);
        return this.tag(0xd0, 2);
      }
      if (value >= -0x8000) {
        view.setInt16(position + 1, value);
        return this.tag(0xd1, 3);
      }
      if (value >= -0x80000000) {
        view.setInt32(position + 1, value);
        return this.tag(0xd2, 5);
      }
    }
    view.setInt32(position + 1, Math.floor(value / 0x100000000));
    view.setUint32(position + 5, value >>> 0);
    this.tag(value >= 0 ? 0xcf : 0xd3, 9);
  }

  /** Writes the first byte of something whose other bytes are in place, and moves on. */
  private tag(byte: number, length: number): void {
    this.bytes[this.position] = byte;
    this.position += length;
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
    if (prototype !== Object.prototype && prototype !== null) {
      if (value instanceof Uint8Array) return this.binary(value);
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

  /** The header of an array or object: its own byte up to 15, then 16 or 32 bits behind `tag` or the one after. */
  private count(count: number, small: number, tag: number): void {
    this.room(5);
    if (count < 16) return this.tag(small | count, 1);
    const size = count < 0x10000 ? 3 : 5;
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
    const grown = Math.max(needed, this.bytes.length * 2);
    this.reserve(grown);
    const bytes = new Uint8Array(grown);
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

const PLAIN_DATA = "send plain data";

/** What a value is that cannot be sent, and what to do instead. */
function describe(value: unknown): [kind: string, advice: string] {
  switch (typeof value) {
    case "undefined":
      return ["undefined", "use null, or leave the field out"];
    case "number":
      return [String(value), "send a finite number or null"];
    case "bigint":
      return ["a bigint", "use a number or a string"];
    case "function":
      return ["a function", PLAIN_DATA];
    case "symbol":
      return ["a symbol", "use a string"];
    default:
      return describeForeign(value as object) ?? ["an object", PLAIN_DATA];
  }
}

/** Likewise for objects; null for one that is sent by its own enumerable fields. */
function describeForeign(value: object): [kind: string, advice: string] | null {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  switch (tag) {
    case "Map":
      return ["a Map", "use a plain object or an array of pairs"];
    case "Set":
      return ["a Set", "use an array"];
    case "Date":
      return ["a Date", "use its getTime()"];
    case "Promise":
      return ["a Promise", "await it first"];
    case "RegExp":
      return ["a RegExp", "use a string"];
    case "Error":
    case "DOMException":
      return ["an Error", "use its message"];
    case "WeakMap":
    case "WeakSet":
      return [`a ${tag}`, PLAIN_DATA];
    case "String":
    case "Number":
    case "Boolean":
    case "BigInt":
    case "Symbol":
      return [`a ${tag} object`, "use the primitive value"];
  }
  if (ArrayBuffer.isView(value) || tag === "ArrayBuffer" || tag === "SharedArrayBuffer") {
    return [`a ${tag}`.replace(/^a (?=[AEIOU](?!int[0-9]))/, "an "), "use a Uint8Array"];
  }
  return null;
}
