import { define, nodeError, wrongType } from "../../define.ts";
import { Op, type RawHook } from "../../hook.ts";
import type { Buffers } from "../../peer/buffers.ts";

const LABELS = ["utf-8", "utf8", "unicode-1-1-utf-8"];

/** `TextEncoder` and `TextDecoder` for UTF-8; the host does the work. */
export function textClasses(buffers: Buffers, hook: RawHook) {
  class TextEncoder {
    get encoding() {
      return "utf-8";
    }

    encode(input = ""): Uint8Array {
      return buffers.encodeText(String(input));
    }

    encodeInto(source: string, destination: Uint8Array): { read: number; written: number } {
      let read = 0;
      let written = 0;
      for (const char of String(source)) {
        const bytes = buffers.encodeText(char);
        if (written + bytes.length > destination.length) break;
        destination.set(bytes, written);
        written += bytes.length;
        read += char.length;
      }
      return { read, written };
    }
  }
  define(TextEncoder.prototype, Symbol.toStringTag, "TextEncoder");

  class TextDecoder {
    readonly #fatal: boolean;
    readonly #ignoreBOM: boolean;
    /** Bytes of a character that goes on in the next part of a stream. */
    #rest = new Uint8Array(0);
    #isInside = false;

    constructor(label = "utf-8", options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
      if (!LABELS.includes(String(label).trim().toLowerCase())) {
        throw nodeError(new RangeError(`The "${label}" encoding is not supported`), "ERR_ENCODING_NOT_SUPPORTED");
      }
      this.#fatal = Boolean(options?.fatal);
      this.#ignoreBOM = Boolean(options?.ignoreBOM);
    }

    get encoding() {
      return "utf-8";
    }

    get fatal() {
      return this.#fatal;
    }

    get ignoreBOM() {
      return this.#ignoreBOM;
    }

    decode(input?: ArrayBufferView | ArrayBuffer, options: { stream?: boolean } = {}): string {
      const part = bytesOf(input);
      const bytes = new Uint8Array(this.#rest.length + part.length);
      bytes.set(this.#rest);
      bytes.set(part, this.#rest.length);
      const end = options?.stream ? bytes.length - incompleteTail(bytes) : bytes.length;
      this.#rest = bytes.slice(end);
      buffers.reserveInbox(end).set(bytes.subarray(0, end));
      const text = hook(this.#fatal ? Op.readUtf8 : Op.readUtf8Loosely, 0, end) as string | undefined;
      if (text === undefined) {
        throw nodeError(
          new TypeError("The encoded data was not valid for encoding utf-8"),
          "ERR_ENCODING_INVALID_ENCODED_DATA",
        );
      }
      const dropsMark = !this.#ignoreBOM && !this.#isInside && text.charCodeAt(0) === 0xfeff;
      this.#isInside = Boolean(options?.stream) && (this.#isInside || end > 0);
      return dropsMark ? text.slice(1) : text;
    }
  }
  define(TextDecoder.prototype, Symbol.toStringTag, "TextDecoder");
  return { TextEncoder, TextDecoder };
}

function bytesOf(input: ArrayBufferView | ArrayBuffer | undefined): Uint8Array {
  if (input === undefined) return new Uint8Array(0);
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  throw wrongType("input", "ArrayBuffer or ArrayBufferView", input);
}

/** How many bytes at the end begin a character without ending it. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? back : 0;
    }
  }
  return 0;
}
