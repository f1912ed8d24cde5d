import type { Lab, Scenario } from "../grader/harness/scenario.ts";
import { lab2 } from "./raft/index.ts";

export { KIT, type Kit, type Missing } from "./kit.ts";

/** All labs: the only place that lists them. */
export const labs: readonly Lab[] = [lab2];

const scenarios = new Map<string, Scenario>(
  labs.flatMap(({ suites }) => suites.flatMap((suite) => suite.scenarios.map((scenario) => [scenario.id, scenario]))),
);

/** The scenario of that id, in whatever lab. Throws when there is none. */
export function scenarioOf(id: string): Scenario {
  const scenario = scenarios.get(id);
  if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
  return scenario;
}
