import { isHiddenName } from "../../report/hidden-names.ts";
import type { GradingResult } from "../../run/result.ts";
import type { CiComparison } from "./report.ts";

/**
 * What has changed since another result of the same stage or lab; null when they have no scenario in common.
 *
 * @param isSamePolicy whether hidden scenarios of one name are the same in both.
 */
export function compareResults(before: GradingResult, now: GradingResult, isSamePolicy: boolean): CiComparison | null {
  const verdicts = new Map(before.scenarios.map(({ id, verdict }) => [id, verdict]));
  const fixed: string[] = [];
  const lost: CiComparison["lost"] = [];
  let notCompared = 0;
  for (const { id, verdict } of now.scenarios) {
    const earlier = verdicts.get(id);
    if (earlier === undefined || (isHiddenName(id) && !isSamePolicy)) notCompared++;
    else if (earlier !== "passed" && verdict === "passed") fixed.push(id);
    else if (earlier === "passed" && verdict !== "passed") lost.push({ id, before: earlier, now: verdict });
  }
  // The other one may be of the whole lab, and this one of a stage.
  const suites = before.suites.filter(({ id }) => now.suites.some((suite) => suite.id === id));
  // Where every scenario is hidden and nothing is told of it, the points of the stages say what there is to say.
  const isByPoints = now.scenarios.length === 0 && isSamePolicy && suites.length > 0;
  if (notCompared === now.scenarios.length && !isByPoints) return null;
  const sum = (of: "points" | "maxPoints") => suites.reduce((total, suite) => total + suite[of], 0);
  return {
    points: sum("points"),
    maxPoints: sum("maxPoints"),
    suites: suites.map(({ id, points, maxPoints }) => ({ id, points, maxPoints })),
    fixed,
    lost,
    notCompared,
    isSameSubmission: before.submissionHash !== "" && before.submissionHash === now.submissionHash,
  };
}
