import type { GradingResult } from "../run/result.ts";

/** The contract's JSON as text that ends in a newline. `grader/report/schema.ts` says what is in it. */
export function toJson(result: GradingResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
