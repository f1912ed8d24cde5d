import { writeAscii } from "../../../labs/api/codec/utf8.ts";

/** Bytes in front of every frame: the length of its body, 32 bits. All numbers are little-endian. */
export const PREFIX_BYTES = 4;

const BUFFER_BYTES = 64 * 1024;
/** A buffer that grew beyond this for one frame is given back when the next one begins. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;

/** Writes one frame after the other into a buffer that it reuses. */
export class FrameWriter {
  private bytes = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  private view = new DataView(this.bytes.buffer);
  private position = 0;

  /** `sizeBytes`: what the frame will need at least, if that is known to be much. */
  begin(kind: number, sizeBytes = 0): void {
    if (this.bytes.length > KEPT_BYTES_MAX && sizeBytes < KEPT_BYTES_MAX) this.replace(BUFFER_BYTES);
    if (sizeBytes > this.bytes.length) this.replace(sizeBytes);
    this.position = PREFIX_BYTES;
    this.byte(kind);
  }

  /** The whole frame, prefix included; holds until the next `begin`. */
  end(): Uint8Array {
    this.view.setUint32(0, this.position - PREFIX_BYTES, true);
    // A plain array: `slice` of a Buffer would not copy.
    return new Uint8Array(this.bytes.buffer, 0, this.position);
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.position++] = value;
  }

  uint32(value: number): void {
    this.room(4);
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  int32(value: number): void {
    this.room(4);
    this.view.setInt32(this.position, value, true);
    this.position += 4;
  }

  /** Integers up to 2^53, and Infinity. */
  number(value: number): void {
    this.room(8);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  data(bytes: Uint8Array): void {
    this.uint32(bytes.length);
    this.room(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Null is told from empty. */
  optionalData(bytes: Uint8Array | null): void {
    this.byte(bytes === null ? 0 : 1);
    if (bytes !== null) this.data(bytes);
  }

  text(text: string): void {
    this.room(4 + text.length * 3);
    const start = this.position + 4;
    let size = text.length < 64 ? writeAscii(text, this.bytes, start) : -1;
    if (size < 0) size = this.bytes.write(text, start, "utf8");
    this.view.setUint32(this.position, size, true);
    this.position = start + size;
  }

  /** Leaves room for a count that is known later. */
  placeholder(): number {
    this.uint32(0);
    return this.position - 4;
  }

  fill(placeholder: number, value: number): void {
    this.view.setUint32(placeholder, value, true);
  }

  private room(size: number): void {
    const needed = this.position + size;
    if (needed <= this.bytes.length) return;
    const written = this.bytes.subarray(0, this.position);
    this.replace(Math.max(needed, this.bytes.length * 2));
    this.bytes.set(written);
  }

  private replace(sizeBytes: number): void {
    this.bytes = Buffer.allocUnsafeSlow(sizeBytes);
    this.view = new DataView(this.bytes.buffer);
  }
}
