import { describeRun, headline } from "../../report/failure-text.ts";
import { type JunitCase, junitXml } from "../../report/junit.ts";
import { makeStyle } from "../../report/style.ts";
import type { ScenarioResult } from "../../run/result.ts";
import type { CiReport } from "../model/report.ts";
import { replayCommand, tellingRun } from "../words/failures.ts";

const NO_COLOURS = makeStyle(false);

/** JUnit's XML: a suite for each stage, a test for each scenario, those included that a budget left out. */
export function junitText(report: CiReport): string {
  const suites = [...casesOf(report)].map(([name, cases]) => ({ name, properties: propertiesOf(report, name), cases }));
  return junitXml("grade ci", suites);
}

function casesOf(report: CiReport): ReadonlyMap<string, readonly JunitCase[]> {
  const suites = new Map<string, JunitCase[]>();
  const add = (id: string, one: JunitCase) => {
    const suite = id.split("/", 1)[0] ?? id;
    suites.set(suite, [...(suites.get(suite) ?? []), one]);
  };
  const { result, problem } = report;
  if (result === undefined || result.ungradable !== undefined) {
    const outcome = { kind: "error", type: report.outcome, message: problem ?? "", lines: [] } as const;
    add("grade", { name: "submission", seconds: 0, outcome });
    return suites;
  }
  for (const scenario of result.scenarios) add(scenario.id, caseOf(scenario));
  for (const id of report.budget?.leftOut ?? []) {
    const message = "left out: it does not fit into the budget";
    add(id, { name: id, seconds: 0, outcome: { kind: "skipped", type: "budget", message, lines: [] } });
  }
  return suites;
}

function caseOf(scenario: ScenarioResult): JunitCase {
  const { id, title, verdict, message = "" } = scenario;
  const seconds = scenario.runs.reduce((sum, { timing }) => sum + timing.wallMs, 0) / 1000;
  const one = { name: `${id}: ${title}`, seconds };
  if (verdict === "passed") return { ...one, outcome: "passed" };
  if (verdict === "skipped") return { ...one, outcome: { kind: "skipped", type: "skipped", message, lines: [] } };
  const run = tellingRun(scenario);
  const lines = run === undefined ? [] : [...describeRun(run, NO_COLOURS), `again     ${replayCommand(run)}`];
  const kind = verdict === "internal-error" ? "error" : "failure";
  return { ...one, outcome: { kind, type: headline(scenario), message, lines } };
}

function propertiesOf(report: CiReport, name: string): Record<string, string> {
  const points = report.result?.suites.find(({ id }) => id === name);
  return {
    ...(points && { points: String(points.points), maxPoints: String(points.maxPoints) }),
    ...(report.identity && { seed: `${report.identity.seed} (public)` }),
    ...(report.sandbox && { sandbox: report.sandbox.tier }),
    ...(report.sameAs && { sameAs: report.sameAs.commit ?? "the base" }),
  };
}
