import type { Lab, Scenario } from "../../harness/scenario.ts";
import { type BudgetLimits, DEFAULT_BUDGET } from "../../run/budget.ts";
import { BUILD_LIMITS } from "../../run/build.ts";
import { type GradeRequest, grade } from "../../run/grade.ts";
import { RunPool } from "../../run/pool.ts";
import type { GradingResult } from "../../run/result.ts";
import type { Sandbox } from "../../run/sandbox.ts";
import type { PassPolicy } from "../../run/schedule.ts";
import type { BaseSeed } from "../../run/seeds.ts";
import { DEFAULT_LIMITS, type HostLimits } from "../../sandbox/limits.ts";
import { judgeScenario, needsMoreRuns, type Policy, pointsOf, scenarioPlan } from "../policy/index.ts";

/** What a lab expects of a submission's class. */
export type Form = GradeRequest["form"];

/** Grades one submission, on hosts that never see another one. Rejects for faults of the grader only. */
export type GradeOne = (task: GradeTask) => Promise<GradingResult>;

export interface GradeTask {
  /** As the result names the submission. */
  readonly id: string;
  readonly folder: string;
  /** So many runs at a time. */
  readonly workers: number;
  /** Told once, when it has used more than its share of its budget: runs of others come first from then on. */
  readonly onSlow?: () => void;
  /** Gives up: the result is then marked as interrupted. */
  readonly signal: AbortSignal;
}

/** What is graded, and by which rules: the same for every submission of a batch. */
export interface GradePlan {
  /** `lab2` or `lab2b`. */
  readonly lab: string;
  readonly form: Form;
  readonly safetyProperties: Lab["safetyProperties"];
  /** With the points of the policy. */
  readonly scenarios: readonly Scenario[];
  readonly policy: Policy;
  readonly seed: BaseSeed;
  readonly sandbox?: Sandbox;
  /** So many runs at a time, of all submissions together. */
  readonly workers: number;
}

/** Grades the submissions of a batch on threads that live as long as the batch. */
export interface Grader {
  readonly gradeOne: GradeOne;
  /** Ends the threads, and every host. */
  close(): Promise<void>;
}

/** The scenarios with the points that the policy gives them. */
export function withPolicyPoints(scenarios: readonly Scenario[], policy: Policy): readonly Scenario[] {
  return scenarios.map((scenario) => ({ ...scenario, points: pointsOf(policy, scenario.id, scenario.points) }));
}

export function makeGrader({
  lab,
  form,
  safetyProperties,
  scenarios,
  policy,
  seed,
  sandbox: chosen,
  workers: all,
}: GradePlan): Grader {
  const sandbox = chosen?.tier === "plain" ? undefined : chosen;
  const { limits, buildLimits, budget } = limitsOf(policy);
  // Threads that have played a few submissions play the next one faster: their code is compiled.
  let pool: RunPool | undefined;
  const gradeOne: GradeOne = async ({ id, folder, workers, onSlow, signal }) => {
    pool ??= new RunPool(all, null, { ...(sandbox && { sandbox }), limits });
    const result = await grade({
      lab,
      form,
      scenarios,
      submission: folder,
      safety: { properties: safetyProperties, cap: policy.safetyCap },
      seed,
      runs: policy.runs,
      // What is handed in counts once: a peer that breaks the rules in a single run must not get through.
      audit: "every-run",
      policyOf: (scenarioId) => passPolicyOf(policy, scenarioId),
      ...(sandbox && { sandbox }),
      buildLimits,
      budget,
      ...(onSlow && { onSlow }),
      pool,
      workers,
      signal,
    });
    return withoutFolder({ ...result, submission: id }, folder, id);
  };
  return { gradeOne, close: async () => pool?.close() };
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

const MB = 1024 * 1024;

/** The policy's limits in place of the defaults. */
export function limitsOf({ limits }: Policy): {
  readonly limits: HostLimits;
  readonly budget: BudgetLimits;
  readonly buildLimits: typeof BUILD_LIMITS;
} {
  const { resources } = DEFAULT_LIMITS;
  const windowCpuMs = limits.cpuMs ?? DEFAULT_LIMITS.windowCpuMs;
  const windowWallMs = limits.wallMs ?? DEFAULT_LIMITS.windowWallMs;
  // Where nothing is said, a budget grows with what it is made of.
  const runCpuMs = limits.runCpuMs ?? grown(DEFAULT_LIMITS.runCpuMs, windowCpuMs / DEFAULT_LIMITS.windowCpuMs);
  const runWallMs = limits.runWallMs ?? grown(DEFAULT_LIMITS.runWallMs, windowWallMs / DEFAULT_LIMITS.windowWallMs);
  const [cpuTimes, wallTimes] = [runCpuMs / DEFAULT_LIMITS.runCpuMs, runWallMs / DEFAULT_LIMITS.runWallMs];
  const residentBytes = bytes(limits.memoryMb) ?? DEFAULT_LIMITS.residentBytes;
  const buildCpuMs = limits.buildCpuMs ?? BUILD_LIMITS.cpuMs;
  const buildBytes = bytes(limits.buildMemoryMb) ?? BUILD_LIMITS.residentBytes;
  return {
    limits: {
      ...DEFAULT_LIMITS,
      windowCpuMs,
      windowWallMs,
      runCpuMs,
      runWallMs,
      residentBytes,
      stderrBytes: bytes(limits.outputMb) ?? DEFAULT_LIMITS.stderrBytes,
      resources: {
        ...resources,
        // The system's own limits stand behind those that tell the student which one it was.
        dataBytes: Math.max(resources.dataBytes, 2 * residentBytes),
        cpuSeconds: Math.max(resources.cpuSeconds, Math.ceil(Math.max(4 * windowCpuMs, 2 * runCpuMs) / 1000)),
        fileBytes: bytes(limits.fileMb) ?? resources.fileBytes,
        processes: limits.processes ?? resources.processes,
      },
    },
    budget: {
      cpuMs: limits.submissionCpuMs ?? grown(DEFAULT_BUDGET.cpuMs, cpuTimes),
      cpuMsPerRun: limits.submissionCpuMsPerRun ?? grown(DEFAULT_BUDGET.cpuMsPerRun, cpuTimes),
      wallMs: limits.submissionWallMs ?? grown(DEFAULT_BUDGET.wallMs, wallTimes),
      wallMsPerRun: limits.submissionWallMsPerRun ?? grown(DEFAULT_BUDGET.wallMsPerRun, wallTimes),
    },
    buildLimits: {
      ...BUILD_LIMITS,
      wallMs: limits.buildWallMs ?? BUILD_LIMITS.wallMs,
      cpuMs: buildCpuMs,
      residentBytes: buildBytes,
      resources: {
        ...BUILD_LIMITS.resources,
        cpuSeconds: Math.ceil(buildCpuMs / 1000),
        dataBytes: Math.max(BUILD_LIMITS.resources.dataBytes, 4 * buildBytes),
      },
    },
  };
}

function grown(ms: number, times: number): number {
  return Math.round(ms * Math.max(1, times));
}

function bytes(megabytes: number | undefined): number | undefined {
  return megabytes === undefined ? undefined : Math.round(megabytes * MB);
}

/** Where a submission was unpacked is nobody's business, and another place must give the same result. */
function withoutFolder(result: GradingResult, folder: string, id: string): GradingResult {
  const json = JSON.stringify(result);
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  const path = inJson(folder);
  return json.includes(path) ? JSON.parse(json.replaceAll(path, () => inJson(id))) : result;
}
