import { printable } from "../../text/printable.ts";

/** What a person is told when the grader itself went wrong. */
export function internalErrorText(error: unknown): string {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `internal error: ${printable(what)}\nThis is a fault of the grader, not of the submission. Please report it.\n`;
}
