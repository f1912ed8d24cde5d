import { HostLost } from "../../sim/peer-host.ts";
import {
  EFFECT_OVERHEAD_BYTES,
  LOG_CHARS_MAX,
  MESSAGE_BYTES_MAX,
  METHOD_CHARS_MAX,
  megabytes,
  WINDOW_BYTES_MAX,
} from "../limits.ts";

/**
 * Counts what a submission produces, and ends the run when it is too much: early, and with the words for it. That it ends
 * does not depend on it, as this process is the submission's: who reads the answers counts again (`wire/intake.ts`).
 */
export class Meter {
  /** Set once a limit was passed. A realm may catch what `charge` throws, so the engine looks here too. */
  lost: HostLost | null = null;
  private windowBytes = 0;

  /** `onLost` is told at once, since the realm's code may go on for ever. */
  constructor(private readonly onLost: (lost: HostLost) => void) {}

  beginWindow(): void {
    this.windowBytes = 0;
  }

  /** Counts one effect. */
  charge(peer: number, what: string, sizeBytes: number): void {
    if (sizeBytes > MESSAGE_BYTES_MAX) this.tooLarge(peer, what, sizeBytes);
    this.windowBytes += sizeBytes + EFFECT_OVERHEAD_BYTES;
    if (this.windowBytes > WINDOW_BYTES_MAX) {
      this.lose(
        `peer ${peer} did too much at once: its calls, saves, replies and log lines within one window passed ${megabytes(WINDOW_BYTES_MAX)}, the last was ${what}`,
      );
    }
  }

  /** Checks the name of a method that is called. */
  checkMethod(peer: number, name: string): void {
    if (name.length <= METHOD_CHARS_MAX) return;
    this.lose(
      `peer ${peer} called a method whose name of ${name.length} characters is longer than ${METHOD_CHARS_MAX}`,
    );
  }

  chargeLog(peer: number, chars: number): void {
    if (chars > LOG_CHARS_MAX) this.lose(`peer ${peer} wrote more than ${megabytes(LOG_CHARS_MAX)} to the console`);
  }

  tooLarge(peer: number, what: string, sizeBytes: number): never {
    this.lose(`peer ${peer}: ${what} of ${megabytes(sizeBytes)} is larger than ${megabytes(MESSAGE_BYTES_MAX)}`);
  }

  private lose(message: string): never {
    this.lost ??= new HostLost("output-limit", message);
    this.onLost(this.lost);
    throw this.lost;
  }
}
