import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { selectLab } from "../../grader/cli/input/select.ts";
import { processesOf } from "../../grader/sim/role.ts";
import { labs } from "../../labs/index.ts";
import { ROOT } from "../cli/run-cli.ts";

test("no two labs, suites or scenarios have one id, and no two labs one name", () => {
  const suites = labs.flatMap((lab) => lab.suites);
  const ids = [...labs, ...suites, ...suites.flatMap((suite) => suite.scenarios)].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(labs.map(({ name }) => name)).size).toBe(labs.length);
});

test("a lab's folders are called by a word that names it on the command line, as advice says", () => {
  expect(labs.map(({ home }) => selectLab(labs, home).id)).toEqual(labs.map(({ id }) => id));
});

test.each(labs)(
  "$id has folders of its own for what students begin with, a solution, and what calibrates it",
  (lab) => {
    const main = `${lab.form.file}.ts`;
    for (const folder of ["skeleton", "reference"]) expect(existsSync(join(ROOT, folder, lab.home, main))).toBe(true);
    expect(readdirSync(join(ROOT, "skeleton", lab.home))).toContain("README.md");
    for (const folder of ["test/wrong", "test/right"])
      expect(readdirSync(join(ROOT, folder, lab.home)).some((name) => name.endsWith(".yaml"))).toBe(true);
  },
);

test.each(labs)("$id says under which names its facts are shown", ({ suites, wording }) => {
  for (const { begin, groups = [{ role: "peer" }] } of suites.flatMap(({ scenarios }) => scenarios.slice(0, 1))) {
    const processes = processesOf(groups.map(({ role }) => ({ role, size: 3 })));
    const known = Object.keys(begin(processes).monitor.facts(0));
    expect(wording.columns.map(({ fact }) => fact).filter((fact) => !known.includes(fact))).toEqual([]);
  }
});
