import type { Lab, Scenario, Suite } from "../../harness/scenario.ts";
import { didYouMean } from "../../text/nearest.ts";
import { UsageError } from "./usage-error.ts";

/** A lab, or one stage of it. */
export interface Selection {
  /** As results name it: `lab2` or `lab2b`. */
  readonly id: string;
  readonly lab: Lab;
  readonly suites: readonly Suite[];
}

/** What a lab or a stage may be called: `lab2 or raft`. */
export function namesText({ id, name }: Pick<Suite, "id" | "name">): string {
  return name === id ? id : `${id} or ${name}`;
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
  const [suite, ...others] = labs.flatMap(({ suites }) => suites).filter((one) => named(one, wanted).length > 0);
  if (suite !== undefined)
    throw new UsageError(
      `"${name}" is one scenario${others.length > 0 ? " in each of several stages" : ""}: grade ${suite.id} --only ${shortName(wanted)}`,
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
    all.flatMap(({ id }) => [id, shortName(id)]),
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

/**
 * Understands `<lab>/<scenario>@<seed>`, for example `lab2b/backup@7`; the lab, or stage, may be left out where only one has a
 * scenario of that name.
 */
export function selectRun(labs: readonly Lab[], text: string): RunName {
  const [run = "", seedText = "", ...more] = text.split("@");
  const [scenarioName = "", labName, ...further] = run.split("/").reverse();
  const seed = Number(seedText);
  const isRun = more.length === 0 && further.length === 0 && scenarioName !== "" && labName !== "";
  if (!isRun || !/^\d+$/.test(seedText) || !Number.isSafeInteger(seed)) {
    const [example] = labs.flatMap((lab) => lab.suites.flatMap((suite) => suite.scenarios));
    throw new UsageError(`"${text}" names no run: a run is <lab>/<scenario>@<seed>, for example ${example?.id}@7`);
  }
  const chosen = labName === undefined ? null : selectLab(labs, labName);
  const suites = chosen?.suites ?? labs.flatMap((lab) => lab.suites);
  const [scenario, ...others] = suites.flatMap((suite) => named(suite, scenarioName));
  if (scenario !== undefined && others.length > 0) {
    const ids = [scenario, ...others].map(({ id }) => `${id}@${seedText}`);
    throw new UsageError(`"${text}" may be ${ids.join(" or ")}: name one of these`);
  }
  const lab = labs.find((one) => one.suites.some(({ scenarios }) => scenarios.some(({ id }) => id === scenario?.id)));
  if (scenario !== undefined && lab !== undefined) return { lab, scenario, seed };
  const suggestion = didYouMean(
    scenarioName,
    suites.flatMap(({ scenarios }) => scenarios.map(({ id }) => shortName(id))),
  );
  const where = labName === undefined ? "there is" : `${labName} has`;
  throw new UsageError(`${where} no scenario "${scenarioName}"${suggestion || '; "grade list" shows them all'}`);
}

/** The scenarios of a stage that a word may mean: by the whole id, or without the stage. */
function named({ scenarios }: Suite, word: string): readonly Scenario[] {
  return scenarios.filter(({ id }) => id === word || shortName(id) === word);
}

/** Without its stage: `backup`. */
function shortName(scenarioId: string): string {
  return scenarioId.slice(scenarioId.indexOf("/") + 1);
}
