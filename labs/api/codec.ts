/**
 * MessagePack for plain data: null, boolean, finite number, string, Uint8Array, arrays, and own enumerable fields of objects.
 *
 * The same code serves students (`encode`, `decode`), the realms their peers live in, and the grader.
 */

import { Decoder } from "./codec/decoder.ts";
import { Encoder } from "./codec/encoder.ts";
import { portableUtf8 } from "./codec/utf8.ts";

export { Decoder, type Makers } from "./codec/decoder.ts";
export { EncodeError, Encoder } from "./codec/encoder.ts";
export type { Utf8 } from "./codec/utf8.ts";

// Marked, so that a bundle which does not use them makes none in every realm.
const encoder = /* @__PURE__ */ new Encoder(portableUtf8);
const decoder = /* @__PURE__ */ new Decoder(portableUtf8);

/** Encodes plain data as MessagePack. Throws `EncodeError` where the value is something else. */
export function encode(value: unknown): Uint8Array {
  return encoder.copy(value, "value");
}

/** Decodes MessagePack that holds one value of plain data; nothing of the result shares memory with `bytes`. Throws a TypeError or RangeError on anything else. */
export function decode(bytes: Uint8Array): unknown {
  return decoder.read(bytes, 0, bytes.length);
}
