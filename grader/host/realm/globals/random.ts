import { define, defineLazily } from "../define.ts";
import { DOMException } from "./web/dom-exception.ts";

/** Four 32-bit words that a stream begins with. */
export type Seed = readonly [number, number, number, number];

/** A stream of 32-bit words: sfc32 of Chris Doty-Humphrey's PractRand. */
export function createStream(seed: Seed): () => number {
  let [a, b, c, counter] = seed;
  const next = () => {
    const word = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + word;
    c |= 0;
    return word >>> 0;
  };
  // Lets every bit of the seed reach all of the state.
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** Installs `Math.random` and `crypto`, each on a stream of its own. Gives what begins both anew, from another seed. */
export function installRandom(seed: Seed): (seed: Seed) => void {
  let next = createStream(seed);
  define(Math, "random", function random() {
    const high = next() >>> 5;
    return (high * 0x4000000 + (next() >>> 6)) / 0x20000000000000;
  });
  let nextOfCrypto = createStream(seedOfCrypto(seed));
  defineLazily(globalThis, ["crypto"], () => ({ crypto: createCrypto(() => nextOfCrypto()) }));
  return (other) => {
    next = createStream(other);
    nextOfCrypto = createStream(seedOfCrypto(other));
  };
}

function seedOfCrypto(seed: Seed): Seed {
  return [seed[0] ^ 0x63727970, seed[1], seed[2], seed[3] ^ 0x746f2121];
}

function createCrypto(next: () => number): object {
  const fill = (bytes: Uint8Array) => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = next() & 0xff;
  };
  class Crypto {
    getRandomValues<T extends ArrayBufferView>(array: T): T {
      const name = ArrayBuffer.isView(array) ? Object.prototype.toString.call(array) : "";
      if (!/(Int|Uint)(8|16|32|64)(Clamped)?Array\]$/.test(name)) {
        throw new DOMException("The data argument must be an integer-type TypedArray", "TypeMismatchError");
      }
      if (array.byteLength > 65536) {
        throw new DOMException("The requested length exceeds 65,536 bytes", "QuotaExceededError");
      }
      fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
      return array;
    }

    randomUUID(): string {
      const bytes = new Uint8Array(16);
      fill(bytes);
      bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
      const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
      return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    }
  }
  define(Crypto.prototype, Symbol.toStringTag, "Crypto");
  return new Crypto();
}
