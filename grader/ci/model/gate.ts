import type { GradingResult, ScenarioResult } from "../../run/result.ts";
import type { CiComparison, CiRule } from "./report.ts";

/** What must be so for a check to pass. Nothing said: every scenario passes. */
export interface Gate {
  readonly minPoints?: number;
  /** Stages and scenarios, under the names that they are told of by. */
  readonly require: readonly string[];
  readonly noWorse: boolean;
}

/**
 * Judges a result. What was left out by a budget is not there to pass: a stage that is required must have been graded whole.
 *
 * @param comparison null: there is no result of the base. @param leftOut names of scenarios that were not graded.
 */
export function judge(
  { minPoints, require, noWorse }: Gate,
  result: GradingResult,
  comparison: CiComparison | null,
  leftOut: readonly string[],
): readonly CiRule[] {
  const rules: CiRule[] = [];
  if (minPoints !== undefined)
    rules.push({ rule: "min-points", passed: result.points >= minPoints, atLeast: minPoints });
  for (const what of require) {
    const failing = failingOf(result.scenarios.filter(({ id }) => isOf(id, what)));
    const missing = leftOut.filter((id) => isOf(id, what)).length;
    rules.push({ rule: "require", passed: failing + missing === 0, what, failing, leftOut: missing });
  }
  if (noWorse) {
    const lost = comparison?.lost.length ?? 0;
    const lostPoints = comparison === null ? 0 : pointsLost(comparison, result);
    rules.push({ rule: "no-worse", passed: lost + lostPoints === 0, compared: comparison !== null, lost, lostPoints });
  }
  if (rules.length > 0) return rules;
  const failing = failingOf(result.scenarios);
  return [{ rule: "all", passed: failing === 0, failing }];
}

function isOf(id: string, what: string): boolean {
  return id === what || id.startsWith(`${what}/`);
}

function failingOf(scenarios: readonly ScenarioResult[]): number {
  return scenarios.filter(({ verdict }) => verdict !== "passed").length;
}

/** Points of stages that were graded alike in both, so that points mean the same. */
function pointsLost(before: CiComparison, { suites }: GradingResult): number {
  const lost = suites.map(({ id, points, maxPoints }) => {
    const earlier = before.suites.find((suite) => suite.id === id && suite.maxPoints === maxPoints);
    return Math.max(0, (earlier?.points ?? 0) - points);
  });
  return Number(lost.reduce((sum, points) => sum + points, 0).toPrecision(12));
}
