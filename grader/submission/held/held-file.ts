import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { EntryError, entryError, PROBLEMS } from "./entry-error.ts";

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const CHUNK_BYTES = 64 * 1024;

/** A file that is held open, so that what is checked and what is read are the same one, whatever its name leads to meanwhile. */
export class HeldFile {
  readonly sizeBytes: number;

  private constructor(
    private readonly fd: number,
    private readonly stats: BigIntStats,
    /** Relative to what was opened first; empty for that itself. */
    readonly path: string,
  ) {
    this.sizeBytes = Number(stats.size);
  }

  /**
   * @param place where it is. @param path its name in errors. @param check is told what was opened before anything is read.
   * @throws EntryError when it is no file.
   */
  static open(
    place: string,
    path: string,
    mayBeLink = false,
    check: (stats: BigIntStats) => void = () => {},
  ): HeldFile {
    let fd: number;
    try {
      // Not to follow a link, nor to wait for a pipe, that took the file's place.
      fd = openSync(place, O_RDONLY | O_NONBLOCK | (mayBeLink ? 0 : O_NOFOLLOW));
    } catch (error) {
      throw entryError(error, path);
    }
    try {
      const stats = fstatSync(fd, { bigint: true });
      if (!stats.isFile()) throw new EntryError(path, PROBLEMS.other);
      check(stats);
      return new HeldFile(fd, stats, path);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /**
   * Its content from an offset on, piece by piece; a piece is overwritten by the next. Never more than it had when it was
   * opened.
   *
   * @throws EntryError at the end when it was written to meanwhile.
   */
  *pieces(offset = 0): Generator<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(CHUNK_BYTES, this.sizeBytes)));
    for (let at = offset; at < this.sizeBytes; ) {
      const read = readSync(this.fd, buffer, 0, Math.min(buffer.length, this.sizeBytes - at), at);
      if (read === 0) break;
      at += read;
      yield buffer.subarray(0, read);
    }
    const { size, mtimeNs } = fstatSync(this.fd, { bigint: true });
    if (size !== this.stats.size || mtimeNs !== this.stats.mtimeNs) throw new EntryError(this.path, PROBLEMS.changed);
  }

  /** All of it; how much that is, `sizeBytes` says before. @throws EntryError as `pieces` does. */
  content(): Buffer {
    const content = Buffer.alloc(this.sizeBytes);
    let at = 0;
    for (const piece of this.pieces()) at += piece.copy(content, at);
    return content;
  }

  close(): void {
    closeSync(this.fd);
  }
}
