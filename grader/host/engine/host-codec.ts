import { Decoder, Encoder, type Makers, type Utf8 } from "../../../labs/api/codec.ts";
import { MESSAGE_BYTES_MAX } from "../limits.ts";
import { copyBytes } from "./bytes.ts";

/**
 * One encoder and one decoder for all realms of this process. A realm's own would start cold at each boot, and most of a
 * run's time would go into them. They only read what belongs to a realm, and make what goes there by its own makers.
 * Whatever they cannot do, also because a getter throws, the realm does again by itself, and so tells what is wrong.
 */

const textEncoder = new TextEncoder();
export const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const utf8: Utf8 = {
  write: (text, target, offset) => textEncoder.encodeInto(text, target.subarray(offset)).written,
  read: (bytes, start, end) => strictUtf8.decode(bytes.subarray(start, end)),
};

const encoder = new Encoder(utf8, 1 << 16, (neededBytes) => {
  // A string asks for three bytes a character before it is known to be ASCII.
  if (neededBytes > 4 * MESSAGE_BYTES_MAX) throw new RangeError("too large");
});
const decoder = new Decoder(utf8);
/** Values are read from here, since a view of other memory costs more than copying a message. */
const inbox = new Uint8Array(1 << 16);

/** Encodes a value of a realm; gives its length, or -1. The bytes stand in `encodedBytes()` until the next value. */
export function encodeValue(value: unknown, objectPrototype: object): number {
  if (encoder.busy) return -1;
  encoder.plain = objectPrototype;
  try {
    return encoder.write(value, "");
  } catch {
    return -1;
  }
}

export function encodedBytes(): Uint8Array {
  return encoder.bytes;
}

/** Decodes a value into a realm. Throws on what is not plain data. */
export function decodeValue(bytes: Uint8Array, makers: Makers): unknown {
  const length = lengthOf(bytes);
  const source = length <= inbox.length ? inbox : new Uint8Array(length);
  setBytes(source, bytes);
  decoder.make = makers;
  return decoder.read(source, 0, length);
}

/** A copy of bytes that belong to a realm. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  const length = lengthOf(bytes);
  if (length > inbox.length) {
    const copy = new Uint8Array(length);
    setBytes(copy, bytes);
    return copy;
  }
  setBytes(inbox, bytes);
  return copyBytes(inbox, 0, length);
}

/** The same bytes as an array of a realm. */
export function bytesFor(makers: Makers, bytes: Uint8Array): Uint8Array {
  const made = makers.bytes(bytes.length);
  setBytes(made, bytes);
  return made;
}

const prototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
const lengthGetter = Object.getOwnPropertyDescriptor(prototype, "length")?.get as (this: Uint8Array) => number;
const { set } = Uint8Array.prototype;
const { apply } = Reflect;

/** Reads the length itself, and not a field that a submission put over it. */
function lengthOf(bytes: Uint8Array): number {
  return apply(lengthGetter, bytes, []);
}

/** The host's own way of copying: a realm's array may come with a method of somebody else's. */
function setBytes(target: Uint8Array, source: Uint8Array): void {
  apply(set, target, [source]);
}
