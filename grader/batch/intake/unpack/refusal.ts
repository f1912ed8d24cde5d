/** What was handed in cannot be unpacked. `message` is one line; the submission is `ungradable`. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Refusal";
  }
}

/** Errors of the operating system (full disk, no rights) are ours to report, and nobody's broken archive. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
