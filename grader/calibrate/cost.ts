import type { Outcome } from "./run-store.ts";

/**
 * What a run costs, in milliseconds of one core of an ordinary machine, from what happened in it. An estimate, and the
 * same everywhere: what a sample holds must not depend on the clock of the machine that draws it.
 */
export function costMs({ virtualMs, rpcs }: Pick<Outcome, "virtualMs" | "rpcs">): number {
  return 3 + virtualMs * 0.003 + rpcs * 0.1;
}

/** Minutes are those of so many cores. */
export const BUDGET_CORES = 2;
