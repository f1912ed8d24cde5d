import { stringify } from "csv-stringify/sync";
import { oneLine } from "../../text/printable.ts";
import type { BatchResult } from "../model/batch-result.ts";
import type { Row } from "./rows.ts";
import { pointsText } from "./text.ts";

const COLUMNS = [
  "id",
  "name",
  "student_id",
  "email",
  "submitted_at",
  "days_late",
  "raw_points",
  "safety_cap",
  "penalty",
  "points",
  "max_points",
  "status",
  "not_passed",
  "sandbox",
  "notes",
] as const;

/**
 * A table for spreadsheets and gradebooks, a line for each student: the members of a group have one each. It may be shown to
 * students, so it names no scenario that is hidden.
 */
export function gradebookCsv(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) =>
    (row.members.length === 0 ? [{}] : row.members).map((member) => lineOf(row, member)),
  );
  return stringify([[...COLUMNS], ...lines.map((line) => line.map(harmless))]);
}

function lineOf(row: Row, member: NonNullable<BatchResult["members"]>[number]): string[] {
  const { points } = row;
  // No points are an empty field: a 0 would be taken for a grade.
  const figure = (value: number | null) => (value === null ? "" : pointsText(value));
  return [
    row.id,
    member.name ?? row.name,
    member.studentId ?? "",
    member.email ?? "",
    row.submittedAt ?? "",
    row.late === undefined ? "" : String(row.late.days),
    figure(points.raw),
    figure(points.final === null ? null : (points.safetyCap ?? 0)),
    figure(points.penalty),
    figure(points.final),
    figure(points.max),
    row.status,
    row.notPassedVisible.join(" "),
    row.sandbox,
    [...row.caps, ...row.notes].join("; "),
  ];
}

/** What a spreadsheet that separates by semicolons would take for the beginning of a field, and of a formula. */
const INNER_FORMULA = /;(?= ?[=+\-@＝＋－＠])/g;

/** Spreadsheets take a field for a formula by how it begins, in wide letters too. */
export function harmless(field: string): string {
  const text = oneLine(field).replace(INNER_FORMULA, ",");
  return /^[=+\-@\t\r＝＋－＠|%]/.test(field) || /^[=+\-@＝＋－＠|%]/.test(text) ? `'${text}` : text;
}
