import type { HiddenShows } from "../../batch/index.ts";
import { type Names, withoutNames } from "../../report/hidden-names.ts";
import type { GradingResult, ScenarioResult } from "../../run/result.ts";
import { shortened } from "../../run/run-result.ts";

/**
 * The result as students may see it: of hidden scenarios nothing but verdict and points, and no name of them anywhere. By
 * `hiddenShows` a little more, or nothing at all; points of stages and of all are what they were.
 */
export function withoutHidden(
  result: GradingResult,
  names: Names,
  hiddenShows: HiddenShows = "verdict",
): GradingResult {
  const hidden = result.scenarios.filter(({ id }) => (names.get(id) ?? id) !== id);
  const told = hiddenShows === "nothing" ? result.scenarios.filter((one) => !hidden.includes(one)) : result.scenarios;
  const scenarios = told.map((scenario): ScenarioResult => {
    const name = names.get(scenario.id) ?? scenario.id;
    if (name !== scenario.id) {
      const { points, maxPoints, verdict, property } = scenario;
      const isTold = hiddenShows === "property" && property !== undefined;
      return { id: name, title: "hidden", points, maxPoints, verdict, ...(isTold && { property }), runs: [] };
    }
    return fewWords(withoutSecrets(scenario, hidden, hiddenShows !== "nothing"));
  });
  const suites = result.suites.map(({ safetyCap, ...suite }) => {
    const inSuite = (id: string) => id.startsWith(`${suite.id}/`);
    // Which property a hidden scenario saw violated would be told by the reason.
    const isTold =
      safetyCap === undefined ||
      hiddenShows === "property" ||
      !hidden.some(({ id, runs }) => inSuite(id) && runs.some(({ property }) => property !== undefined));
    return isTold && safetyCap !== undefined ? { ...suite, safetyCap } : suite;
  });
  return { ...result, suites, scenarios };
}

/** A scenario that was skipped names the one that it needs. */
function withoutSecrets(scenario: ScenarioResult, hidden: readonly ScenarioResult[], isTold: boolean): ScenarioResult {
  if (scenario.message === undefined) return scenario;
  return {
    ...scenario,
    message: withoutNames(
      scenario.message,
      hidden.map(({ id }) => id),
      isTold,
    ),
  };
}

/** One run that did not pass is told in full; more of them would make the report as large as they are many. */
function fewWords(scenario: ScenarioResult): ScenarioResult {
  const first = scenario.runs.findIndex(({ verdict }) => verdict !== "passed");
  return {
    ...scenario,
    runs: scenario.runs.map((run, at) => (run.verdict === "passed" || at === first ? run : shortened(run))),
  };
}
