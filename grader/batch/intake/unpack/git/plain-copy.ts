import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { IntakeLimits } from "../../limits.ts";
import { Refusal } from "../refusal.ts";
import type { WallTime } from "./limits.ts";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_CREAT, O_TRUNC, O_WRONLY } = constants;
const CHUNK_BYTES = 256 * 1024;
/** Files are opened, and bytes copied, as many at a time as take about a millisecond. */
const FILES_AT_A_TIME = 16;
const BYTES_AT_A_TIME = 2 * 1024 * 1024;

/** Copies files out of a student's repository; all limits on what is copied are kept here. */
export class PlainCopy {
  private bytes = 0;
  private filesSince = 0;
  private bytesSince = 0;

  constructor(
    private readonly limits: IntakeLimits,
    private readonly time: WallTime,
  ) {}

  /**
   * Copies what a file has from an offset on.
   *
   * @throws Refusal when it is no file, when all together are too large, or when it takes too long.
   */
  async file(from: string, to: string, offset = 0): Promise<void> {
    // Not to follow a link, nor to wait for a pipe, that took the file's place.
    const source = openSync(from, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    try {
      if (!fstatSync(source).isFile()) throw new Refusal("a file of the repository is none any more");
      const target = openSync(to, O_CREAT | O_TRUNC | O_WRONLY, 0o644);
      try {
        await this.content(source, target, offset);
      } finally {
        closeSync(target);
      }
    } finally {
      closeSync(source);
    }
  }

  /** To be called for each file or folder that is looked at. Others have their turn: the watch on running hosts among them. */
  async pause(): Promise<void> {
    this.filesSince++;
    if (this.filesSince < FILES_AT_A_TIME && this.bytesSince < BYTES_AT_A_TIME) return;
    this.filesSince = 0;
    this.bytesSince = 0;
    this.time.check();
    await setImmediate();
  }

  private async content(source: number, target: number, offset: number): Promise<void> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let at = offset;
    for (;;) {
      const read = readSync(source, buffer, 0, buffer.length, at);
      if (read === 0) return;
      at += read;
      this.count(read);
      for (let written = 0; written < read; ) written += writeSync(target, buffer, written, read - written);
      if (this.bytesSince >= BYTES_AT_A_TIME) await this.pause();
    }
  }

  private count(bytes: number): void {
    this.bytes += bytes;
    this.bytesSince += bytes;
    if (this.bytes > this.limits.archiveBytes) {
      throw new Refusal(`the repository has more than ${this.limits.archiveBytes} bytes; hand in the sources only`);
    }
  }
}
