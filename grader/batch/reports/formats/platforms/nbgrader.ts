import { stringify } from "csv-stringify/sync";
import { harmless } from "../../../outputs/gradebook.ts";
import { pointsText } from "../../../outputs/text.ts";
import type { ReportFormat, ReportInput } from "../../format.ts";
import { namesOf, type Student, studentsOf } from "../../students.ts";

/**
 * What `nbgrader export` writes, for whatever takes that: a line for each student. Source: nbgrader/plugins/export.py of
 * jupyter/nbgrader. Where it writes 0 for what was not handed in, this leaves it empty unless staff says a number.
 */
export const nbgrader: ReportFormat = {
  name: "nbgrader",
  about: "the table that nbgrader export writes; --column is the assignment's name",
  kind: "whole",
  ending: ".csv",
  render: (input) =>
    stringify([
      [
        "assignment",
        "duedate",
        "timestamp",
        "student_id",
        "last_name",
        "first_name",
        "email",
        "raw_score",
        "late_submission_penalty",
        "score",
        "max_score",
      ],
      ...[...studentsOf(input)].map((student) => lineOf(student, input).map(harmless)),
    ]),
};

function lineOf(student: Student, { column, lab, missingAs }: ReportInput): string[] {
  const { result, member, studentId, email, final } = student;
  const { first, last } = namesOf(student);
  const isMissing = result.status === "not-handed-in";
  const penalty = member?.points === undefined ? result.points.penalty : member.points.penalty;
  const figure = (points: number | null) => (points === null ? "" : pointsText(points));
  const { raw, safetyCap = 0, max } = result.points;
  return [
    column ?? lab,
    "",
    result.submittedAt ?? "",
    studentId || result.id,
    last,
    first,
    email,
    figure(isMissing ? (missingAs ?? null) : raw === null ? null : raw - safetyCap),
    figure(isMissing && missingAs !== undefined ? 0 : penalty),
    figure(final),
    pointsText(max),
  ];
}
