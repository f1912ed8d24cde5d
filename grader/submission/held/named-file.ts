import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { EntryError } from "./entry-error.ts";

const { O_RDONLY, O_NONBLOCK = 0 } = constants;
const CHUNK_BYTES = 64 * 1024;
/** How often a pipe is looked into that somebody has open to write. */
const PIPE_POLL_MS = 20;
/** So long somebody who was started beside the grader may take until he has it open. */
const PIPE_PATIENCE_MS = 500;

/**
 * Reads a file that a person named, or that lies in a folder that one named: wherever it leads, this comes to an end. A pipe
 * is read as far as somebody has it open to write, as the shell's `<(…)` does, and hardly waited for else; devices never.
 *
 * @throws EntryError, whose `problem` says what it is instead of such a file, or what `node:fs` throws.
 */
export function readNamedFile(path: string, maxBytes: number): Buffer {
  const fd = openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    if (stats.isDirectory()) throw new EntryError(path, "is a folder; name a file");
    if (!stats.isFile() && !stats.isFIFO()) throw new EntryError(path, "is a device or a socket; name a file");
    const pieces: Buffer[] = [];
    let length = 0;
    let patienceMs = stats.isFIFO() ? PIPE_PATIENCE_MS : 0;
    for (;;) {
      const piece = Buffer.allocUnsafe(CHUNK_BYTES);
      const read = readNow(fd, piece);
      if (read === 0 && length === 0 && patienceMs > 0) {
        sleep(PIPE_POLL_MS);
        patienceMs -= PIPE_POLL_MS;
        continue;
      }
      if (read === 0) break;
      pieces.push(piece.subarray(0, read));
      length += read;
      if (length > maxBytes) throw new EntryError(path, `is larger than ${maxBytes} bytes`);
    }
    if (length === 0 && stats.isFIFO()) throw new EntryError(path, "is a pipe that nobody writes to; name a file");
    return Buffer.concat(pieces);
  } finally {
    closeSync(fd);
  }
}

/** What there is, 0 at the end; waits where a pipe's writer has not written yet. */
function readNow(fd: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(fd, into);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      sleep(PIPE_POLL_MS);
    }
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
