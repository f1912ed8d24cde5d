/** How a batch is graded, as data, and the pure functions that apply it. */
export {
  DEFAULT_POLICY,
  type HiddenShows,
  type LatePolicy,
  type PassRule,
  type Policy,
  PolicyError,
  policySchema,
  type ScenarioPolicy,
  type Visibility,
} from "./config.ts";
export { INSTANT_EXAMPLE, parseInstant } from "./instant.ts";
export { applyLateness, type Lateness, type LatenessInput, submittedMsOf, toHundredths } from "./lateness.ts";
export { loadPolicy, parsePolicy } from "./load.ts";
export { commitsCountUntil, lastHandInAt } from "./moments.ts";
export { type Judgement, judgeScenario, needsMoreRuns, scenarioPasses } from "./pass.ts";
export { cellProblems, missingColumns, type RosterColumns } from "./roster-cells.ts";
export {
  impossiblePasses,
  matchesPattern,
  plannedRuns,
  pointsOf,
  type ScenarioPlan,
  scenarioPlan,
  unmatchedEntries,
  visibilityOf,
} from "./scenarios.ts";
