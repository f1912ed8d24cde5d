import { readSync, writeSync } from "node:fs";
import { WireError } from "./frame-reader.ts";
import { PREFIX_BYTES } from "./frame-writer.ts";

/** Frames over two file descriptors that block. */
export class FrameStream {
  private buffer = Buffer.allocUnsafeSlow(64 * 1024);
  /** What was read and not given out yet: `start` … `end`. */
  private start = 0;
  private end = 0;

  constructor(
    private readonly readFd: number,
    private readonly writeFd: number,
    /** Longer frames are refused before memory is taken for them. */
    private readonly frameBytesMax: number,
  ) {}

  /** Waits for the next frame and gives its body, which holds until the next call; null at the end of the stream. */
  read(): Uint8Array | null {
    if (!this.fill(PREFIX_BYTES)) {
      if (this.end > this.start) throw new WireError("the stream ends inside a frame");
      return null;
    }
    const size = this.buffer.readUInt32LE(this.start);
    if (size > this.frameBytesMax) throw new WireError(`a frame of ${size} bytes is longer than ${this.frameBytesMax}`);
    if (!this.fill(PREFIX_BYTES + size)) throw new WireError("the stream ends inside a frame");
    // A plain array: `slice` of a Buffer would not copy.
    const body = new Uint8Array(this.buffer.buffer, this.start + PREFIX_BYTES, size);
    this.start += PREFIX_BYTES + size;
    return body;
  }

  /** Writes a whole frame, prefix included. */
  write(frame: Uint8Array): void {
    let written = 0;
    while (written < frame.length) written += writeSync(this.writeFd, frame, written, frame.length - written);
  }

  /** Reads until so many bytes are there; false when the stream ends before. */
  private fill(needed: number): boolean {
    if (this.start === this.end) {
      this.start = 0;
      this.end = 0;
    }
    if (this.start + needed > this.buffer.length) this.makeRoom(needed);
    while (this.end - this.start < needed) {
      const count = readSync(this.readFd, this.buffer, this.end, this.buffer.length - this.end, null);
      if (count === 0) return false;
      this.end += count;
    }
    return true;
  }

  private makeRoom(needed: number): void {
    const waiting = this.buffer.subarray(this.start, this.end);
    const target = needed > this.buffer.length ? Buffer.allocUnsafeSlow(needed + 64 * 1024) : this.buffer;
    waiting.copy(target);
    this.buffer = target;
    this.end = waiting.length;
    this.start = 0;
  }
}
