import { DEPTH_LIMIT } from "./encoder.ts";
import { readAscii, type Utf8 } from "./utf8.ts";

/** A field name that was read before, and its bytes. */
interface KnownName {
  readonly bytes: Uint8Array;
  readonly text: string;
}

const NAME_SLOTS = 256;

/** Makes what decoded values consist of; another realm's when values are to belong there. */
export interface Makers {
  object(): Record<string, unknown>;
  list(): unknown[];
  bytes(size: number): Uint8Array;
}

const OWN_MAKERS: Makers = { object: () => ({}), list: () => [], bytes: (size) => new Uint8Array(size) };

/** As a function of its own, since an array of another realm may come with a method of somebody else's. */
const setBytes = Uint8Array.prototype.set;
const { apply } = Reflect;

/** Reads values from bytes, copying all it keeps. Counts and lengths are checked before anything is allocated for them. */
export class Decoder {
  make: Makers = OWN_MAKERS;
  private bytes: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(this.bytes.buffer);
  private position = 0;
  private end = 0;
  /** Messages name the same few fields over and over: each is read once, and recognised by its bytes from then on. */
  private readonly names: (KnownName | undefined)[] = new Array(NAME_SLOTS).fill(undefined);

  constructor(private readonly utf8: Utf8) {}

  /** Decodes the one value that fills `start` … `end`. */
  read(bytes: Uint8Array, start: number, end: number): unknown {
    // A view costs more than a small decode, so it is kept while the same memory is read.
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.position = start;
    this.end = end;
    const value = this.any(0);
    if (this.position !== end) throw new RangeError(`${end - this.position} bytes follow the encoded value`);
    return value;
  }

  private any(depth: number): unknown {
    const at = this.take(1);
    const tag = this.bytes[at] as number;
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 0x100;
    if (tag < 0x90) return this.object(tag & 0x0f, depth);
    if (tag < 0xa0) return this.array(tag & 0x0f, depth);
    if (tag < 0xc0) return this.string(tag & 0x1f);
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.binary(this.uint8());
      case 0xc5:
        return this.binary(this.uint16());
      case 0xc6:
        return this.binary(this.uint32());
      case 0xca:
        return finite(this.view.getFloat32(this.take(4)));
      case 0xcb:
        return finite(this.view.getFloat64(this.take(8)));
      case 0xcc:
        return this.uint8();
      case 0xcd:
        return this.uint16();
      case 0xce:
        return this.uint32();
      case 0xcf:
        return safe(this.uint32() * 0x100000000 + this.uint32());
      case 0xd0:
        return this.view.getInt8(this.take(1));
      case 0xd1:
        return this.view.getInt16(this.take(2));
      case 0xd2:
        return this.view.getInt32(this.take(4));
      case 0xd3:
        return safe(this.view.getInt32(this.take(4)) * 0x100000000 + this.uint32());
      case 0xd9:
        return this.string(this.uint8());
      case 0xda:
        return this.string(this.uint16());
      case 0xdb:
        return this.string(this.uint32());
      case 0xdc:
        return this.array(this.uint16(), depth);
      case 0xdd:
        return this.array(this.uint32(), depth);
      case 0xde:
        return this.object(this.uint16(), depth);
      case 0xdf:
        return this.object(this.uint32(), depth);
      default:
        throw new TypeError(`byte 0x${tag.toString(16)} at ${at} does not begin plain data`);
    }
  }

  private array(count: number, depth: number): unknown[] {
    this.enter(count, depth);
    const list = this.make.list();
    for (let i = 0; i < count; i++) list[i] = this.any(depth + 1);
    return list;
  }

  private object(count: number, depth: number): Record<string, unknown> {
    this.enter(count * 2, depth);
    const fields = this.make.object();
    for (let i = 0; i < count; i++) {
      const key = this.key();
      const value = this.any(depth + 1);
      if (key === "__proto__") {
        // Assigning would set the prototype.
        Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
      } else fields[key] = value;
    }
    return fields;
  }

  private key(): string {
    const at = this.take(1);
    const tag = this.bytes[at] as number;
    if (tag >= 0xa0 && tag < 0xc0) return this.name(tag & 0x1f);
    if (tag === 0xd9) return this.string(this.uint8());
    if (tag === 0xda) return this.string(this.uint16());
    if (tag === 0xdb) return this.string(this.uint32());
    throw new TypeError(`the field name at ${at} is not a string`);
  }

  /** A name of less than 32 bytes. */
  private name(size: number): string {
    const { bytes } = this;
    const start = this.take(size);
    if (size === 0) return "";
    const slot = (size * 31 + (bytes[start] as number) * 7 + (bytes[start + size - 1] as number)) % NAME_SLOTS;
    const known = this.names[slot];
    if (known !== undefined && isAt(bytes, start, size, known.bytes)) return known.text;
    const text = readAscii(bytes, start, start + size) ?? this.utf8.read(bytes, start, start + size);
    this.names[slot] = { bytes: bytes.slice(start, start + size), text };
    return text;
  }

  private string(size: number): string {
    const start = this.take(size);
    if (size < 32) {
      const text = readAscii(this.bytes, start, start + size);
      if (text !== null) return text;
    }
    return this.utf8.read(this.bytes, start, start + size);
  }

  private binary(size: number): Uint8Array {
    const start = this.take(size);
    const copy = this.make.bytes(size);
    for (let i = 0; i < size && size < 32; i++) copy[i] = this.bytes[start + i] as number;
    if (size >= 32) apply(setBytes, copy, [this.bytes.subarray(start, start + size)]);
    return copy;
  }

  /** At least one byte an item must follow. */
  private enter(items: number, depth: number): void {
    if (depth >= DEPTH_LIMIT) throw new RangeError(`data nested deeper than ${DEPTH_LIMIT} levels`);
    if (items > this.end - this.position) throw new RangeError("the encoded data ends too early");
  }

  private take(size: number): number {
    const start = this.position;
    if (size > this.end - start) throw new RangeError("the encoded data ends too early");
    this.position = start + size;
    return start;
  }

  private uint8(): number {
    return this.bytes[this.take(1)] as number;
  }

  private uint16(): number {
    return this.view.getUint16(this.take(2));
  }

  private uint32(): number {
    return this.view.getUint32(this.take(4));
  }
}

function isAt(bytes: Uint8Array, start: number, size: number, wanted: Uint8Array): boolean {
  if (wanted.length !== size) return false;
  for (let i = 0; i < size; i++) if (bytes[start + i] !== wanted[i]) return false;
  return true;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new TypeError("the encoded data holds a number that is not finite");
  return value;
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError("the encoded data holds an integer beyond 2^53");
  return value;
}
