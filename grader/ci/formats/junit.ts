import { describeRun, headline } from "../../report/failure-text.ts";
import { makeStyle } from "../../report/style.ts";
import type { ScenarioResult } from "../../run/result.ts";
import { cutText } from "../../text/cut.ts";
import { oneLine, printable } from "../../text/printable.ts";
import type { CiReport } from "../model/report.ts";
import { replayCommand, tellingRun } from "../words/failures.ts";

const NO_COLOURS = makeStyle(false);
/** Of a name or message; what is longer stands below it in full. */
const TEXT_CHARS = 5_000;

/** One test of a suite; `body`: what stands in it, as XML. */
interface Case {
  readonly name: string;
  readonly seconds: number;
  readonly kind: "passed" | "failure" | "error" | "skipped";
  readonly body: string;
}

/**
 * JUnit's XML: a suite for each stage, a test for each scenario, those included that a budget left out. Elements and
 * attributes are those of github.com/jenkinsci/xunit-plugin, junit-10.xsd, which GitLab reads as well
 * (docs.gitlab.com/ci/testing/unit_test_reports).
 */
export function junitText(report: CiReport): string {
  const suites = [...suitesOf(report)];
  const all = suites.flatMap(([, cases]) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="grade ci" ${counts(all)} time="${seconds(all)}">`,
    ...suites.flatMap(([name, cases]) => suiteLines(report, name, cases)),
    "</testsuites>",
    "",
  ].join("\n");
}

function suitesOf(report: CiReport): ReadonlyMap<string, readonly Case[]> {
  const suites = new Map<string, Case[]>();
  const add = (id: string, one: Case) => {
    const suite = id.split("/", 1)[0] ?? id;
    suites.set(suite, [...(suites.get(suite) ?? []), one]);
  };
  const { result, problem } = report;
  if (result === undefined || result.ungradable !== undefined) {
    const body = element("error", report.outcome, problem ?? "", []);
    add("grade", { name: "submission", seconds: 0, kind: "error", body });
    return suites;
  }
  for (const scenario of result.scenarios) add(scenario.id, caseOf(scenario));
  for (const id of report.budget?.leftOut ?? []) {
    const body = element("skipped", "budget", "left out: it does not fit into the budget", []);
    add(id, { name: id, seconds: 0, kind: "skipped", body });
  }
  return suites;
}

function caseOf(scenario: ScenarioResult): Case {
  const { id, title, verdict, message = "" } = scenario;
  const seconds = scenario.runs.reduce((sum, { timing }) => sum + timing.wallMs, 0) / 1000;
  const name = `${id}: ${title}`;
  if (verdict === "passed") return { name, seconds, kind: "passed", body: "" };
  if (verdict === "skipped")
    return { name, seconds, kind: "skipped", body: element("skipped", "skipped", message, []) };
  const run = tellingRun(scenario);
  const lines = run === undefined ? [] : [...describeRun(run, NO_COLOURS), `again     ${replayCommand(run)}`];
  const kind = verdict === "internal-error" ? "error" : "failure";
  return { name, seconds, kind, body: element(kind, headline(scenario), message, lines) };
}

function suiteLines(report: CiReport, name: string, cases: readonly Case[]): readonly string[] {
  const points = report.result?.suites.find(({ id }) => id === name);
  const facts: Record<string, string> = {
    ...(points && { points: String(points.points), maxPoints: String(points.maxPoints) }),
    ...(report.identity && { seed: `${report.identity.seed} (public)` }),
    ...(report.sandbox && { sandbox: report.sandbox.tier }),
    ...(report.sameAs && { sameAs: report.sameAs.commit ?? "the base" }),
  };
  const properties = Object.entries(facts).map(
    ([key, value]) => `<property name="${escaped(key)}" value="${escaped(value)}"/>`,
  );
  return [
    `<testsuite name="${escaped(name)}" ${counts(cases)} skipped="${cases.filter(({ kind }) => kind === "skipped").length}" time="${seconds(cases)}">`,
    ...(properties.length === 0 ? [] : [`<properties>${properties.join("")}</properties>`]),
    ...cases.map(
      (one) =>
        `<testcase classname="${escaped(name)}" name="${escaped(oneLine(cutText(one.name, TEXT_CHARS)))}" time="${one.seconds.toFixed(3)}">${one.body}</testcase>`,
    ),
    "</testsuite>",
  ];
}

function counts(cases: readonly Case[]): string {
  const of = (kind: Case["kind"]) => cases.filter((one) => one.kind === kind).length;
  return `tests="${cases.length}" failures="${of("failure")}" errors="${of("error")}"`;
}

function seconds(cases: readonly Case[]): string {
  return cases.reduce((sum, one) => sum + one.seconds, 0).toFixed(3);
}

function element(name: string, type: string, message: string, lines: readonly string[]): string {
  return `<${name} type="${escaped(type)}" message="${escaped(oneLine(cutText(message, TEXT_CHARS)))}">${escaped(lines.join("\n"))}</${name}>`;
}

/** XML 1.0 has no place for some characters, not even as references: halves of letters, and two that are none. */
function escaped(text: string): string {
  return printable(text)
    .replace(/[\p{Cs}\ufffe\uffff]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
