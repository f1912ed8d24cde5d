import type { RunResult, ScenarioResult, SourcePlace } from "../../run/result.ts";
import { isHiddenName } from "../model/hide.ts";
import type { CiReport } from "../model/report.ts";

/** A scenario that did not pass, with the run that says why. Of a hidden one there is no run. */
export interface Failing {
  readonly scenario: ScenarioResult;
  readonly run?: RunResult;
  readonly isHidden: boolean;
}

/** Scenarios that did not pass by themselves, in their order. */
export function failingOf({ result }: CiReport): readonly Failing[] {
  if (result === undefined || result.ungradable !== undefined) return [];
  return result.scenarios.flatMap((scenario) => {
    if (scenario.verdict === "passed" || scenario.verdict === "skipped") return [];
    const run = scenario.runs.find(({ verdict }) => verdict !== "passed");
    return [{ scenario, ...(run && { run }), isHidden: isHiddenName(scenario.id) }];
  });
}

/** Where it happened, innermost first; the first is what an annotation points at. */
export function placeOf({ run }: Failing): SourcePlace | undefined {
  return run?.places?.[0];
}

/** A file of the submission as the repository knows it. */
export function repositoryPath({ submission }: CiReport, file: string): string {
  const folder = submission?.folder ?? ".";
  return folder === "." ? file : `${folder}/${file}`;
}

/** What to type to see the run again, in the folder that the submission lies in. */
export function replayCommand(run: RunResult): string {
  return `npx ${run.replay}`;
}
