import type { Scenario } from "../../harness/scenario.ts";
import { grade } from "../../run/grade.ts";
import type { GradingResult } from "../../run/result.ts";
import type { PassPolicy } from "../../run/schedule.ts";
import type { BaseSeed } from "../../run/seeds.ts";
import type { PeerInterface } from "../../sim/peer-host.ts";
import { judgeScenario, needsMoreRuns, type Policy, pointsOf, scenarioPlan } from "../policy/index.ts";

/** Grades one submission on hosts of its own. Rejects for faults of the grader only. */
export type GradeOne = (task: GradeTask) => Promise<GradingResult>;

export interface GradeTask {
  /** As the result names the submission. */
  readonly id: string;
  readonly folder: string;
  /** So many runs at a time. */
  readonly workers: number;
  /** Gives up: the result is then marked as interrupted. */
  readonly signal: AbortSignal;
}

/** What is graded, and by which rules: the same for every submission of a batch. */
export interface GradePlan {
  /** `lab2` or `lab2b`. */
  readonly lab: string;
  readonly peer: PeerInterface;
  /** With the points of the policy. */
  readonly scenarios: readonly Scenario[];
  readonly policy: Policy;
  readonly seed: BaseSeed;
}

/** The scenarios with the points that the policy gives them. */
export function withPolicyPoints(scenarios: readonly Scenario[], policy: Policy): readonly Scenario[] {
  return scenarios.map((scenario) => ({ ...scenario, points: pointsOf(policy, scenario.id, scenario.points) }));
}

export function makeGradeOne({ lab, peer, scenarios, policy, seed }: GradePlan): GradeOne {
  return async ({ id, folder, workers, signal }) => {
    const result = await grade({
      lab,
      peer,
      scenarios,
      submission: folder,
      seed,
      runs: policy.runs,
      policyOf: (scenarioId) => passPolicyOf(policy, scenarioId),
      workers,
      signal,
    });
    return withoutFolder({ ...result, submission: id }, folder, id);
  };
}

function passPolicyOf(policy: Policy, scenarioId: string): PassPolicy {
  const { runs, pass } = scenarioPlan(policy, scenarioId);
  if (pass === "all") return { runs };
  return {
    runs,
    rule: {
      moreRuns: (verdicts) => needsMoreRuns(policy, scenarioId, verdicts),
      passes: (verdicts) => {
        const { passed, decided } = judgeScenario(policy, scenarioId, verdicts);
        return decided ? passed : null;
      },
    },
  };
}

/** Where a submission was unpacked is nobody's business, and another place must give the same result. */
function withoutFolder(result: GradingResult, folder: string, id: string): GradingResult {
  const json = JSON.stringify(result);
  const path = JSON.stringify(folder).slice(1, -1);
  return json.includes(path) ? JSON.parse(json.replaceAll(path, id)) : result;
}
