/** UTF-8 work on long strings, for places that have something faster than the portable code below. */
export interface Utf8 {
  /** Writes text at `offset`, where `text.length * 3` bytes fit, and gives the number of bytes. Lone surrogates become U+FFFD. */
  write(text: string, target: Uint8Array, offset: number): number;
  /** Reads `start` … `end`; throws on bytes that are not UTF-8. */
  read(bytes: Uint8Array, start: number, end: number): string;
}

/** Works everywhere, without TextEncoder. */
export const portableUtf8: Utf8 = { write: writeUtf8, read: readUtf8 };

/** How many bytes MessagePack needs before a string of that many bytes. */
export function stringHeaderBytes(sizeBytes: number): 1 | 2 | 3 | 5 {
  return sizeBytes < 32 ? 1 : sizeBytes < 0x100 ? 2 : sizeBytes < 0x10000 ? 3 : 5;
}

/** Writes text that is all ASCII; gives its length, or -1 when it is not. */
export function writeAscii(text: string, target: Uint8Array, offset: number): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return -1;
    target[offset + i] = code;
  }
  return text.length;
}

/** Taken once: a lookup of a global costs more than the call, and a submission may replace it. */
const { fromCharCode } = String;

/** Reads bytes that are all ASCII; null when they are not. */
export function readAscii(bytes: Uint8Array, start: number, end: number): string | null {
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x80) return null;
    text += fromCharCode(byte);
  }
  return text;
}

function writeUtf8(text: string, target: Uint8Array, offset: number): number {
  let at = offset;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      target[at++] = code;
      continue;
    }
    if (code < 0x800) {
      target[at++] = 0xc0 | (code >> 6);
    } else {
      if (code >= 0xd800 && code < 0xe000) {
        const next = text.charCodeAt(i + 1);
        if (code < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00);
          i++;
        } else code = 0xfffd;
      }
      if (code < 0x10000) target[at++] = 0xe0 | (code >> 12);
      else {
        target[at++] = 0xf0 | (code >> 18);
        target[at++] = 0x80 | ((code >> 12) & 0x3f);
      }
      target[at++] = 0x80 | ((code >> 6) & 0x3f);
    }
    target[at++] = 0x80 | (code & 0x3f);
  }
  return at - offset;
}

/** The least code point that needs 2, 3 and 4 bytes: shorter ones must not be written so long. */
const LEAST = [0, 0, 0x80, 0x800, 0x10000];

const { apply } = Reflect;
/** A text that grows letter by letter keeps a record for each, 32 bytes; one that grows by pieces does not. */
const PIECE_UNITS = 1_024;

function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let units: number[] = [];
  for (let at = start; at < end; ) {
    if (units.length >= PIECE_UNITS) {
      text += apply(fromCharCode, undefined, units);
      units = [];
    }
    const first = bytes[at] as number;
    if (first < 0x80) {
      units[units.length] = first;
      at++;
      continue;
    }
    const size = first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
    if (size === 0 || at + size > end) throw notUtf8(at);
    let code = first & (0x7f >> size);
    for (let i = 1; i < size; i++) {
      const next = bytes[at + i] as number;
      if ((next & 0xc0) !== 0x80) throw notUtf8(at);
      code = (code << 6) | (next & 0x3f);
    }
    if (code < (LEAST[size] as number) || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw notUtf8(at);
    if (code < 0x10000) units[units.length] = code;
    else {
      units[units.length] = 0xd800 + ((code - 0x10000) >> 10);
      units[units.length] = 0xdc00 + ((code - 0x10000) & 0x3ff);
    }
    at += size;
  }
  return text + apply(fromCharCode, undefined, units);
}

function notUtf8(at: number): TypeError {
  return new TypeError(`the encoded text is not UTF-8 at byte ${at}`);
}
