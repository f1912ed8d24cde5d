import { createHash } from "node:crypto";

/** Longer texts are remembered by what they hash to. */
const KEPT_CHARS = 128;

/** Gives texts numbers, from 1 in the order in which they come. */
export class Interned {
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const key = text.length <= KEPT_CHARS ? text : createHash("sha256").update(text, "utf16le").digest("base64");
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#numbers.size + 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/** Bytes as a text that holds just as much. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
