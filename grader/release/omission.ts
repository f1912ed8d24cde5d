import type { Kit, Missing } from "../../labs/index.ts";
import { type Policy, pointsOf, visibilityOf } from "../batch/index.ts";
import type { Lab, Scenario, Suite } from "../harness/scenario.ts";
import { ReleaseError } from "./release-error.ts";

/** What a package for students leaves out of the labs, and what its scenarios are worth. */
export interface Omission {
  /** The ids of its labs; others are not in it at all. */
  readonly labs: readonly string[];
  /** The ids of those that are not, by which the list of labs names them. */
  readonly otherLabs: readonly string[];
  /** All scenarios, by their ids. */
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** Ids of those that are left out. */
  readonly hidden: ReadonlySet<string>;
  /** Points of those that stay, by their ids. */
  readonly points: ReadonlyMap<string, number>;
  /** Names that students know of any lab: methods of its API, and what files of scenarios can expect. */
  readonly api: ReadonlySet<string>;
  /** What the package says of itself. */
  readonly kit: Kit;
}

/** All of the labs: nothing is left out of them. */
export function wholeLabs(labs: readonly Lab[]): Omission {
  return omission(
    labs,
    labs,
    () => false,
    ({ points }) => points,
  );
}

/**
 * What the policy hides of one lab, `after-due` included, and of the others everything.
 *
 * @throws ReleaseError when nothing would be left.
 */
export function omissionOf(labs: readonly Lab[], lab: Lab, policy: Policy): Omission {
  const isHidden = ({ id }: Scenario) => visibilityOf(policy, id, false) === "hidden";
  const made = omission(labs, [lab], isHidden, ({ id, points }) => pointsOf(policy, id, points));
  if (made.points.size === 0)
    throw new ReleaseError(`the policy hides every scenario of ${lab.id}: a kit would hold none`);
  return made;
}

function omission(
  all: readonly Lab[],
  kept: readonly Lab[],
  isHidden: (scenario: Scenario) => boolean,
  pointsIn: (scenario: Scenario) => number,
): Omission {
  const scenarios = new Map(all.flatMap(scenariosOf).map((scenario) => [scenario.id, scenario]));
  const stays = (scenario: Scenario) => kept.some((lab) => scenariosOf(lab).includes(scenario)) && !isHidden(scenario);
  const staying = [...scenarios.values()].filter(stays);
  const points = new Map(staying.map((scenario) => [scenario.id, pointsIn(scenario)]));
  const hidden = new Set([...scenarios.keys()].filter((id) => !points.has(id)));
  const missingOf = (suite: Suite): [string, Missing] => {
    const gone = suite.scenarios.filter(({ id }) => hidden.has(id));
    const dependants = suite.scenarios.filter(
      ({ id, dependsOn = [] }) => !hidden.has(id) && dependsOn.some((other) => hidden.has(other)),
    );
    // In hundredths, as points are counted, so that a sum shows no digits of the machine's.
    const hundredths = gone.reduce((sum, scenario) => sum + Math.round(pointsIn(scenario) * 100), 0);
    return [suite.id, { scenarios: gone.length, points: hundredths / 100, dependants: dependants.length }];
  };
  return {
    labs: kept.map(({ id }) => id),
    otherLabs: all.filter((lab) => !kept.includes(lab)).map(({ id }) => id),
    scenarios,
    hidden,
    points,
    api: new Set(
      all.flatMap(({ form, expectations = {} }) => [
        ...form.roles.flatMap(({ local }) => Object.keys(local)),
        ...Object.keys(expectations),
      ]),
    ),
    kit: { missing: Object.fromEntries(kept.flatMap(({ suites }) => suites.map(missingOf))) },
  };
}

function scenariosOf({ suites }: Lab): Scenario[] {
  return suites.flatMap((suite) => suite.scenarios);
}
