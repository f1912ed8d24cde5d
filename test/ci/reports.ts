import type { CiReport } from "../../grader/ci/model/report.ts";
import type { GradingResult, RunResult, ScenarioResult } from "../../grader/run/result.ts";
import { scoreOf } from "../../grader/run/safety-cap.ts";

/** A run that failed, with these words of the submission. */
export function badRun(scenarioId: string, more: Partial<RunResult> = {}): RunResult {
  return {
    seed: 7,
    verdict: "crashed",
    message: "peer 0 threw Error: no",
    places: [{ file: "raft.ts", line: 3, column: 5, function: "start" }],
    console: ["0.100 s  peer 0  here"],
    virtualMs: 100,
    rpcs: 1,
    bytes: 1,
    traceHash: "0",
    replay: `grade replay ${scenarioId}@7`,
    timing: { wallMs: 12 },
    ...more,
  };
}

/** A scenario that came to what its run did; without one it passed. */
export function scenario(id: string, maxPoints = 2, run?: RunResult): ScenarioResult {
  const { verdict = "passed" } = run ?? {};
  return {
    id,
    title: `about ${id}`,
    points: run === undefined ? maxPoints : 0,
    maxPoints,
    verdict,
    ...(run?.property !== undefined && { property: run.property }),
    ...(run?.message !== undefined && { message: run.message }),
    runs: run === undefined ? [] : [run],
  };
}

export function resultOf(scenarios: readonly ScenarioResult[], more: Partial<GradingResult> = {}): GradingResult {
  return {
    format: "consensus-labs/result@1",
    lab: "lab2a",
    submission: "alice",
    submissionHash: "a".repeat(64),
    boundary: "process",
    ...scoreOf(scenarios, { properties: ["election-safety", "state-machine-safety", "durability"], cap: [0.5] }),
    timing: { wallMs: 100 },
    scenarios,
    ...more,
  };
}

/** A report as a check makes it. */
export function reportOf(more: Partial<CiReport> = {}): CiReport {
  return {
    format: "consensus-labs/ci@1",
    outcome: "passed",
    lab: "lab2a",
    submission: { folder: "alice", how: "changed", changedFiles: 1, hash: "a".repeat(64), main: "raft.ts" },
    change: { kind: "pull-request", number: 5, isFork: true, head: "1".repeat(40), base: "2".repeat(40) },
    identity: {
      grader: "b".repeat(64),
      node: "v20.19.0",
      policy: "c".repeat(64),
      seed: 1,
      scenarios: "d".repeat(64),
    },
    sandbox: { tier: "full" },
    rules: [{ rule: "all", passed: true, failing: 0 }],
    hidden: 0,
    notes: [],
    result: resultOf([scenario("lab2a/initial-election")]),
    ...more,
  };
}
