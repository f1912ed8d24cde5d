import { headline } from "../../../../report/failure-text.ts";
import { escapedJson, oneLine, printable } from "../../../../text/printable.ts";
import type { BatchResult } from "../../../model/batch-result.ts";
import type { Part, ReportFormat } from "../../format.ts";
import { type HiddenScenario, type SeenScenario, type StageView, studentView } from "../../student-view.ts";
import { failureLines } from "../../words.ts";

/**
 * `results.json` of each submission, as an autograder leaves it. Null without points: Gradescope takes none without, and 0 would
 * be a grade. Source: gradescope-autograders.readthedocs.io/en/latest/specs, "Output format".
 */
export const RESULTS: Part = {
  ending: ".json",
  render: (result, { isDue }) =>
    result.points.final === null ? null : `${escapedJson(resultsOf(result, result.points.final, isDue), 2)}\n`,
};

export const gradescope: ReportFormat = {
  name: "gradescope",
  about: "Gradescope's results.json of each submission; gradescope-autograder puts them into place",
  kind: "each",
  parts: [RESULTS],
};

interface Test {
  readonly name: string;
  readonly number: string;
  readonly score: number;
  readonly max_score: number;
  readonly status: "passed" | "failed";
  readonly output?: string;
}

/** The score at the top counts, whatever the tests come to: safety caps and lateness are in it. */
function resultsOf(result: BatchResult, score: number, isDue: boolean) {
  const { stages, facts, ungradable } = studentView(result, isDue);
  const caps = stages.flatMap(({ id, capped }) => (capped === undefined ? [] : [`${id}: ${capped}`]));
  const output = [...facts, ...(ungradable === undefined ? [] : [ungradable]), ...caps].map(printable).join("\n");
  return {
    score,
    output,
    output_format: "text",
    test_output_format: "text",
    test_name_format: "text",
    visibility: "visible",
    stdout_visibility: "hidden",
    tests: stages.flatMap(testsOf),
    extra_data: { submission: result.id, submissionHash: result.submissionHash },
  };
}

function testsOf({ scenarios, hidden }: StageView, stage: number): readonly Test[] {
  const number = (at: number) => `${stage + 1}.${at + 1}`;
  return [
    ...scenarios.map((seen, at) => seenTest(seen, number(at))),
    ...hidden.map((one, at) => hiddenTest(one, number(scenarios.length + at))),
  ];
}

function seenTest(seen: SeenScenario, number: string): Test {
  const { id, title, verdict, points, maxPoints } = seen.scenario;
  const test = { name: oneLine(`${id}: ${title}`), number, score: points, max_score: maxPoints };
  if (verdict === "passed") return { ...test, status: "passed" };
  const output = [headline(seen.scenario), ...failureLines(seen)].map(printable).join("\n");
  return { ...test, status: "failed", output };
}

function hiddenTest(hidden: HiddenScenario, number: string): Test {
  const { name, verdict, points, maxPoints } = hidden;
  const test = { name, number, score: points, max_score: maxPoints };
  return verdict === "passed" ? { ...test, status: "passed" } : { ...test, status: "failed", output: headline(hidden) };
}
