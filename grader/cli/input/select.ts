import { existsSync } from "node:fs";
import { join } from "node:path";
import { KIT } from "../../../labs/index.ts";
import type { Lab, Scenario, Suite } from "../../harness/scenario.ts";
import { packageRoot } from "../../sandbox/dist-file.ts";
import { didYouMean } from "../../text/nearest.ts";
import { UsageError } from "./usage-error.ts";

/** A lab, or one stage of it. */
export interface Selection {
  /** As results name it: `lab2` or `lab2b`. */
  readonly id: string;
  readonly lab: Lab;
  readonly suites: readonly Suite[];
}

/** Finds a lab, or a stage of one, by its id or its name. A word that names several is refused. */
export function selectLab(labs: readonly Lab[], name: string): Selection {
  const wanted = name.toLowerCase();
  const all = labs.flatMap((lab) => [
    { words: [lab.id, lab.name], id: lab.id, lab, suites: lab.suites },
    ...lab.suites.map((suite) => ({ words: [suite.id, suite.name], id: suite.id, lab, suites: [suite] })),
  ]);
  const meant = all.filter(({ words }) => words.includes(wanted));
  if (meant.length > 1)
    throw new UsageError(`"${name}" may be ${meant.map(({ id }) => id).join(" or ")}: name one of these`);
  const [only] = meant;
  if (only !== undefined) return { id: only.id, lab: only.lab, suites: only.suites };
  const suite = labs.flatMap(({ suites }) => suites).find((one) => one.scenarios.some(({ id }) => id === wanted));
  if (suite !== undefined)
    throw new UsageError(
      `"${name}" is one scenario: grade ${suite.id} --only ${wanted.slice(wanted.indexOf("/") + 1)}`,
    );
  const known = all.flatMap(({ words }) => [...new Set(words)]);
  throw new UsageError(`unknown lab "${name}"${didYouMean(name, known) || `; there are ${known.join(", ")}`}`);
}

/** The scenarios of a selection; with `only`, those whose id contains it. `option`: what it was given with. */
export function selectScenarios(
  { id, suites }: Selection,
  only: string | undefined,
  option = "--only",
): readonly Scenario[] {
  const all = suites.flatMap((suite) => suite.scenarios);
  if (all.length === 0) throw new UsageError(`no scenario of ${id} is in this kit: the course grades it with its own`);
  if (only === undefined) return all;
  const chosen = all.filter((scenario) => scenario.id.includes(only));
  if (chosen.length > 0) return chosen;
  const suggestion = didYouMean(
    only,
    all.flatMap((scenario) => [scenario.id, scenario.id.slice(scenario.id.indexOf("/") + 1)]),
  );
  throw new UsageError(
    `${option} ${only} matches no scenario of ${id}${suggestion || '; "grade list" shows them all'}`,
  );
}

/** One run, as a replay line names it. */
export interface RunName {
  readonly lab: Lab;
  readonly scenario: Scenario;
  readonly seed: number;
}

/** Understands `<lab>/<scenario>@<seed>`, for example `lab2b/backup@7`. */
export function selectRun(labs: readonly Lab[], text: string): RunName {
  const [, labName, scenarioName, seedText] = /^([^/@]+)\/([^@]+)@(\d+)$/.exec(text) ?? [];
  const seed = Number(seedText);
  if (labName === undefined || scenarioName === undefined || !Number.isSafeInteger(seed)) {
    const [example] = labs.flatMap((lab) => lab.suites.flatMap((suite) => suite.scenarios));
    throw new UsageError(`"${text}" names no run: a run is <lab>/<scenario>@<seed>, for example ${example?.id}@7`);
  }
  const { lab, suites } = selectLab(labs, labName);
  const scenarios = suites.flatMap((suite) => suite.scenarios);
  const scenario = scenarios.find(
    ({ id }) => id === `${suites[0]?.id}/${scenarioName}` || id.endsWith(`/${scenarioName}`),
  );
  if (scenario !== undefined) return { lab, scenario, seed };
  const suggestion = didYouMean(
    scenarioName,
    scenarios.map(({ id }) => id.slice(id.indexOf("/") + 1)),
  );
  throw new UsageError(`${labName} has no scenario "${scenarioName}"${suggestion || '; "grade list" shows them all'}`);
}

/** The folder to grade when none is named: the current one if it holds the main file, else `skeleton/`. */
export function defaultSubmission({ form }: Lab): string {
  if ([`${form.file}.ts`, `${form.file}.js`].some((name) => existsSync(name))) return ".";
  // Of a kit everybody has one in the place where he works: another folder is a mistake.
  if (KIT !== null) {
    throw new UsageError(
      `there is no ${form.file}.ts or ${form.file}.js in the current folder: go to the one that has it, or name it`,
    );
  }
  return existsSync("skeleton") ? "skeleton" : join(packageRoot(), "skeleton");
}
