/** The command was not used as it can be used. `message` is one line for the user; the exit status is 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** Errors from further inside that are no fault of the grader. By name, so that nothing of theirs is loaded for it. */
const FROM_INSIDE: ReadonlySet<string> = new Set(["UngradableError", "MissingFacilityError"]);

/** Whether `message` is all that the user shall read of it. */
export function isForUsers(error: unknown): error is Error {
  return error instanceof UsageError || (error instanceof Error && FROM_INSIDE.has(error.name));
}
