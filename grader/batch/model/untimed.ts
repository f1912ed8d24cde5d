import type { GradingResult, GradingTiming, RunResult, ScenarioResult } from "../../run/result.ts";

/** A grading without its wall-clock figures: equal for the same submission, seeds and grader on any machine. */
export type UntimedResult = Omit<GradingResult, "timing" | "scenarios"> & {
  readonly scenarios: readonly (Omit<ScenarioResult, "runs"> & {
    readonly runs: readonly Omit<RunResult, "timing">[];
  })[];
};

/** What was taken out. */
export interface Timing extends GradingTiming {
  /** Milliseconds of wall time of each run, by scenario; scenarios without runs are left out. */
  readonly runs: Readonly<Record<string, readonly number[]>>;
}

export function splitTiming(result: GradingResult): { readonly untimed: UntimedResult; readonly timing: Timing } {
  const { timing, scenarios, ...rest } = result;
  const runs: Record<string, number[]> = {};
  const untimed = scenarios.map((scenario) => {
    if (scenario.runs.length > 0) runs[scenario.id] = scenario.runs.map((run) => run.timing.wallMs);
    return { ...scenario, runs: scenario.runs.map(({ timing: _, ...run }) => run) };
  });
  return { untimed: { ...rest, scenarios: untimed }, timing: { ...timing, runs } };
}

/** The contract's result again. */
export function joinTiming({ scenarios, ...rest }: UntimedResult, { runs, ...timing }: Timing): GradingResult {
  return {
    ...rest,
    timing,
    scenarios: scenarios.map((scenario) => ({
      ...scenario,
      runs: scenario.runs.map((run, index) => ({ ...run, timing: { wallMs: runs[scenario.id]?.[index] ?? 0 } })),
    })),
  };
}
