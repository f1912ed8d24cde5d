import { headline } from "../../report/failure-text.ts";
import { cutText } from "../../text/cut.ts";
import { oneLine, printable } from "../../text/printable.ts";
import type { CiReport } from "../model/report.ts";
import { type Failing, failingOf, placeOf, replayCommand, repositoryPath } from "../words/failures.ts";

/**
 * So many of one kind are shown of a step. Source: docs.github.com/rest/checks/runs, "Update a check run": "GitHub Actions are
 * limited to 10 warning annotations and 10 error annotations per step".
 */
export const ANNOTATIONS_PER_KIND = 10;
const MESSAGE_CHARS = 4_000;
/** Of a path or a title. */
const NAME_CHARS = 1_000;

interface Annotation {
  readonly kind: "error" | "warning";
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly title: string;
  readonly message: string;
}

/** Workflow commands that annotate where failures are, those first that have a place; each ends its line. */
export function annotationLines(report: CiReport): readonly string[] {
  const all = [...errorsOf(report), ...warningsOf(report)];
  return (["error", "warning"] as const).flatMap((kind) =>
    all
      .filter((one) => one.kind === kind)
      .slice(0, ANNOTATIONS_PER_KIND)
      .map(command),
  );
}

/** How many failures have no annotation. */
export function annotationsLeftOut(report: CiReport): number {
  return Math.max(0, errorsOf(report).length - ANNOTATIONS_PER_KIND);
}

function errorsOf(report: CiReport): readonly Annotation[] {
  if (report.problem !== undefined) return [{ kind: "error", title: "grade ci", message: report.problem }];
  const groups = new Map<string, Failing[]>();
  for (const failing of failingOf(report)) {
    const place = placeOf(failing);
    // What breaks everything breaks it in one place, and is one thing to mend.
    const key =
      place === undefined ? failing.scenario.id : JSON.stringify([place.file, place.line, headline(failing.scenario)]);
    groups.set(key, [...(groups.get(key) ?? []), failing]);
  }
  const annotations = [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [errorOf(report, first, others.length)],
  );
  return [
    ...annotations.filter(({ file }) => file !== undefined),
    ...annotations.filter(({ file }) => file === undefined),
  ];
}

function errorOf(report: CiReport, failing: Failing, others: number): Annotation {
  const { scenario, run, isHidden } = failing;
  const place = placeOf(failing);
  const message = scenario.message ?? (isHidden ? "a hidden scenario did not pass" : `${scenario.title} did not pass`);
  const again = run === undefined ? "" : `\nagain: ${replayCommand(run)}`;
  return {
    kind: "error",
    ...(place && { file: repositoryPath(report, place.file), line: place.line, column: place.column }),
    title: `${scenario.id}${others > 0 ? ` and ${others} more` : ""}: ${headline(scenario)}`,
    message: `${cutText(message, MESSAGE_CHARS / 2)}${again}`,
  };
}

function warningsOf(report: CiReport): readonly Annotation[] {
  return (report.result?.typeProblems ?? []).map(({ file, line, column, code, message }) => ({
    kind: "warning",
    file: repositoryPath(report, file),
    line,
    column,
    title: code,
    message,
  }));
}

function command({ kind, file, line, column, title, message }: Annotation): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${property(cutText(file, NAME_CHARS))}`, `line=${line}`, `col=${column}`]),
    `title=${property(oneLine(cutText(title, NAME_CHARS)))}`,
  ];
  return `::${kind} ${properties.join(",")}::${data(printable(cutText(message, MESSAGE_CHARS)))}`;
}

/** Source of the escapes: github.com/actions/toolkit, packages/core/src/command.ts, and the runner's ActionCommand.cs. */
function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
