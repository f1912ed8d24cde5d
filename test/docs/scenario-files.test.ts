import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Engine } from "../../grader/host/engine.ts";
import { loadOf } from "../../grader/run/load.ts";
import { playScript } from "../../grader/shrink/play-script.ts";
import { parseScript } from "../../grader/shrink/text/parse.ts";
import { verbsOf } from "../../grader/shrink/text/steps.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { labs, languagesOf, theatreOf } from "../../labs/index.ts";
import { ROOT } from "../cli/run-cli.ts";
import { realmTexts } from "../host/fixture.ts";

const PAGE = readFileSync(join(ROOT, "docs/scenario-files.md"), "utf8");
const LANGUAGES = languagesOf(labs);
const EXAMPLES = [...PAGE.matchAll(/^```scenario\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);

test("there is an example of each lab that has scripts", () => {
  expect(EXAMPLES.map((text) => parseScript(text, LANGUAGES).lab).sort()).toEqual(Object.keys(LANGUAGES).sort());
});

test.each(EXAMPLES)("this example passes on the reference, and each of its steps takes place: %j", async (text) => {
  const script = parseScript(text, LANGUAGES);
  const { form, home } = labs.find(({ id }) => id === script.lab) as (typeof labs)[number];
  const reference = await bundleSubmission(openSubmission(join(ROOT, "reference", home), form));
  const engine = new Engine({ ...loadOf(reference, form), ...realmTexts });
  const { verdict, failure, outcomes } = playScript(theatreOf(script.lab, script.options ?? {}), script, engine);
  expect([verdict, failure, outcomes.length]).toEqual(["passed", undefined, script.steps.length]);
  expect(outcomes.filter(({ nothing }) => nothing !== undefined)).toHaveLength(
    text.split("# nothing to do").length - 1,
  );
});

test("it names every word that can begin a line, every operation, and what a lab has to expect", () => {
  const words = Object.values(LANGUAGES).flatMap((language) => [
    ...verbsOf(language),
    ...language.roles.map(({ name }) => `${name}s`),
    ...Object.values(language.operations).flatMap(Object.keys),
  ]);
  const expectations = labs.flatMap((lab) => Object.keys(lab.expectations ?? {}));
  const head = ["lab", "seed", "set", "clock", "breaks"];
  const missing = [...words, ...head, ...expectations].filter(
    (word) => !new RegExp(`\`[^\`]*\\b${word}\\b[^\`]*\``).test(PAGE),
  );
  expect(missing).toEqual([]);
});
