import { readSync, writeSync } from "node:fs";
import { megabytes } from "../limits.ts";
import { WireError, WireExcess } from "./frame-reader.ts";
import { PREFIX_BYTES } from "./frame-writer.ts";

const BUFFER_BYTES = 64 * 1024;

/**
 * Where long frames are read into, whatever stream they come from: made anew for longer ones, never given back. A frame is
 * done with before the next one is read, so that one such place is enough for all the hosts that a thread has.
 */
let large: Uint8Array = new Uint8Array(0);

/** Frames over two file descriptors that block. */
export class FrameStream {
  private readonly buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** What was read and not given out yet: `start` … `end`. */
  private start = 0;
  private end = 0;

  constructor(
    private readonly readFd: number,
    private readonly writeFd: number,
    /** Longer frames are refused before memory is taken for them. */
    private readonly frameBytesMax: number,
  ) {}

  /**
   * Waits for the next frame and gives its body, which holds until the next call on any stream of this thread; null at the
   * end of the stream. Throws WireExcess when the frame is too long, and WireError when it is cut off.
   */
  read(): Uint8Array | null {
    if (!this.fill(PREFIX_BYTES)) {
      if (this.end > this.start) throw new WireError("the stream ends inside a frame");
      return null;
    }
    const size = this.buffer.readUInt32LE(this.start);
    if (size > this.frameBytesMax) {
      throw new WireExcess(`the peers sent more than ${megabytes(this.frameBytesMax)} in one step`);
    }
    this.start += PREFIX_BYTES;
    if (size > BUFFER_BYTES) return this.readLarge(size);
    if (!this.fill(size)) throw new WireError("the stream ends inside a frame");
    // A plain array: `slice` of a Buffer would not copy.
    const body = new Uint8Array(this.buffer.buffer, this.start, size);
    this.start += size;
    return body;
  }

  /** Writes a whole frame, prefix included. */
  write(frame: Uint8Array): void {
    let written = 0;
    while (written < frame.length) written += writeSync(this.writeFd, frame, written, frame.length - written);
  }

  private readLarge(size: number): Uint8Array {
    if (large.length < size) {
      const room = Math.min(Math.max(size, 2 * large.length), this.frameBytesMax);
      // The old one goes before the new one comes.
      large = new Uint8Array(0);
      large = new Uint8Array(room);
    }
    let filled = this.end - this.start;
    large.set(this.buffer.subarray(this.start, this.end));
    this.start = this.end;
    while (filled < size) {
      const count = readSync(this.readFd, large, filled, size - filled, null);
      if (count === 0) throw new WireError("the stream ends inside a frame");
      filled += count;
    }
    return large.subarray(0, size);
  }

  /** Reads until so many bytes are there, which the buffer can hold; false when the stream ends before. */
  private fill(needed: number): boolean {
    if (this.start === this.end) {
      this.start = 0;
      this.end = 0;
    }
    if (this.start + needed > this.buffer.length) {
      this.buffer.copy(this.buffer, 0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    while (this.end - this.start < needed) {
      const count = readSync(this.readFd, this.buffer, this.end, this.buffer.length - this.end, null);
      if (count === 0) return false;
      this.end += count;
    }
    return true;
  }
}
