import { headline } from "../../../report/failure-text.ts";
import { type JunitCase, type JunitSuite, junitXml } from "../../../report/junit.ts";
import type { BatchResult } from "../../model/batch-result.ts";
import { pointsText, whoIs } from "../../outputs/text.ts";
import type { ReportFormat } from "../format.ts";
import { type SeenScenario, studentView } from "../student-view.ts";
import { failureLines } from "../words.ts";

/** A suite for each submission, a test for each scenario that students may see. */
export const junit: ReportFormat = {
  name: "junit",
  about: "JUnit's XML: a suite for each submission, a test for each scenario",
  ending: ".xml",
  kind: "whole",
  render: ({ lab, results, isDue }) => {
    const suites: JunitSuite[] = [];
    for (const result of results) suites.push(suiteOf(result, isDue));
    return junitXml(lab, suites);
  },
};

function suiteOf(result: BatchResult, isDue: boolean): JunitSuite {
  const { status, points } = result;
  const { stages, facts, ungradable } = studentView(result, isDue);
  const properties = {
    name: whoIs(result),
    status,
    ...(points.final !== null && { points: pointsText(points.final) }),
    maxPoints: pointsText(points.max),
  };
  const cases =
    status === "graded"
      ? stages.flatMap(({ scenarios }) => scenarios.map(caseOf))
      : [wholeCase(status, ungradable === undefined ? facts : [ungradable, ...facts])];
  return { name: result.id, properties, cases };
}

/** Of what no scenario was decided for. */
function wholeCase(status: BatchResult["status"], facts: readonly string[]): JunitCase {
  const kind = status === "not-handed-in" ? "skipped" : "error";
  return { name: "submission", seconds: 0, outcome: { kind, type: status, message: facts[0] ?? "", lines: facts } };
}

/** Time is that of the runs themselves, which is virtual: the same result gives the same bytes. */
function caseOf(seen: SeenScenario): JunitCase {
  const { scenario, run, message } = seen;
  const { id, title, verdict, runs } = scenario;
  const one = { name: `${id}: ${title}`, seconds: runs.reduce((sum, { virtualMs }) => sum + virtualMs, 0) / 1000 };
  if (verdict === "passed") return { ...one, outcome: "passed" };
  const lines = run === undefined ? [] : failureLines(seen);
  const kind = verdict === "skipped" ? "skipped" : verdict === "internal-error" ? "error" : "failure";
  return { ...one, outcome: { kind, type: headline(scenario), message, lines } };
}
