import type { GradingResult, OwnLayerResult, ScenarioResult, Verdict } from "../run/result.ts";
import { oneLine } from "../text/printable.ts";

/** What to type to have a layer tested by itself. */
export type LayerCommand = (layer: OwnLayerResult) => string;

/** Where the fault is of a run that did not pass over layers of the user's own. `overGiven`: what it comes to over ours. */
export function faultText(layers: readonly OwnLayerResult[], overGiven: Verdict, command: LayerCommand): string {
  const which = layers.map(named).join(" and ");
  const given = `the given ${layers.length === 1 ? "one" : "ones"}`;
  if (overGiven !== "passed")
    return `not in ${which} alone: over ${given} the same schedules do not pass either (${overGiven})`;
  const commands = layers.map((layer) => command(layer)).join(" and ");
  return `in ${which}: over ${given} the same schedules pass; test it by itself: ${commands}`;
}

/** Of a scenario; null where nothing is known. */
export function scenarioFault(
  { overGiven }: ScenarioResult,
  { ownLayers }: GradingResult,
  command: LayerCommand | undefined,
): string | null {
  if (ownLayers === undefined || overGiven === undefined || command === undefined) return null;
  return faultText(ownLayers, overGiven, command);
}

/** Below the points: that they are none, and how many failures are a layer's. */
export function ownLayerLines(
  { lab, ownLayers, scenarios }: GradingResult,
  command: LayerCommand | undefined,
): string[] {
  if (ownLayers === undefined) return [];
  const which = ownLayers.map(named).join(" and ");
  const blamed = scenarios.filter(({ overGiven }) => overGiven === "passed").length;
  const of = `${blamed} scenario${blamed === 1 ? " fails" : "s fail"}`;
  const commands = command === undefined ? "" : `; test it by itself: ${ownLayers.map(command).join(" and ")}`;
  return [
    `Played over ${which}: no grade, as ${lab} is scored over the given ${ownLayers.map(({ title }) => title).join(" and ")}.`,
    ...(blamed === 0 ? [] : [`${of} over it and not over the given one: the fault is in ${which}${commands}`]),
  ];
}

function named({ title, submission }: OwnLayerResult): string {
  return `the ${title} of ${oneLine(submission)}`;
}
