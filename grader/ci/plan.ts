import {
  type HiddenShows,
  type Policy,
  plannedRuns,
  policyHash,
  sha256,
  shown,
  visibilityOf,
  withPolicyPoints,
} from "../batch/index.ts";
import type { Scenario, Suite } from "../harness/scenario.ts";
import { type Names, publicNames } from "../report/hidden-names.ts";
import { graderHash } from "../run/grader-hash.ts";
import { CiError } from "./ci-error.ts";
import { planBudget } from "./model/budget.ts";
import type { Gate } from "./model/gate.ts";
import type { CiIdentity, CiReport } from "./model/report.ts";
import type { CheckRequest, Target } from "./request.ts";

/** What is played, and by which rules it is judged. */
export interface CheckPlan {
  readonly scenarios: readonly Scenario[];
  /** Those that do not fit into the budget. */
  readonly leftOut: readonly Scenario[];
  readonly names: Names;
  /** What is told of those that have another name there. */
  readonly hiddenShows: HiddenShows;
  /** With what it requires under the names that are told. */
  readonly gate: Gate;
  readonly identity: CiIdentity;
}

/** @throws CiError when something is required that there is not, or more points than there are. */
export function planCheck({ policy, budgetMinutes, gate, seed }: CheckRequest, { id, suites, lab }: Target): CheckPlan {
  const all = withPolicyPoints(
    suites.flatMap(({ scenarios }) => scenarios),
    policy,
  );
  // Those too that are hidden until the hand-in is over: a check does not know who may still hand in.
  const names = publicNames(
    all.map(({ id }) => id),
    (id) => visibilityOf(policy, id, false) !== "visible",
  );
  const runsOf = (id: string) => plannedRuns(policy, id);
  const { scenarios, leftOut } =
    budgetMinutes === undefined
      ? { scenarios: all, leftOut: [] }
      : planBudget(suites, all, budgetMinutes, runsOf, lab.runCostsMs ?? {});
  const most = Number(all.reduce((sum, { points }) => sum + points, 0).toPrecision(12));
  if (gate.minPoints !== undefined && gate.minPoints > most)
    throw new CiError(`at least ${gate.minPoints} points are asked for, and ${id} has ${most}; ask for fewer`);
  const require = gate.require.map((what) => requiredName(what, suites, names));
  return {
    scenarios,
    leftOut,
    names,
    hiddenShows: policy.hiddenShows,
    gate: { ...gate, require },
    identity: identityOf(scenarios, policy, seed),
  };
}

function identityOf(scenarios: readonly Scenario[], policy: Policy, seed: number): CiIdentity {
  return {
    grader: graderHash(),
    node: process.version,
    policy: policyHash(policy),
    seed,
    scenarios: sha256(JSON.stringify(scenarios.map(({ id, points }) => [id, points, plannedRuns(policy, id)]))),
  };
}

/** What the caller named, under the name that it is told of by. @throws CiError */
function requiredName(what: string, suites: readonly Suite[], names: Names): string {
  const suite = suites.find(({ id, name }) => id === what || name === what);
  const name = suite?.id ?? names.get(what);
  if (name !== undefined) return name;
  throw new CiError(`--require ${shown(what)} is no stage or scenario of what is graded; "grade list" shows them all`);
}

/** Whether an earlier result is what a grading of the same sources, shut in alike, would come to now. */
export function isRepeatable(report: CiReport, identity: CiIdentity, lab: string, hash: string, tier: string): boolean {
  const isWhole = report.result?.interrupted !== true && (report.outcome === "passed" || report.outcome === "failed");
  const isAlike = (Object.keys(identity) as (keyof CiIdentity)[]).every(
    (key) => report.identity?.[key] === identity[key],
  );
  return (
    isWhole &&
    isAlike &&
    report.lab === lab &&
    report.sandbox?.tier === tier &&
    report.submission?.hash === hash &&
    report.result?.submissionHash === hash
  );
}
