import type { Verdict } from "../../run/result.ts";
import type { PassRule, Policy } from "./config.ts";
import { scenarioPlan } from "./scenarios.ts";

/** What the runs of one scenario came to. */
export interface Judgement {
  readonly passed: boolean;
  /** False when runs are missing, or came to `internal-error`, that could still turn it. Then it is nobody's 0 points. */
  readonly decided: boolean;
  readonly passes: number;
  /** So many of `ofRuns` had to pass, and none may be nondeterministic. */
  readonly needed: number;
  readonly ofRuns: number;
}

/**
 * Judges a scenario by its runs, in any order.
 *
 * @param plannedRuns how many there are to be; by default those of the policy, or those given when they are more.
 */
export function judgeScenario(
  policy: Policy,
  scenarioId: string,
  verdicts: readonly Verdict[],
  plannedRuns?: number,
): Judgement {
  const plan = scenarioPlan(policy, scenarioId);
  const ofRuns = plannedRuns ?? Math.max(plan.runs, verdicts.length);
  const needed = neededPasses(plan.pass, plan.runs, ofRuns);
  const passes = verdicts.filter((verdict) => verdict === "passed").length;
  const lost = verdicts.filter((verdict) => verdict !== "passed" && verdict !== "internal-error").length;
  // Runs that cannot be relied on are outvoted by none: the next ones would be no better evidence.
  const isUnreliable = verdicts.includes("nondeterministic");
  const passed = passes >= needed && !isUnreliable;
  return { passed, decided: passed || isUnreliable || ofRuns - lost < needed, passes, needed, ofRuns };
}

/** Whether it passes. What is not decided has not passed: see `Judgement.decided` before it costs points. */
export function scenarioPasses(policy: Policy, scenarioId: string, verdicts: readonly Verdict[]): boolean {
  return judgeScenario(policy, scenarioId, verdicts).passed;
}

/**
 * How many runs more are to be played, beyond those given; 0 when the verdict stands. Asked again after those runs,
 * until it says 0. Does not depend on the order of the verdicts.
 */
export function needsMoreRuns(policy: Policy, scenarioId: string, verdicts: readonly Verdict[]): number {
  const plan = scenarioPlan(policy, scenarioId);
  if (verdicts.length < plan.runs) return plan.runs - verdicts.length;
  // Where all must pass, one failure settles it, and no number of passes makes a failure undone.
  if (policy.extraRuns === undefined || plan.pass === "all" || verdicts.includes("nondeterministic")) return 0;
  const { passes, needed, ofRuns } = judgeScenario(policy, scenarioId, verdicts);
  const isNear = passes === needed || passes === needed - 1;
  return isNear ? Math.max(0, Math.min(plan.runs, policy.extraRuns.upTo - ofRuns)) : 0;
}

/** Passes needed of `total` runs, by a rule that was written for `planned` ones: the share stays the same. */
function neededPasses(rule: PassRule, planned: number, total: number): number {
  if (rule === "all") return total;
  if ("kOfN" in rule) return Math.ceil((Math.min(rule.kOfN, planned) * total) / planned);
  // 0.07 × 100 is a little more than 7 in floating point.
  return Math.max(1, Math.ceil(rule.fraction * total - 1e-9));
}
