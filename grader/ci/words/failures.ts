import { isHiddenName } from "../../report/hidden-names.ts";
import type { RunResult, ScenarioResult, SourcePlace } from "../../run/result.ts";
import { cutText, TEXT_LIMITS } from "../../text/cut.ts";
import type { CiReport } from "../model/report.ts";

const CONSOLE_LINES = 20;
const PLACES = 10;
const PEERS = 20;

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
    const run = tellingRun(scenario);
    return [{ scenario, ...(run && { run }), isHidden: isHiddenName(scenario.id) }];
  });
}

/** The run that says why a scenario did not pass, with no more words than a grading keeps: a report may be anybody's. */
export function tellingRun({ runs }: ScenarioResult): RunResult | undefined {
  const run = runs.find(({ verdict }) => verdict !== "passed");
  if (run === undefined) return undefined;
  const { message, failure, console, places, peers } = run;
  const sentence = (text: string) => cutText(text, 2 * TEXT_LIMITS.message);
  return {
    ...run,
    ...(message !== undefined && { message: sentence(message) }),
    ...(failure && { failure: { ...failure, expected: sentence(failure.expected), seen: sentence(failure.seen) } }),
    ...(console && { console: console.slice(-CONSOLE_LINES).map((line) => cutText(line, 2 * TEXT_LIMITS.line)) }),
    ...(places && { places: places.slice(0, PLACES).map(shortPlace) }),
    ...(peers && { peers: peers.slice(0, PEERS) }),
  };
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
  return `npx --no ${run.replay}`;
}

function shortPlace({ file, function: name, ...place }: SourcePlace): SourcePlace {
  const short = (text: string) => cutText(text, TEXT_LIMITS.message);
  return { ...place, file: short(file), ...(name !== undefined && { function: short(name) }) };
}
