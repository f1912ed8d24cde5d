import type { PassRule, Policy, Visibility } from "./config.ts";

/** What the policy says of one scenario. */
export interface ScenarioPlan {
  readonly runs: number;
  readonly pass: PassRule;
  readonly visibility: Visibility;
  /** Absent: the points that the lab gives it. */
  readonly points?: number;
}

/** The policy of one scenario: the general one, then each matching entry of `scenarios` in their order. */
export function scenarioPlan(policy: Policy, scenarioId: string): ScenarioPlan {
  let plan: ScenarioPlan = { runs: policy.runs, pass: policy.pass, visibility: policy.visibility };
  for (const { match, ...said } of policy.scenarios) {
    if (matchesPattern(match, scenarioId)) plan = { ...plan, ...said };
  }
  return plan;
}

/** How many runs a scenario gets, before any extra ones. */
export function plannedRuns(policy: Policy, scenarioId: string): number {
  return scenarioPlan(policy, scenarioId).runs;
}

/** The points of a scenario, where the lab gives it `labPoints`. */
export function pointsOf(policy: Policy, scenarioId: string, labPoints: number): number {
  return scenarioPlan(policy, scenarioId).points ?? labPoints;
}

/**
 * Whether students may see what came of a scenario.
 *
 * @param isDue the last hand-in is over, for `after-due`.
 */
export function visibilityOf(policy: Policy, scenarioId: string, isDue: boolean): "visible" | "hidden" {
  const { visibility } = scenarioPlan(policy, scenarioId);
  if (visibility === "after-due") return isDue ? "visible" : "hidden";
  return visibility;
}

/** Entries of `scenarios` that match none of these ids, in words: most likely a slip of the pen. */
export function unmatchedEntries(policy: Policy, scenarioIds: readonly string[]): readonly string[] {
  return policy.scenarios.flatMap(({ match }, index) =>
    scenarioIds.some((id) => matchesPattern(match, id))
      ? []
      : [`scenarios[${index}].match: "${match}" matches no scenario`],
  );
}

/** Scenarios of which more runs must pass than they have, in words: no submission could pass them as they are meant. */
export function impossiblePasses(policy: Policy, scenarioIds: readonly string[]): string[] {
  return scenarioIds.flatMap((id) => {
    const { pass, runs } = scenarioPlan(policy, id);
    if (typeof pass !== "object" || !("kOfN" in pass) || pass.kOfN <= runs) return [];
    return [`${id}: ${pass.kOfN} of its runs must pass, and it has ${runs}`];
  });
}

/** `*` stands for any text; everything else for itself. */
export function matchesPattern(pattern: string, id: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === id;
  if (!id.startsWith(first)) return false;
  const last = rest.pop() ?? "";
  let at = first.length;
  for (const part of rest) {
    const found = id.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return id.length - last.length >= at && id.endsWith(last);
}
