import { join } from "node:path";
import {
  BatchError,
  type BatchEvent,
  type BatchResult,
  IntakeError,
  PolicyError,
  pointsText,
  several,
  type Written,
  whoIs,
} from "../../batch/index.ts";
import type { Style } from "../../report/style.ts";
import { oneLine, printable } from "../../text/printable.ts";
import { EXIT } from "../exit-code.ts";
import { UsageError } from "../input/usage-error.ts";
import type { Stdio } from "./stdio.ts";

/** Runs a command; what a batch throws becomes its exit status and lines for people. */
export async function withBatchErrors(stdio: Stdio, command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof IntakeError || error instanceof PolicyError) {
      for (const problem of error.problems) stdio.err.write(`error: ${printable(problem)}\n`);
      return EXIT.usage;
    }
    if (!(error instanceof BatchError)) throw error;
    if (error.problem === "usage") throw new UsageError(error.message);
    stdio.err.write(`error: ${printable(error.message)}\n`);
    return EXIT.internalError;
  }
}

/** One line for what happened; empty when it is no news. */
export function eventLine(event: Exclude<BatchEvent, { kind: "started" }>, style: Style): string {
  if (event.kind === "graded") return gradedLine(event.result, style);
  if (event.kind === "kept") return "";
  const rest = event.stands ? "; the earlier grade stands" : "";
  return `${event.id}  ${style.bad("internal-error")}  ${style.dim(`${oneLine(event.fault)}${rest}`)}`;
}

function gradedLine(result: BatchResult, style: Style): string {
  const { points, grading, late, question } = result;
  if (result.status === "not-handed-in") return `${whoIs(result)}  ${style.dim("nothing was handed in")}`;
  const mark =
    question === undefined
      ? `${pointsText(points.final)}/${pointsText(points.max)}`
      : `${pointsText(points.raw)}/${pointsText(points.max)} before lateness`;
  const bad = (grading?.scenarios ?? []).filter(({ verdict }) => verdict !== "passed" && verdict !== "skipped");
  const [first, ...others] = bad;
  const lateText = late !== undefined && late.days > 0 ? `  ${several(late.days, "day")} late` : "";
  const capped =
    points.safetyCap !== undefined ? `, ${pointsText(points.safetyCap)} less for violations of safety` : "";
  const why =
    result.status === "ungradable"
      ? `ungradable: ${oneLine(grading?.ungradable ?? "")}`
      : first === undefined
        ? ""
        : `${first.id} ${first.property ?? first.verdict}${others.length > 0 ? ` and ${others.length} more` : ""}`;
  if (question !== undefined) return `${whoIs(result)}  ${style.bad(mark)}  ${style.dim(oneLine(question))}`;
  return `${whoIs(result)}  ${bad.length === 0 ? style.good(mark) : style.bad(mark)}${capped}${lateText}  ${style.dim(why)}`.trimEnd();
}

const SHOWN_IDS = 10;

/** The last words of a batch. */
export function closingLines(
  out: string,
  { rows, faults, regrade, intake }: Written,
  changed: readonly string[],
  gone: readonly string[],
  style: Style,
): string[] {
  const finals = rows.flatMap(({ points }) => (points.final === null ? [] : [points.final]));
  const mean = finals.reduce((sum, points) => sum + points, 0) / Math.max(1, finals.length);
  const missing = rows.filter(({ status }) => status === "not-handed-in").length;
  const asked = rows.filter(({ question }) => question !== undefined).map(({ id }) => id);
  return [
    "",
    ...(regrade === "" ? [] : [...lastRound(regrade), ""]),
    ...(changed.length > 0
      ? [`changed since they were graded, and not graded again without --regrade changed: ${listed(changed)}`]
      : []),
    ...(gone.length > 0 ? [`graded at an earlier time, and not among the submissions now: ${listed(gone)}`] : []),
    ...intake.takenFor.map(oneLine),
    ...leftOutLines(out, intake.leftOut),
    ...(missing > 0 ? [`${missing} more handed nothing in; they have no points, and count in no mean`] : []),
    `${several(rows.length - missing, "submission")}, ${style.strong(`${pointsText(mean)} points on average`)}; see ${join(out, "summary.txt")} and gradebook.csv`,
    ...(asked.length > 0
      ? [
          style.bad(
            `no points yet, since nobody knows how late they were: ${listed(asked)}; see ${join(out, "attention.txt")}`,
          ),
        ]
      : []),
    ...(faults.length > 0
      ? [
          style.bad(
            `the grader went wrong on ${listed(faults.map(({ row }) => row.id))}; see ${join(out, "attention.txt")}`,
          ),
        ]
      : []),
  ];
}

const SHOWN_LINES = 5;

function leftOutLines(out: string, lines: readonly string[]): string[] {
  const rest = lines.length - SHOWN_LINES;
  const more = rest > 0 ? [`and ${rest} more such lines; see ${join(out, "anomalies.txt")}`] : [];
  return [...lines.slice(0, SHOWN_LINES).map(oneLine), ...more];
}

/** What the last regrading changed, without all its reasons. */
function lastRound(text: string): string[] {
  const start = Math.max(text.lastIndexOf("\nRegrade "), -1) + 1;
  return text
    .slice(start)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith(" "));
}

function listed(ids: readonly string[]): string {
  const rest = ids.length - SHOWN_IDS;
  return `${ids.slice(0, SHOWN_IDS).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
