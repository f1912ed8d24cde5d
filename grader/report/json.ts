import type { GradingResult } from "../run/result.ts";
import { escapedJson } from "../text/printable.ts";

/** The contract's JSON as text that ends in a newline, with nothing in it that steers a terminal. `grader/report/schema.ts` says what is in it. */
export function toJson(result: GradingResult): string {
  return `${escapedJson(result, 2)}\n`;
}
