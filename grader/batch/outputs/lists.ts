import { typeProblemCount } from "../../report/grading-report.ts";
import { oneLine } from "../../text/printable.ts";
import type { IntakeLines } from "../journal/entries.ts";
import type { Row } from "./rows.ts";
import { several, whoIs } from "./text.ts";

/** A submission on which the grader went wrong. */
export interface FaultRow {
  readonly row: Row;
  readonly faults: readonly string[];
  /** It has an earlier grade, which stands. */
  readonly hasGrade: boolean;
}

/** What staff must look into: the grader's own faults, and what only they can decide. */
export function attentionText(faults: readonly FaultRow[], rows: readonly Row[] = []): string {
  const asked = rows.filter(({ question }) => question !== undefined);
  if (faults.length === 0 && asked.length === 0) return "Nothing needs attention.\n";
  const parts = [
    ...(faults.length === 0 ? [] : [faultLines(faults)]),
    ...(asked.length === 0 ? [] : [questionLines(asked)]),
  ];
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function faultLines(faults: readonly FaultRow[]): string[] {
  return [
    `The grader itself went wrong on ${several(faults.length, "submission")}. That is nobody's fault but ours and costs no points.`,
    "The same command tries them again; if it does not help, please report it.",
    ...faults.flatMap(({ row, faults: tries, hasGrade }) => [
      "",
      `${whoIs(row)}: ${hasGrade ? "the earlier grade stands" : "no points yet"}`,
      ...tries.map((fault) => `  ${oneLine(fault)}`),
    ]),
  ];
}

function questionLines(rows: readonly Row[]): string[] {
  return [
    `${several(rows.length, "submission")} ${rows.length === 1 ? "was" : "were"} graded and will have points once staff has answered a question.`,
    ...rows.flatMap((row) => ["", whoIs(row), `  ${oneLine(row.question ?? "")}`]),
  ];
}

const LOOK_AT = ["nondeterministic", "hung", "out-of-memory", "output-limit"] as const;

/** What is out of the ordinary about submissions: for a person to look at, never a reason to take points. */
export function anomaliesText(rows: readonly Row[], intake: IntakeLines): string {
  const sections = [
    section("Left out, or to be looked at, beside the submissions", intake.leftOut.map(oneLine)),
    section(
      "Could not be graded",
      rows.flatMap((row) => (row.ungradable === undefined ? [] : [`${whoIs(row)}: ${oneLine(row.ungradable)}`])),
    ),
    section("Handed nothing in", rows.filter(({ status }) => status === "not-handed-in").map(whoIs)),
    ...LOOK_AT.map((verdict) =>
      section(
        verdict,
        rows.flatMap((row) => {
          const ids = row.notPassed.filter((id) => row.verdicts.get(id) === verdict);
          return ids.length === 0 ? [] : [`${whoIs(row)}: ${ids.join(" ")}`];
        }),
      ),
    ),
    section("The same sources", sameSources(rows)),
    section(
      "Notes",
      rows.flatMap((row) => row.notes.map((note) => `${whoIs(row)}: ${oneLine(note)}`)),
    ),
    section(
      "Type errors",
      rows.flatMap((row) => (row.typeErrors === 0 ? [] : [`${whoIs(row)}: ${typeProblemCount(row.typeErrors)}`])),
    ),
  ];
  const found = sections.flat();
  return found.length === 0 ? "Nothing out of the ordinary.\n" : `${found.join("\n").trimStart()}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title} (${lines.length})`, ...lines.map((text) => `  ${text}`)];
}

function sameSources(rows: readonly Row[]): string[] {
  const byHash = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.status === "graded") byHash.set(row.submissionHash, [...(byHash.get(row.submissionHash) ?? []), row]);
  }
  return [...byHash.values()].filter((group) => group.length > 1).map((group) => group.map(whoIs).join(", "));
}
