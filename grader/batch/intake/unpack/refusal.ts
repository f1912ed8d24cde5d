import type { IntakeLimits } from "../limits.ts";

/** What was handed in cannot be unpacked. `message` is one line; the submission is `ungradable`. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Refusal";
  }
}

/** @param bytes that count. */
export function archiveTooLarge(bytes: number, limits: IntakeLimits): Refusal {
  return new Refusal(
    `the archive has ${bytes} bytes; at most ${limits.archiveBytes} are taken; hand in the sources only`,
  );
}

/** Errors of the operating system (full disk, no rights) are ours to report, and nobody's broken archive. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
