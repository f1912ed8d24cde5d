import { define } from "../define.ts";

export interface AssertionDetails {
  message?: string;
  actual?: unknown;
  expected?: unknown;
  operator?: string;
}

/** What a failed assertion throws. */
export class AssertionError extends Error {
  declare readonly actual: unknown;
  declare readonly expected: unknown;
  declare readonly operator: string;
  declare readonly generatedMessage: boolean;
  declare readonly code: string;

  /** `generated` is the message when none is given. */
  constructor({ message, actual, expected, operator = "fail" }: AssertionDetails = {}, generated = "Failed") {
    super(message === undefined ? generated : String(message));
    define(this, "name", "AssertionError");
    // Node says so of these, whose messages tell nothing of the values.
    const generatedMessage = message === undefined && !/^(?:Missing expected|Got unwanted|ifError)/.test(generated);
    Object.assign(this, { generatedMessage, code: "ERR_ASSERTION", actual, expected, operator });
  }
}
