import { describeRun, headline } from "../../report/failure-text.ts";
import { makeStyle } from "../../report/style.ts";
import { oneLine } from "../../text/printable.ts";
import type { BatchResult, MemberResult } from "../model/batch-result.ts";
import { pointsText } from "../outputs/text.ts";
import type { SeenScenario, StageView, StudentView } from "./student-view.ts";

const NO_COLOURS = makeStyle(false);

/** What a student is told of a scenario that did not pass, as lines: what was expected and seen, where, and how to see it again. */
export function failureLines({ run, message }: SeenScenario): readonly string[] {
  return run === undefined ? [message] : [...factLines({ run }), `again     ${replayCommand({ run })}`];
}

/** The same without how to see it again. */
export function factLines({ run }: Pick<SeenScenario, "run">): readonly string[] {
  return run === undefined ? [] : describeRun(run, NO_COLOURS);
}

/** What to type in the folder of the submission to see the run again; empty where nothing was played. */
export function replayCommand({ run }: Pick<SeenScenario, "run">): string {
  return run === undefined ? "" : `npx --no ${run.replay}`;
}

/** What the text of a scenario file is for. */
export const SCRIPT_USE =
  'The same as a scenario file, which can be changed: in a file "failure.scenario" in the folder of the submission it is played by npx --no grade run failure.scenario';

/** That no story is told, and why. */
export function withoutStory(why: string): string {
  return `How it comes about is not told here: ${why}.`;
}

/** In which of its runs it was seen: `in run 2`; empty where nothing was played. */
export function whichRun({ scenario }: SeenScenario): string {
  const at = scenario.runs.findIndex(({ verdict }) => verdict !== "passed");
  return at < 0 ? "" : `in run ${at + 1}`;
}

/** `3 of 4 points`, or that there are none. */
export function pointsOf(final: number | null, max: number): string {
  return final === null ? `no points of ${pointsText(max)}` : `${pointsText(final)} of ${pointsText(max)} points`;
}

/** Points of whoever a report is for: one line, or one for each of a group where they differ. */
export function pointsLines(
  { points, members = [] }: Pick<BatchResult, "points" | "members">,
  member?: MemberResult,
): readonly { readonly who: string; readonly points: string }[] {
  const own = (member === undefined ? members : [member]).filter((one) => one.points !== undefined);
  const [first] = own;
  const isSame = own.every((one) => one.points?.final === first?.points?.final);
  if (isSame) return [{ who: "", points: pointsOf(first === undefined ? points.final : finalOf(first), points.max) }];
  return own.map((one) => ({ who: one.name ?? "", points: pointsOf(finalOf(one), points.max) }));
}

function finalOf({ points }: MemberResult): number | null {
  return points?.final ?? null;
}

/** Few lines that say it all in short: for a field of comments. */
export function shortLines({ stages, facts, ungradable }: StudentView): readonly string[] {
  return [...facts, ...(ungradable === undefined ? [] : [oneLine(ungradable)]), ...stages.flatMap(stageLines)];
}

function stageLines({ id, points, maxPoints, capped, scenarios, hidden }: StageView): readonly string[] {
  return [
    `${id}: ${pointsOf(points, maxPoints)}`,
    ...(capped === undefined ? [] : [`${id}: ${capped}`]),
    ...scenarios
      .filter(({ scenario }) => scenario.verdict !== "passed")
      .map(({ scenario }) => `${scenario.id}: ${headline(scenario)}`),
    ...hidden.map((one) => `${one.name}: ${headline(one)}`),
  ];
}
