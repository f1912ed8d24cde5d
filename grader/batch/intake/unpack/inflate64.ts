import { setImmediate } from "node:timers/promises";

/**
 * Deflate64, which Windows Explorer and 7-Zip write for large files: Deflate with a window of 64 KB, two more codes of
 * distances, and a longest match of 65 538 bytes (PKWARE's APPNOTE, section 5.3, and RFC 1951 for all the rest).
 */

const WINDOW_BYTES = 65_536;
const PIECE_BYTES = 32_768;
const LONGEST_CODE = 15;
const END_OF_BLOCK = 256;
const MOST_LITERALS = 286;
const MOST_DISTANCES = 32;

/** First length of each code from 257 on, and how many bits are added to it; the last one is what differs from Deflate. */
const LENGTHS: readonly (readonly [first: number, bits: number])[] = codesFrom(3, 4, 28);
const DISTANCES: readonly (readonly [first: number, bits: number])[] = codesFrom(1, 2, MOST_DISTANCES);
const LONG_MATCH: readonly [number, number] = [3, 16];

/** The order in which lengths of the codes of code lengths are written. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

/** Groups of codes, `group` of a size each: twice as many with no bits, then one bit more with each group. */
function codesFrom(start: number, group: number, count: number): [number, number][] {
  const codes: [number, number][] = [];
  for (let first = start; codes.length < count; ) {
    const bits = Math.max(0, Math.floor(codes.length / group) - 1);
    codes.push([first, bits]);
    first += 2 ** bits;
  }
  return codes;
}

/** A prefix code: how many codes there are of each length, and their symbols in the order of codes. */
interface PrefixCode {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/** @throws Error when there are more codes than fit, or too few. */
function prefixCode(lengths: readonly number[]): PrefixCode {
  const counts = new Uint16Array(LONGEST_CODE + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  let left = 1;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    left = 2 * left - (counts[length] as number);
    if (left < 0) throw new Error("invalid code lengths");
  }
  // As in Deflate only a single code may leave room.
  const used = lengths.length - (counts[0] as number);
  if (left > 0 && used > 1) throw new Error("incomplete set of codes");
  const starts = new Uint16Array(LONGEST_CODE + 2);
  for (let length = 1; length <= LONGEST_CODE; length++) {
    starts[length + 1] = (starts[length] as number) + (counts[length] as number);
  }
  const symbols = new Uint16Array(used);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    symbols[starts[length] as number] = symbol;
    starts[length] = (starts[length] as number) + 1;
  });
  counts[0] = 0;
  return { counts, symbols };
}

const FIXED = {
  literals: prefixCode(Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8))),
  distances: prefixCode(Array.from({ length: MOST_DISTANCES }, () => 5)),
};

/**
 * Unpacks a stream of Deflate64, piece by piece: whoever takes them can stop at any time.
 *
 * @throws Error when it is broken, or ends in the middle.
 */
export async function* inflate64(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(chunk);
  for (const piece of new Inflating(Buffer.concat(chunks)).pieces()) {
    yield piece;
    // Others have their turn: the watch on running hosts among them.
    await setImmediate();
  }
}

class Inflating {
  private at = 0;
  private bits = 0;
  private bitCount = 0;
  private readonly window = new Uint8Array(WINDOW_BYTES);
  private written = 0;
  private given = 0;

  constructor(private readonly input: Uint8Array) {}

  *pieces(): Generator<Buffer> {
    let isLast = false;
    while (!isLast) {
      isLast = this.take(1) === 1;
      const kind = this.take(2);
      if (kind === 0) yield* this.stored();
      else if (kind === 1) yield* this.compressed(FIXED.literals, FIXED.distances);
      else if (kind === 2) yield* this.dynamic();
      else throw new Error("invalid block type");
    }
    yield* this.flush();
  }

  private *stored(): Generator<Buffer> {
    this.bits = 0;
    this.bitCount = 0;
    const [length, check] = [this.take(16), this.take(16)];
    if (length !== (~check & 0xffff)) throw new Error("invalid length of a stored block");
    for (let left = length; left > 0; left--) {
      this.put(this.byte());
      if (this.isFull()) yield* this.flush();
    }
  }

  private *dynamic(): Generator<Buffer> {
    const literalCount = this.take(5) + 257;
    const distanceCount = this.take(5) + 1;
    const lengthCount = this.take(4) + 4;
    if (literalCount > MOST_LITERALS) throw new Error("too many codes");
    const ofLengths = new Array<number>(ORDER.length).fill(0);
    for (const symbol of ORDER.slice(0, lengthCount)) ofLengths[symbol] = this.take(3);
    const code = prefixCode(ofLengths);
    const lengths: number[] = [];
    while (lengths.length < literalCount + distanceCount) {
      const symbol = this.symbol(code);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16 && lengths.length === 0) throw new Error("nothing to repeat");
      else if (symbol === 16) this.repeat(lengths, lengths.at(-1) as number, 3 + this.take(2));
      else this.repeat(lengths, 0, symbol === 17 ? 3 + this.take(3) : 11 + this.take(7));
    }
    if (lengths.length > literalCount + distanceCount) throw new Error("too many code lengths");
    if (lengths[END_OF_BLOCK] === 0) throw new Error("a block without an end");
    yield* this.compressed(prefixCode(lengths.slice(0, literalCount)), prefixCode(lengths.slice(literalCount)));
  }

  private repeat(lengths: number[], length: number, times: number): void {
    for (let left = times; left > 0; left--) lengths.push(length);
  }

  private *compressed(literals: PrefixCode, distances: PrefixCode): Generator<Buffer> {
    for (;;) {
      const symbol = this.symbol(literals);
      if (symbol === END_OF_BLOCK) return;
      if (symbol < END_OF_BLOCK) {
        this.put(symbol);
        if (this.isFull()) yield* this.flush();
        continue;
      }
      const length = this.withBits(symbol === MOST_LITERALS - 1 ? LONG_MATCH : LENGTHS[symbol - END_OF_BLOCK - 1]);
      const distance = this.withBits(DISTANCES[this.symbol(distances)]);
      if (distance > this.written) throw new Error("invalid distance, too far back");
      for (let left = length; left > 0; left--) {
        this.put(this.window[(this.written - distance) % WINDOW_BYTES] as number);
        if (this.isFull()) yield* this.flush();
      }
    }
  }

  private withBits(code: readonly [number, number] | undefined): number {
    if (code === undefined) throw new Error("invalid code");
    return code[0] + this.take(code[1]);
  }

  private put(byte: number): void {
    this.window[this.written % WINDOW_BYTES] = byte;
    this.written++;
  }

  private isFull(): boolean {
    return this.written - this.given >= PIECE_BYTES;
  }

  private *flush(): Generator<Buffer> {
    while (this.given < this.written) {
      const start = this.given % WINDOW_BYTES;
      const count = Math.min(this.written - this.given, WINDOW_BYTES - start);
      this.given += count;
      yield Buffer.from(this.window.subarray(start, start + count));
    }
  }

  private symbol({ counts, symbols }: PrefixCode): number {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code |= this.take(1);
      const count = counts[length] as number;
      if (code - count < first) return symbols[index + (code - first)] as number;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Error("invalid code");
  }

  /** Up to 16 bits, the lowest first. */
  private take(count: number): number {
    while (this.bitCount < count) {
      this.bits |= this.byte() << this.bitCount;
      this.bitCount += 8;
    }
    const value = this.bits & ((1 << count) - 1);
    this.bits >>>= count;
    this.bitCount -= count;
    return value;
  }

  private byte(): number {
    const byte = this.input[this.at++];
    if (byte === undefined) throw new Error("unexpected end of file");
    return byte;
  }
}
