import { DEPTH_LIMIT } from "../../labs/api/codec/encoder.ts";
import { portableUtf8 } from "../../labs/api/codec/utf8.ts";

/** How data looks as text. */
export interface DataStyle {
  /** What stands for bytes, in pieces. */
  readonly bytes: (bytes: Uint8Array) => Iterable<string>;
  /** What a field begins with. */
  readonly name: (name: string) => string;
  readonly open: string;
  readonly close: string;
  readonly comma: string;
}

const named = (text: string) => [text];

/** As `JSON.stringify` has it. */
export const JSON_STYLE: DataStyle = {
  bytes: (bytes) => named(`"${bytes.length} bytes"`),
  name: (name) => `${JSON.stringify(name)}:`,
  open: "{",
  close: "}",
  comma: ",",
};

/** Pieces are given out when they have at least so many characters. */
const PIECE_CHARS = 1_024;
/** Longer strings are read so many bytes at a time. */
const STRING_BYTES = 4_096;

/**
 * MessagePack as text, read only as far as it is asked for: what is shown of data costs what is shown, however large the
 * data is, and nothing is made of the rest. Gives pieces. Throws a TypeError or RangeError where it is no plain data, once
 * it comes there.
 */
export function* dataText(data: Uint8Array, style: DataStyle = JSON_STYLE): Generator<string> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  /** Lists and objects that are open: how many items are left, and whether they have names. */
  const open: { left: number; readonly isObject: boolean; isFirst: boolean }[] = [];
  let at = 0;
  let text = "";

  const take = (size: number): number => {
    const start = at;
    if (size > data.length - start) throw new RangeError("the encoded data ends too early");
    at += size;
    return start;
  };
  const uint = (size: 1 | 2 | 4): number => {
    const start = take(size);
    return size === 1 ? view.getUint8(start) : size === 2 ? view.getUint16(start) : view.getUint32(start);
  };
  const string = (size: number): Generator<string> => stringPieces(data, take(size), at);
  const enter = (count: number, isObject: boolean) => {
    if (open.length >= DEPTH_LIMIT) throw new RangeError(`data nested deeper than ${DEPTH_LIMIT} levels`);
    if (count === 0) text += isObject ? "{}" : "[]";
    else {
      text += isObject ? style.open : "[";
      open.push({ left: count, isObject, isFirst: true });
    }
  };

  do {
    const around = open.at(-1);
    if (around !== undefined) {
      if (!around.isFirst) text += style.comma;
      around.isFirst = false;
      around.left--;
      if (around.isObject) text += style.name([...string(nameSize(data[take(1)] as number, uint))].join(""));
    }
    const tag = data[take(1)] as number;
    const strings = stringSize(tag, uint);
    const binary = tag === 0xc4 ? uint(1) : tag === 0xc5 ? uint(2) : tag === 0xc6 ? uint(4) : -1;
    const list = tag >= 0x90 && tag < 0xa0 ? tag & 0x0f : tag === 0xdc ? uint(2) : tag === 0xdd ? uint(4) : -1;
    const fields = tag >= 0x80 && tag < 0x90 ? tag & 0x0f : tag === 0xde ? uint(2) : tag === 0xdf ? uint(4) : -1;
    if (strings >= 0) {
      text += '"';
      for (const piece of string(strings)) {
        text += JSON.stringify(piece).slice(1, -1);
        if (text.length >= PIECE_CHARS) {
          yield text;
          text = "";
        }
      }
      text += '"';
    } else if (binary >= 0) {
      for (const piece of style.bytes(data.subarray(take(binary), at))) {
        text += piece;
        if (text.length >= PIECE_CHARS) {
          yield text;
          text = "";
        }
      }
    } else if (list >= 0) enter(list, false);
    else if (fields >= 0) enter(fields, true);
    else text += scalar(tag, view, take);
    for (let last = open.at(-1); last?.left === 0; last = open.at(-1)) {
      text += last.isObject ? style.close : "]";
      open.pop();
    }
    if (text.length >= PIECE_CHARS) {
      yield text;
      text = "";
    }
  } while (open.length > 0);
  if (at !== data.length) throw new RangeError(`${data.length - at} bytes follow the encoded value`);
  yield text;
}

/** The first characters of a text that comes in pieces: at most so many, the last one `…` when there are more. */
export function beginningOf(pieces: Iterable<string>, maxChars: number): string {
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length > maxChars) return `${text.slice(0, maxChars - 1)}…`;
  }
  return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes in hexadecimal, in pieces. */
export function* hexPieces(bytes: Uint8Array): Generator<string> {
  for (let start = 0; start < bytes.length; start += PIECE_CHARS) {
    // Joined: a text that grows byte by byte keeps a record for each.
    yield Array.from(bytes.subarray(start, start + PIECE_CHARS), (byte) => HEX[byte]).join("");
  }
}

function* stringPieces(data: Uint8Array, start: number, end: number): Generator<string> {
  for (let from = start; from < end; ) {
    let to = Math.min(end, from + STRING_BYTES);
    // Back to where a letter begins; one that has no beginning is no UTF-8, which the reader says.
    for (let back = 0; back < 3 && to < end && ((data[to] as number) & 0xc0) === 0x80; back++) to--;
    yield portableUtf8.read(data, from, to);
    from = to;
  }
}

function stringSize(tag: number, uint: (size: 1 | 2 | 4) => number): number {
  if (tag >= 0xa0 && tag < 0xc0) return tag & 0x1f;
  return tag === 0xd9 ? uint(1) : tag === 0xda ? uint(2) : tag === 0xdb ? uint(4) : -1;
}

function nameSize(tag: number, uint: (size: 1 | 2 | 4) => number): number {
  const size = stringSize(tag, uint);
  if (size < 0) throw new TypeError("a field name is not a string");
  return size;
}

function scalar(tag: number, view: DataView, take: (size: number) => number): string {
  if (tag < 0x80) return String(tag);
  if (tag >= 0xe0) return String(tag - 0x100);
  switch (tag) {
    case 0xc0:
      return "null";
    case 0xc2:
      return "false";
    case 0xc3:
      return "true";
    case 0xca:
      return String(view.getFloat32(take(4)));
    case 0xcb:
      return String(view.getFloat64(take(8)));
    case 0xcc:
      return String(view.getUint8(take(1)));
    case 0xcd:
      return String(view.getUint16(take(2)));
    case 0xce:
      return String(view.getUint32(take(4)));
    case 0xcf:
      return String(view.getBigUint64(take(8)));
    case 0xd0:
      return String(view.getInt8(take(1)));
    case 0xd1:
      return String(view.getInt16(take(2)));
    case 0xd2:
      return String(view.getInt32(take(4)));
    case 0xd3:
      return String(view.getBigInt64(take(8)));
    default:
      throw new TypeError(`byte 0x${tag.toString(16)} does not begin plain data`);
  }
}
