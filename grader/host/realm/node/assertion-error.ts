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

  constructor({ message, actual, expected, operator = "fail" }: AssertionDetails = {}, generated = "Failed") {
    super(message === undefined ? generated : String(message));
    define(this, "name", "AssertionError");
    const generatedMessage = message === undefined;
    Object.assign(this, { generatedMessage, code: "ERR_ASSERTION", actual, expected, operator });
  }
}
