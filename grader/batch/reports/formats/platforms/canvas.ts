import { stringify } from "csv-stringify/sync";
import type { BatchResult } from "../../../model/batch-result.ts";
import { harmless } from "../../../outputs/gradebook.ts";
import { pointsText, several } from "../../../outputs/text.ts";
import { ReportError, type ReportFormat, type ReportInput } from "../../format.ts";
import { type Student, studentsOf } from "../../students.ts";

/**
 * A CSV that Canvas' gradebook imports. Its header and the line of points are those that lib/gradebook_importer.rb of
 * instructure/canvas-lms asks for; it knows a student by ID, else by SIS User ID, SIS Login ID, else by name, and an assignment by
 * the number behind its title.
 */
export const canvas: ReportFormat = {
  name: "canvas",
  about: 'a CSV for Canvas: Grades, Import; --column "Lab 2 (4711)" is its column there',
  ending: ".csv",
  kind: "whole",
  render: (input) => {
    const students = [...studentsOf(input)];
    const column = columnOf(students, input);
    const max = students[0]?.result.points.max ?? 0;
    const unknown = students.filter((student) => idsOf(student).every((id) => id === ""));
    if (unknown.length > 0) {
      input.onRemark(
        `${several(unknown.length, "student")} will be looked up by name, since no id of Canvas is known; grade with Canvas' own gradebook as --roster`,
      );
    }
    const lines = students.map((student) => [
      student.name,
      ...idsOf(student),
      student.roster.section ?? "",
      student.final === null ? "" : pointsText(student.final),
    ]);
    return stringify([
      ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", harmless(column)],
      ["    Points Possible", "", "", "", "", pointsText(max)],
      ...lines.map((line) => line.map(harmless)),
    ]);
  },
};

/** ID, SIS User ID and SIS Login ID. A number of another system in the place of Canvas' own would be somebody else. */
function idsOf({ studentId, roster, result }: Student): readonly [string, string, string] {
  const isCanvasRoster = "sis login id" in roster || "sis user id" in roster;
  const isDownload = /^\d+$/.test(studentId) && isNumbered(result, studentId);
  const id = isCanvasRoster ? (roster.id ?? "") : isDownload ? studentId : "";
  const login = roster["sis login id"] ?? roster.sis_login_id ?? "";
  return [id, roster["sis user id"] ?? roster.sis_user_id ?? (id === "" ? studentId : ""), login];
}

/** Whether its id is `name_number`, perhaps with the hash behind it that makes it safe; Moodle's downloads are called so too. */
function isNumbered({ id, origin }: BatchResult, number: string): boolean {
  if (origin.includes("_assignsubmission_")) return false;
  return id.endsWith(`_${number}`) || id.includes(`_${number}-`);
}

/** As staff named it, else the one that the roster has from Canvas, else a new one that is called like the lab. */
function columnOf(students: readonly Student[], { column, lab }: ReportInput): string {
  if (column !== undefined) return column;
  const known = new Set(
    students.flatMap(({ roster }) => Object.keys(roster).filter((name) => /\(\d{1,20}\)$/.test(name))),
  );
  if (known.size > 1) {
    throw new ReportError(
      `which of Canvas' columns is it? Name it with --column: ${[...known].map((name) => `"${name}"`).join(", ")}`,
    );
  }
  return [...known][0] ?? lab;
}
