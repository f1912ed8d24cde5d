import { evidenceOf, type Outcomes, type ScenarioEvidence, type Weighed } from "../report/evidence.ts";
import type { CalibrationResult, MatrixCell } from "./result.ts";
import { survivalChance } from "./statistics.ts";

/**
 * How well each scenario tells right from wrong ones, over all that a calibration played: a submission passes a scenario with the chance
 * that all of its default runs pass. Wrong ones count in the stages in which they were played.
 */
export function calibrationEvidence(
  { scenarios: columns, wrong, right }: Pick<CalibrationResult, "scenarios" | "wrong" | "right">,
  scenarios: readonly Weighed[],
): readonly ScenarioEvidence[] {
  const runsOf = new Map(columns.map(({ id, defaultRuns }) => [id, defaultRuns]));
  const chance = ({ scenario, kills }: MatrixCell): readonly [string, number] => [
    scenario,
    survivalChance([{ kill: kills.hits / kills.of, runs: runsOf.get(scenario) ?? 1 }]),
  ];
  const submissions: Outcomes[] = [
    ...wrong.map(({ cells, before }) => new Map([...before, ...cells].map(chance))),
    // Of right ones it is only known where they failed.
    ...right.map(({ failures }) => {
      const failed = new Set(failures.map(({ scenario }) => scenario));
      return new Map(columns.map(({ id }) => [id, failed.has(id) ? 0 : 1]));
    }),
  ];
  return evidenceOf(scenarios, submissions);
}
