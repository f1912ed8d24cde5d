import { readAscii } from "../../../labs/api/codec/utf8.ts";
import { copyBytes } from "../engine/bytes.ts";

/** A frame that is not what it should be. */
export class WireError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "WireError";
  }
}

/** A frame that holds, or is, more than a submission may produce. The message is one for people: who, what, and how much. */
export class WireExcess extends WireError {}

/** Frames lie in the same memory one after the other; a view of its own for each would cost more than what it reads. */
let lastView: DataView = new DataView(new ArrayBuffer(0));

function viewOf(buffer: ArrayBufferLike): DataView {
  if (lastView.buffer !== buffer) lastView = new DataView(buffer);
  return lastView;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads the body of one frame, checking every length before it is used. What it gives shares no memory with the frame. */
export class FrameReader {
  private readonly view: DataView;
  private readonly base: number;
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = viewOf(bytes.buffer);
    this.base = bytes.byteOffset;
  }

  byte(): number {
    return this.view.getUint8(this.base + this.take(1));
  }

  uint32(): number {
    return this.view.getUint32(this.base + this.take(4), true);
  }

  int32(): number {
    return this.view.getInt32(this.base + this.take(4), true);
  }

  /** An integer 0 … 2^53−1. */
  integer(what: string): number {
    const value = this.view.getFloat64(this.base + this.take(8), true);
    if (!Number.isSafeInteger(value) || value < 0) throw new WireError(`${what} is ${value}`);
    return value;
  }

  /** An integer of either sign. */
  signed(what: string): number {
    const value = this.view.getFloat64(this.base + this.take(8), true);
    if (!Number.isSafeInteger(value)) throw new WireError(`${what} is ${value}`);
    return value;
  }

  /** An integer 0 … 2^53−1, or Infinity. */
  integerOrInfinity(what: string): number {
    const isInfinite = this.view.getFloat64(this.base + this.peek(8), true) === Number.POSITIVE_INFINITY;
    if (!isInfinite) return this.integer(what);
    this.take(8);
    return Number.POSITIVE_INFINITY;
  }

  /** How many items follow, each of at least so many bytes. */
  count(itemBytes: number): number {
    const count = this.uint32();
    if (count * itemBytes > this.bytes.length - this.position)
      throw new WireError(`${count} items do not fit into the frame`);
    return count;
  }

  /** How long the data or text is that follows. */
  size(): number {
    return this.view.getUint32(this.base + this.peek(4), true);
  }

  data(): Uint8Array {
    const size = this.uint32();
    const start = this.take(size);
    return copyBytes(this.bytes, start, start + size);
  }

  optionalData(): Uint8Array | null {
    return this.flag() ? this.data() : null;
  }

  flag(): boolean {
    const value = this.byte();
    if (value > 1) throw new WireError(`a flag is ${value}`);
    return value === 1;
  }

  text(): string {
    const size = this.uint32();
    const start = this.take(size);
    if (size < 64) {
      const text = readAscii(this.bytes, start, start + size);
      if (text !== null) return text;
    }
    try {
      return strictUtf8.decode(this.bytes.subarray(start, start + size));
    } catch {
      throw new WireError("a text is not UTF-8");
    }
  }

  /** Where the next item begins, for `since`. */
  get mark(): number {
    return this.position;
  }

  /** A copy of what was read since a mark. */
  since(mark: number): Uint8Array {
    return copyBytes(this.bytes, mark, this.position);
  }

  /** Whether nothing follows but these parts. */
  isRest(parts: readonly Uint8Array[]): boolean {
    let at = this.position;
    for (const part of parts) {
      if (Buffer.compare(part, this.bytes.subarray(at, at + part.length)) !== 0) return false;
      at += part.length;
    }
    return at === this.bytes.length;
  }

  end(): void {
    const left = this.bytes.length - this.position;
    if (left > 0) throw new WireError(`${left} bytes too many in a frame`);
  }

  private take(size: number): number {
    const start = this.peek(size);
    this.position = start + size;
    return start;
  }

  private peek(size: number): number {
    if (size > this.bytes.length - this.position) throw new WireError("a frame ends too early");
    return this.position;
  }
}
