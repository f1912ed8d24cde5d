import { type Policy, visibilityOf } from "../../batch/index.ts";
import type { GradingResult, ScenarioResult } from "../../run/result.ts";
import { shortened } from "../../run/run-result.ts";

/** Under which name a scenario is told of: its own, or one that says no more than its stage. */
export type Names = ReadonlyMap<string, string>;

const HIDDEN = /^[^/]+\/hidden-\d+$/;

/**
 * Names for scenarios that the policy hides, in the order of the lab. Those that it hides until the hand-in is over are
 * hidden: a check does not know who may still hand in.
 */
export function publicNames(ids: readonly string[], policy: Policy): Names {
  const counts = new Map<string, number>();
  return new Map(
    ids.map((id) => {
      if (visibilityOf(policy, id, false) === "visible") return [id, id];
      const suite = id.slice(0, id.indexOf("/"));
      const number = (counts.get(suite) ?? 0) + 1;
      counts.set(suite, number);
      return [id, `${suite}/hidden-${number}`];
    }),
  );
}

export function isHiddenName(id: string): boolean {
  return HIDDEN.test(id);
}

/** The result as students may see it: of hidden scenarios nothing but verdict and points, and no name of them anywhere. */
export function withoutHidden(result: GradingResult, names: Names): GradingResult {
  const hidden = result.scenarios.filter(({ id }) => (names.get(id) ?? id) !== id);
  const scenarios = result.scenarios.map((scenario): ScenarioResult => {
    const name = names.get(scenario.id) ?? scenario.id;
    if (name !== scenario.id) {
      const { points, maxPoints, verdict } = scenario;
      return { id: name, title: "hidden", points, maxPoints, verdict, runs: [] };
    }
    return fewWords(withoutNames(scenario, hidden));
  });
  const suites = result.suites.map(({ safetyCap, ...suite }) => {
    const inSuite = (id: string) => id.startsWith(`${suite.id}/`);
    // Which property a hidden scenario saw violated would be told by the reason.
    const isTold =
      safetyCap === undefined ||
      !hidden.some(({ id, runs }) => inSuite(id) && runs.some(({ property }) => property !== undefined));
    return isTold && safetyCap !== undefined ? { ...suite, safetyCap } : suite;
  });
  return { ...result, suites, scenarios };
}

/** A scenario that was skipped names the one that it needs. */
function withoutNames(scenario: ScenarioResult, hidden: readonly ScenarioResult[]): ScenarioResult {
  if (scenario.verdict !== "skipped" || !hidden.some(({ id }) => scenario.message === needs(id))) return scenario;
  return { ...scenario, message: needs("a hidden scenario") };
}

function needs(what: string): string {
  return `needs ${what}, which did not pass`;
}

/** One run that did not pass is told in full; more of them would make the report as large as they are many. */
function fewWords(scenario: ScenarioResult): ScenarioResult {
  const first = scenario.runs.findIndex(({ verdict }) => verdict !== "passed");
  return {
    ...scenario,
    runs: scenario.runs.map((run, at) => (run.verdict === "passed" || at === first ? run : shortened(run))),
  };
}
