import { headline } from "../../../../report/failure-text.ts";
import { cutText } from "../../../../text/cut.ts";
import { oneLine } from "../../../../text/printable.ts";
import type { BatchResult } from "../../../model/batch-result.ts";
import type { ReportFormat } from "../../format.ts";
import { type StageView, studentView } from "../../student-view.ts";

/**
 * What a runner of GitHub Classroom's autograding gives its reporter: JSON in base64, for the variable `<RUNNER>_RESULTS`. The
 * reporter adds up the scores of the tests, so what was taken off is a test with less than no points. Null without points.
 * Source: src/main.js, src/notify-classroom.js and src/helpers/test-helpers.js of classroom-resources/autograding-grading-reporter.
 */
export const githubClassroom: ReportFormat = {
  name: "github-classroom",
  about: "results of each submission for GitHub Classroom's autograding-grading-reporter",
  kind: "each",
  parts: [
    {
      ending: ".txt",
      render: (result, { isDue }) =>
        result.points.final === null
          ? null
          : `${Buffer.from(JSON.stringify(resultsOf(result, isDue))).toString("base64")}\n`,
    },
  ],
};

interface Test {
  readonly name: string;
  readonly status: "pass" | "fail" | "error";
  readonly score: number;
  readonly message: string;
  readonly test_code: string;
  readonly filename: string;
  readonly line_no: number;
}

/** All of a hundred scenarios must go through a workflow's input, which has room for 65 535 letters of base64. */
const MESSAGE_CHARS = 200;

function resultsOf(result: BatchResult, isDue: boolean) {
  const { stages, facts, ungradable } = studentView(result, isDue);
  const { points } = result;
  const tests = [
    ...(ungradable === undefined ? [] : [test("submission", "error", 0, `it could not be graded: ${ungradable}`)]),
    ...stages.flatMap(testsOf),
    ...takenOff("lateness", points.penalty ?? 0, facts.join(" ")),
  ];
  const isPassed = tests.every(({ status }) => status === "pass");
  return {
    version: 1,
    status: ungradable !== undefined ? "error" : isPassed ? "pass" : "fail",
    max_score: points.max,
    tests,
  };
}

function testsOf({ id, points, capped, scenarios, hidden, untold }: StageView): readonly Test[] {
  const others = untold === null ? [] : [untold];
  const all = [...scenarios.map(({ scenario }) => scenario), ...hidden, ...others];
  const earned = all.reduce((sum, one) => sum + one.points, 0);
  return [
    ...scenarios.map(({ scenario, run, message }) => {
      const isPassed = scenario.verdict === "passed";
      const place = run?.places?.[0];
      return {
        ...test(
          `${scenario.id}: ${scenario.title}`,
          isPassed ? "pass" : "fail",
          scenario.points,
          isPassed ? "" : `${headline(scenario)}: ${message}`,
        ),
        ...(place !== undefined && { filename: oneLine(cutText(place.file, MESSAGE_CHARS)), line_no: place.line }),
      };
    }),
    ...hidden.map((one) => {
      const isPassed = one.verdict === "passed";
      return test(one.name, isPassed ? "pass" : "fail", one.points, isPassed ? "" : headline(one));
    }),
    // The sum of all tests is the score.
    ...others.map((one) => test(`${id}: further points`, one.points < one.maxPoints ? "fail" : "pass", one.points, "")),
    ...takenOff(`${id}: safety cap`, earned - points, capped ?? ""),
  ];
}

function takenOff(name: string, points: number, why: string): readonly Test[] {
  const rounded = Math.round(points * 100) / 100;
  return rounded > 0 ? [test(name, "fail", -rounded, why)] : [];
}

function test(name: string, status: Test["status"], score: number, message: string): Test {
  const short = (text: string) => oneLine(cutText(text, MESSAGE_CHARS));
  return { name: short(name), status, score, message: short(message), test_code: "", filename: "", line_no: 0 };
}
