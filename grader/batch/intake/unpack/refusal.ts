import type { IntakeLimits } from "../limits.ts";

/** What was handed in cannot be unpacked. `message` is one line; the submission is `ungradable`. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Refusal";
  }
}

/**
 * How much larger than its limits a submission may be with all that is left out of it, such as `node_modules`, which does not
 * count: a zip file in bytes, and whatever it is in files and folders. How much that is shows only once it is listed.
 */
export const LEFT_OUT_FACTOR = 4;

export function tooManyEntries({ entries }: IntakeLimits): Refusal {
  return new Refusal(`more than ${entries} files and folders; hand in the sources only`);
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
