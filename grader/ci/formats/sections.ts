import { describeRun, headline as verdictOf } from "../../report/failure-text.ts";
import { isHiddenName } from "../../report/hidden-names.ts";
import { block, code } from "../../report/markdown.ts";
import { makeStyle } from "../../report/style.ts";
import type { ScenarioResult, SuiteResult } from "../../run/result.ts";
import { cutText, TEXT_LIMITS } from "../../text/cut.ts";
import { oneLine } from "../../text/printable.ts";
import type { CiReport } from "../model/report.ts";
import { type Failing, failingOf, placeOf, replayCommand, repositoryPath } from "../words/failures.ts";
import { words } from "../words/markdown.ts";
import { conditions, headline, pointsOf, ruleSentence, several } from "../words/sentences.ts";

const NO_COLOURS = makeStyle(false);
const SHOWN_IDS = 30;
const SHOWN_TYPE_PROBLEMS = 10;
/** Of what is told of a failure: far more than one has that was not made to be long. */
const FAILURE_LINES = 60;

/** What stands in summary and comment before any failure; it is short whatever the submission does. */
export function leadingSections(report: CiReport): readonly string[] {
  const { problem, submission, change, rules, notes, sandbox } = report;
  const where = submission === undefined ? "" : `Submission: ${code(submission.folder)}`;
  const commit = change.head === undefined ? "" : `commit ${change.head.slice(0, 12)}`;
  const why = sandbox?.tier !== "full" && sandbox?.why !== undefined ? ` Why: ${code(sandbox.why)}` : "";
  return [
    `## ${headline(report)}`,
    ...(problem === undefined ? [] : [`**Why:** ${code(problem)}`]),
    [where, commit].filter((part) => part !== "").join(", "),
    rules.map((rule) => `- ${rule.passed ? "✅" : "❌"} ${ruleSentence(rule)}`).join("\n"),
    stageTable(report),
    capSection(report),
    changesSince(report),
    leftOutSection(report),
    [...conditions(report).map((line) => `- ${line}`), ...(why === "" ? [] : [`-${why}`])].join("\n"),
    notes.map((note) => `- Note: ${code(note)}`).join("\n"),
  ].filter((section) => section !== "");
}

/** A section for each failure, then what is left to say. */
export function failureSections(report: CiReport, lines = FAILURE_LINES): readonly string[] {
  const failing = failingOf(report);
  return [
    ...failing.filter(({ isHidden }) => !isHidden).map((one) => failureSection(report, one, lines)),
    ...hiddenSection(report),
    ...skippedSection(report),
    ...typeSection(report),
  ];
}

function stageTable({ result, base }: CiReport): string {
  if (result === undefined || result.ungradable !== undefined) return "";
  const since = base !== undefined;
  const rows = result.suites.map((suite) => {
    const scenarios = result.scenarios.filter(({ id }) => id.startsWith(`${suite.id}/`));
    const passed = scenarios.filter(({ verdict }) => verdict === "passed").length;
    const before = base?.suites.find(({ id }) => id === suite.id);
    const change = before === undefined ? "" : difference(suite.points, before.points);
    return `| ${suite.id} | ${cappedPoints(suite)} | ${since ? `${change} | ` : ""}${passed} of ${scenarios.length} |`;
  });
  const all = `| **all** | **${pointsOf(result.points, result.maxPoints)}** | ${since ? `${difference(result.points, base.points)} | ` : ""} |`;
  const head = since
    ? "| stage | points | since the base | scenarios passed |\n|---|---|---|---|"
    : "| stage | points | scenarios passed |\n|---|---|---|";
  return [head, ...rows, all].join("\n");
}

function cappedPoints({ points, rawPoints, maxPoints }: SuiteResult): string {
  return `${pointsOf(points, maxPoints)}${points === rawPoints ? "" : ` (${rawPoints} before the safety cap)`}`;
}

/** Why a stage has less than its scenarios earned. */
function capSection({ result, hiddenShows }: CiReport): string {
  const capped = result?.suites.filter(({ points, rawPoints }) => points < rawPoints) ?? [];
  const unsaid = hiddenShows === "nothing" ? "its points are capped" : "a safety violation caps its points";
  return capped
    .map(({ id, safetyCap }) => `- ${id}: ${safetyCap === undefined ? unsaid : code(safetyCap.reason)}`)
    .join("\n");
}

function difference(now: number, before: number): string {
  const points = Number((now - before).toPrecision(12));
  return points === 0 ? "the same" : points > 0 ? `+${points}` : `−${-points}`;
}

function changesSince({ base }: CiReport): string {
  if (base === undefined) return "";
  const lost = base.lost.map(({ id, now }) => `${id} (${now})`);
  const lines = [
    ...(base.lost.length > 0 ? [`- passed at the base and does not now: ${listed(lost)}`] : []),
    ...(base.fixed.length > 0 ? [`- passes now and did not at the base: ${listed(base.fixed)}`] : []),
    ...(base.notCompared > 0
      ? [`- not compared, as the base's result does not say: ${several(base.notCompared, "scenario")}`]
      : []),
  ];
  const what = lines.length === 0 ? "No scenario came to another verdict than at the base." : "Since the base:";
  return [what, ...(lines.length === 0 ? [] : ["", ...lines])].join("\n");
}

function leftOutSection({ budget }: CiReport): string {
  const leftOut = budget?.leftOut ?? [];
  const stopped = budget?.stopped ?? [];
  return [
    ...(leftOut.length > 0 ? [`Left out by the budget: ${listed(leftOut)}`] : []),
    ...(stopped.length > 0 ? [`Not decided in time: ${listed(stopped)}`] : []),
  ].join("\n\n");
}

function listed(ids: readonly string[]): string {
  const rest = ids.length - SHOWN_IDS;
  return `${ids.slice(0, SHOWN_IDS).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function failureSection(report: CiReport, failing: Failing, maxLines: number): string {
  const { scenario, run } = failing;
  const place = placeOf(failing);
  const lines = run === undefined ? [scenario.message ?? scenario.verdict] : describeRun(run, NO_COLOURS);
  const shownLines = lines.flatMap((line) => line.split("\n"));
  const cut = shownLines.length - maxLines;
  return [
    `### ${scenario.id}: ${words(scenario.title)}`,
    "",
    `**${verdictOf(scenario)}**${place === undefined ? "" : ` at ${code(`${repositoryPath(report, place.file)}:${place.line}:${place.column}`)}`}`,
    "",
    block([...shownLines.slice(0, maxLines), ...(cut > 0 ? [`… and ${several(cut, "line")} more`] : [])]),
    ...(run === undefined ? [] : ["", `To see it again, in the submission's folder: ${code(replayCommand(run))}`]),
  ].join("\n");
}

function hiddenSection({ result }: CiReport): readonly string[] {
  const hidden = result?.scenarios.filter(({ id }) => isHiddenName(id)) ?? [];
  if (hidden.length === 0) return [];
  const rows = hidden.map(
    (scenario) => `| ${scenario.id} | ${verdictOf(scenario)} | ${pointsOf(scenario.points, scenario.maxPoints)} |`,
  );
  return [["### Hidden scenarios", "", "| scenario | verdict | points |\n|---|---|---|", ...rows].join("\n")];
}

function skippedSection({ result, budget }: CiReport): readonly string[] {
  const stopped = new Set(budget?.stopped);
  const isSkipped = ({ id, verdict }: ScenarioResult) => verdict === "skipped" && !isHiddenName(id) && !stopped.has(id);
  const skipped = result?.scenarios.filter(isSkipped) ?? [];
  if (skipped.length === 0) return [];
  return [`Skipped, as others that they need did not pass: ${listed(skipped.map(({ id }) => id))}`];
}

function typeSection(report: CiReport): readonly string[] {
  const problems = report.result?.typeProblems ?? [];
  if (problems.length === 0) return [];
  const lines = problems
    .slice(0, SHOWN_TYPE_PROBLEMS)
    .map(({ file, line, column, code: name, message }) =>
      oneLine(
        cutText(`${repositoryPath(report, file)}:${line}:${column}  ${message} ${name}`, 2 * TEXT_LIMITS.message),
      ),
    );
  const rest = problems.length - lines.length;
  return [
    [
      "### Type errors, which change no points",
      "",
      block([...lines, ...(rest > 0 ? [`… and ${rest} more`] : [])]),
    ].join("\n"),
  ];
}
