import { type GradeRequest, grade } from "./grade.ts";
import type { GradingResult, Verdict } from "./result.ts";

/** What speaks against a submission and what it stands on, so that one asks which of them it is. */
const BLAMED: ReadonlySet<Verdict> = new Set([
  "failed",
  "crashed",
  "hung",
  "out-of-memory",
  "output-limit",
  "nondeterministic",
]);

/** Ids of the scenarios that did not pass, over layers of the user's own, by a fault of either. */
export function toCompare({ ownLayers, scenarios, interrupted }: GradingResult): readonly string[] {
  if (ownLayers === undefined || interrupted) return [];
  return scenarios.filter(({ verdict }) => BLAMED.has(verdict)).map(({ id }) => id);
}

/**
 * Plays the scenarios that did not pass over layers of the user's own over ours, on the same seeds: where they pass, the fault
 * is in a layer. `request`: that of the grading whose result it is.
 *
 * @returns the result with what came of that.
 */
export async function compareWithGiven(request: GradeRequest, result: GradingResult): Promise<GradingResult> {
  const ids = toCompare(result);
  if (ids.length === 0) return result;
  const { layers: _, onEvent: __, ...same } = request;
  const scenarios = request.scenarios.filter(({ id }) => ids.includes(id));
  const given = await grade({ ...same, scenarios });
  const verdicts = new Map(given.scenarios.map(({ id, verdict }) => [id, verdict]));
  return {
    ...result,
    scenarios: result.scenarios.map((scenario) => {
      const overGiven = verdicts.get(scenario.id);
      // One that was not played, as the grading was interrupted, says nothing.
      if (overGiven === undefined || overGiven === "skipped") return scenario;
      const { runs, ...rest } = scenario;
      return { ...rest, overGiven, runs };
    }),
  };
}
