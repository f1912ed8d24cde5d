import { closeSync, openSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { HeldFile } from "../../../../submission/held/held-file.ts";
import type { IntakeLimits } from "../../limits.ts";
import { Refusal } from "../refusal.ts";
import type { WallTime } from "./limits.ts";

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
   * Copies what a file has from an offset on, and closes it.
   *
   * @throws Refusal when all together are too large, or when it takes too long. @throws EntryError when it changes.
   */
  async file(from: HeldFile, to: string, offset = 0): Promise<void> {
    try {
      const target = openSync(to, "w", 0o644);
      try {
        for (const piece of from.pieces(offset)) {
          this.count(piece.length);
          for (let at = 0; at < piece.length; ) at += writeSync(target, piece, at);
          if (this.bytesSince >= BYTES_AT_A_TIME) await this.pause();
        }
      } finally {
        closeSync(target);
      }
    } finally {
      from.close();
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

  private count(bytes: number): void {
    this.bytes += bytes;
    this.bytesSince += bytes;
    if (this.bytes > this.limits.archiveBytes) {
      throw new Refusal(`the repository has more than ${this.limits.archiveBytes} bytes; hand in the sources only`);
    }
  }
}
