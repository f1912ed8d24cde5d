import { KIT } from "../../../labs/index.ts";
import type { Suite } from "../../harness/scenario.ts";
import type { NotInKit } from "../../run/result.ts";

/** What is missing of these stages in a students' kit; undefined when nothing is, and in the course's own package. */
export function notInKit(suites: readonly Suite[], kit = KIT): NotInKit | undefined {
  const missing = suites.flatMap(({ id }) => kit?.missing[id] ?? []);
  const sum = (figures: readonly number[]) =>
    figures.reduce((total, figure) => total + Math.round(figure * 100), 0) / 100;
  const scenarios = sum(missing.map((suite) => suite.scenarios));
  if (scenarios === 0) return undefined;
  const points = sum(missing.map((suite) => suite.points));
  return {
    scenarios,
    points,
    ofPoints: sum([points, ...suites.map((suite) => suite.points)]),
  };
}

/** The same in words, as a whole sentence. */
export function notInKitText({ scenarios, points, ofPoints }: NotInKit): string {
  const which = scenarios === 1 ? "a scenario that is" : `${scenarios} scenarios that are`;
  return `${points} of ${ofPoints} points ${points === 1 ? "is" : "are"} decided by ${which} not in this kit.`;
}

/** That scenarios of a stage are skipped, in the course's gradings, for what is not here; empty when none is. */
export function dependantsText({ id }: Suite, kit = KIT): string {
  const dependants = kit?.missing[id]?.dependants ?? 0;
  if (dependants === 0) return "";
  const which = dependants === 1 ? "One of those below is" : `${dependants} of those below are`;
  return `${which} skipped there when one that is not in this kit did not pass.`;
}
