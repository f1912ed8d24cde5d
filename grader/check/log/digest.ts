/** A chain digest: two 32-bit lanes. Tells states of the service apart; it is no defence against forgery. */
export interface Digest {
  readonly a: number;
  readonly b: number;
}

/** The state of a service that has applied nothing. */
export const EMPTY_DIGEST: Digest = { a: 0x6a09e667, b: 0xbb67ae85 };

/** The state after one more entry. `command` is MessagePack; a no-op has none, and counts all the same. */
export function extendDigest(before: Digest, kind: "command" | "noop", command: Uint8Array): Digest {
  let a = before.a ^ (kind === "noop" ? 0x3c6ef372 : 0x510e527f);
  let b = before.b ^ (kind === "noop" ? 0 : command.length + 1);
  const length = kind === "noop" ? 0 : command.length;
  for (let i = 0; i < length; i++) {
    const byte = command[i] as number;
    a = Math.imul(a ^ byte, 0x85ebca77);
    a ^= a >>> 13;
    b = Math.imul(b ^ byte, 0xc2b2ae3d);
    b ^= b >>> 16;
  }
  a = mix(a ^ (b << 7) ^ (b >>> 25));
  b = mix(b ^ a);
  return { a, b };
}

/** As text, for a snapshot: 16 hexadecimal digits. */
export function digestText(digest: Digest): string {
  return hex(digest.a) + hex(digest.b);
}

/** What `digestText` made a text of; null of any other text. */
export function digestOf(text: string): Digest | null {
  if (!/^[0-9a-f]{16}$/.test(text)) return null;
  return { a: Number.parseInt(text.slice(0, 8), 16), b: Number.parseInt(text.slice(8), 16) };
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
