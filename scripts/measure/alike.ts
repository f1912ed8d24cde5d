import type { GradingResult, RunResult, ScenarioResult } from "../../grader/run/result.ts";

/** Runs of a scenario are alike when each of these figures differs by no more than this share. */
const FIGURES = ["virtualMs", "rpcs", "bytes"] as const satisfies readonly (keyof RunResult)[];
const SPARE = 0.05;

/**
 * The scenarios of which two gradings play runs that are alike: as many, of about the same virtual time, requests and bytes. Where
 * scenarios have changed between two checkouts, or others have come, times of these tell what the same work takes.
 */
export function alikeIn(present: GradingResult, other: GradingResult): ReadonlySet<string> {
  const others = new Map(other.scenarios.map((scenario) => [scenario.id, scenario]));
  const isAlike = (scenario: ScenarioResult): boolean => {
    const match = others.get(scenario.id);
    if (match?.runs.length !== scenario.runs.length) return false;
    return FIGURES.every((figure) => isNear(sumOf(scenario, figure), sumOf(match, figure)));
  };
  return new Set(present.scenarios.filter(isAlike).map(({ id }) => id));
}

/** Wall time of all runs of these scenarios, milliseconds: two at a time count twice. */
export function runsMsOf({ scenarios }: GradingResult, ids: ReadonlySet<string>): number {
  const runs = scenarios.filter(({ id }) => ids.has(id)).flatMap((scenario) => scenario.runs);
  return runs.reduce((sum, { timing }) => sum + timing.wallMs, 0);
}

function sumOf({ runs }: ScenarioResult, figure: (typeof FIGURES)[number]): number {
  return runs.reduce((sum, run) => sum + run[figure], 0);
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= SPARE * Math.max(a, b);
}
