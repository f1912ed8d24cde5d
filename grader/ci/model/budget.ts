import type { Scenario, Suite } from "../../harness/scenario.ts";

/** Minutes are those of so many cores, as in `--sample`. */
const BUDGET_CORES = 2;
/** So much of a budget is planned: a machine that is slower or busy should come to the end before the clock stops it. */
const PLANNED_SHARE = 0.5;
/** What the boundary and the audits of all peers come to, by the cost of the run itself. */
const BOUNDARY_AND_AUDITS = 2;
/** A scenario of which nobody has said what a run costs. */
const UNKNOWN_COST_MS = 100;

export interface BudgetPlan {
  /** In the order of the lab. */
  readonly scenarios: readonly Scenario[];
  readonly leftOut: readonly Scenario[];
}

/**
 * Chooses the scenarios that fit into a budget: stage by stage, in each those first that have most points, and of these the
 * cheap ones; each after those that it depends on. One is always chosen. It goes by what runs are known to cost and by no clock,
 * so that the same is chosen everywhere.
 *
 * @param scenarios those that may be chosen. @param runsOf how many runs a scenario gets. @param costsMs of one run, by id.
 */
export function planBudget(
  suites: readonly Suite[],
  scenarios: readonly Scenario[],
  minutes: number,
  runsOf: (id: string) => number,
  costsMs: Readonly<Record<string, number>>,
): BudgetPlan {
  const byId = new Map(scenarios.map((scenario) => [scenario.id, scenario]));
  const costOf = ({ id }: Scenario) => (costsMs[id] ?? UNKNOWN_COST_MS) * BOUNDARY_AND_AUDITS * runsOf(id);
  const chosen = new Set<Scenario>();
  let leftMs = minutes * 60_000 * BUDGET_CORES * PLANNED_SHARE;
  const order = suites.flatMap((suite) =>
    scenarios
      .filter(({ id }) => id.startsWith(`${suite.id}/`))
      .sort((a, b) => b.points - a.points || costOf(a) - costOf(b) || (a.id < b.id ? -1 : 1)),
  );
  for (const scenario of order) {
    const wanted = withNeeds(scenario, byId).filter((one) => !chosen.has(one));
    const costMs = wanted.reduce((sum, one) => sum + costOf(one), 0);
    if (costMs > leftMs && chosen.size > 0) continue;
    leftMs -= costMs;
    for (const one of wanted) chosen.add(one);
  }
  return {
    scenarios: scenarios.filter((scenario) => chosen.has(scenario)),
    leftOut: scenarios.filter((scenario) => !chosen.has(scenario)),
  };
}

/** A scenario and all that it depends on, those first that others need. */
function withNeeds(scenario: Scenario, byId: ReadonlyMap<string, Scenario>): readonly Scenario[] {
  const needs = (scenario.dependsOn ?? []).flatMap((id) => {
    const needed = byId.get(id);
    return needed === undefined ? [] : withNeeds(needed, byId);
  });
  return [...new Set([...needs, scenario])];
}
