import { stringify } from "csv-stringify/sync";
import { harmless } from "../../../outputs/gradebook.ts";
import { pointsText } from "../../../outputs/text.ts";
import type { ReportFormat, ReportInput } from "../../format.ts";
import { namesOf, type Student, studentsKnownBy } from "../../students.ts";

/**
 * A file for Blackboard's gradebook. It knows a student by Username, a column by the number behind the bar of its name, and wants
 * all fields in quotes. Source: help.blackboard.com, "Upload or Download Grades", "Format external files".
 */
export const blackboard: ReportFormat = {
  name: "blackboard",
  about: 'a CSV for Blackboard: Upload Grades; --column "Lab 2 [Total Pts: 100 Score] |4711" is its column there',
  kind: "whole",
  ending: ".csv",
  render: (input) => {
    const students = studentsKnownBy(
      usernameOf,
      input,
      "Blackboard knows students by their user name alone",
      "grade again with Blackboard's own download of grades as --roster and --regrade changed",
    );
    const column = columnOf(students, input);
    const lines = students.map((student) => {
      const { first, last } = namesOf(student);
      return [last, first, usernameOf(student), student.final === null ? "" : pointsText(student.final)];
    });
    return stringify(
      [["Last Name", "First Name", "Username", column], ...lines].map((line) => line.map(harmless)),
      {
        quoted: true,
        quoted_empty: true,
      },
    );
  },
};

function usernameOf({ roster, studentId }: Student): string {
  return roster.username || studentId;
}

/** As staff named it, else the one of the roster that is of points, else a new one. */
function columnOf(students: readonly Student[], { column, lab, onRemark }: ReportInput): string {
  const known = [
    ...new Set(students.flatMap(({ roster }) => Object.keys(roster).filter((name) => /\|\d+$/.test(name)))),
  ];
  const [only, another] = known;
  const chosen = column ?? (another === undefined ? only : undefined) ?? lab;
  if (!/\|\d+$/.test(chosen)) {
    const choice = known.length > 1 ? `, one of ${known.map((name) => `"${name}"`).join(", ")}` : "";
    onRemark(
      `the column "${chosen}" has no number, so Blackboard makes a new one, of text and without points; ` +
        `name the one that is there with --column, as its own download has it${choice}`,
    );
  }
  return chosen;
}
