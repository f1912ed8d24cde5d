import type { GroupPlan, Scenario, Sizes } from "../../harness/scenario.ts";
import { limitsOf } from "../engine/grade-one.ts";
import { type Policy, plannedRuns } from "../policy/index.ts";

/** What a machine must have that grades a part of a batch, whatever is handed in: by limits and budgets, not by experience. */
export interface Needs {
  readonly cores: number;
  readonly memoryMb: number;
  /** Wall time that one submission can take, milliseconds: its build and its whole budget. */
  readonly submissionWallMs: number;
  /** CPU time of the same. */
  readonly submissionCpuMs: number;
}

const MB = 1024 * 1024;

/** The grader itself stays below, whatever submissions send. */
const GRADER_MB = 600;

/** @throws Error when there is no scenario. */
export function needsOf(scenarios: readonly Scenario[], policy: Policy, workers: number): Needs {
  const { limits, budget, buildLimits } = limitsOf(policy);
  const runs = scenarios.reduce((sum, { id }) => sum + plannedRuns(policy, id), 0);
  // A host for the run and one for the audit of each peer. All may be kept, and one is played on.
  const hosts = 1 + Math.max(...scenarios.map(mostProcesses));
  const playingMb = (hosts * limits.keptBytes + limits.residentBytes) / MB;
  return {
    cores: workers,
    memoryMb: Math.ceil(GRADER_MB + workers * Math.max(playingMb, buildLimits.residentBytes / MB)),
    // What has gone wrong by the clock alone is tried once more.
    submissionWallMs: 2 * buildLimits.wallMs + budget.wallMs + runs * budget.wallMsPerRun,
    submissionCpuMs: buildLimits.cpuMs + budget.cpuMs + runs * budget.cpuMsPerRun,
  };
}

/** How many peers and other processes a run of it can have. */
function mostProcesses({ peers, groups = [] }: Pick<Scenario, "peers" | "groups">): number {
  const most = (sizes: Sizes) => (typeof sizes === "number" ? sizes : Math.max(...sizes));
  return (
    (peers === undefined ? 0 : most(peers)) + groups.reduce((sum: number, { size }: GroupPlan) => sum + most(size), 0)
  );
}
