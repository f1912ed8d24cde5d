import {
  EFFECT_OVERHEAD_BYTES,
  ENTRY_OVERHEAD_BYTES,
  MESSAGE_BYTES_MAX,
  megabytes,
  RUN_BYTES_MAX,
  WINDOW_BYTES_MAX,
} from "../limits.ts";
import { WireExcess } from "./frame-reader.ts";

/**
 * Counts what a host's answers hold, where they are read: the host's own meter is that of a process in which anything can
 * run. Counts before memory is taken, and so much for each effect that what is made of it is covered.
 */
export class Intake {
  private windowBytes = 0;
  private runBytes = 0;

  beginWindow(): void {
    this.windowBytes = 0;
  }

  /** Counts an entry, before it is read. Throws WireExcess. */
  entry(peer: number): void {
    this.add(peer, "an entry", ENTRY_OVERHEAD_BYTES);
  }

  /** Counts an effect, before it is read. Throws WireExcess. */
  effect(peer: number): void {
    this.add(peer, "an effect", EFFECT_OVERHEAD_BYTES);
  }

  /** Counts what an effect holds, before memory is taken for it. Throws WireExcess. */
  bytes(peer: number, what: string, sizeBytes: number): void {
    if (sizeBytes > MESSAGE_BYTES_MAX) {
      throw new WireExcess(
        `peer ${peer}: ${what} of ${megabytes(sizeBytes)} is larger than ${megabytes(MESSAGE_BYTES_MAX)}`,
      );
    }
    this.add(peer, what, sizeBytes);
  }

  private add(peer: number, what: string, sizeBytes: number): void {
    this.windowBytes += sizeBytes;
    this.runBytes += sizeBytes;
    if (this.windowBytes > WINDOW_BYTES_MAX) throw tooMuch(peer, what, "at once", "one window", WINDOW_BYTES_MAX);
    if (this.runBytes > RUN_BYTES_MAX) throw tooMuch(peer, what, "in all", "one run", RUN_BYTES_MAX);
  }
}

function tooMuch(peer: number, what: string, how: string, within: string, bytesMax: number): WireExcess {
  return new WireExcess(
    `peer ${peer} did too much ${how}: the peers' calls, saves, replies and log lines within ${within} passed ${megabytes(bytesMax)}, the last was ${what}`,
  );
}
