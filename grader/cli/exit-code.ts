import type { GradingResult, Verdict } from "../run/result.ts";

/** Exit statuses of the contract. Several at once: the one that stands first here. */
export const EXIT = { interrupted: 130, internalError: 3, usage: 2, notPassed: 1, passed: 0 } as const;

export function exitCodeOf(result: GradingResult): number {
  if (result.interrupted) return EXIT.interrupted;
  const has = (verdict: Verdict) => result.scenarios.some((scenario) => scenario.verdict === verdict);
  if (has("internal-error")) return EXIT.internalError;
  if (result.ungradable !== undefined || has("ungradable")) return EXIT.usage;
  return result.scenarios.every(({ verdict }) => verdict === "passed") ? EXIT.passed : EXIT.notPassed;
}
