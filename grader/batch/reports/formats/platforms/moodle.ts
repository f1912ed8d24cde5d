import { stringify } from "csv-stringify/sync";
import { harmless } from "../../../outputs/gradebook.ts";
import { pointsText } from "../../../outputs/text.ts";
import type { ReportFormat, ReportInput } from "../../format.ts";
import { escapedHtml } from "../../page/html.ts";
import { studentView } from "../../student-view.ts";
import { type Student, studentsKnownBy } from "../../students.ts";
import { shortLines } from "../../words.ts";

/**
 * Moodle's grading worksheet, to be uploaded in its place. Columns are those that mod/assign/gradingtable.php downloads;
 * mod/assign/feedback/offline/importgradeslib.php wants Identifier, Grade and Last modified (grade), and takes Feedback comments.
 */
export const moodle: ReportFormat = {
  name: "moodle",
  about: "Moodle's grading worksheet: View all submissions, Upload grading worksheet",
  ending: ".csv",
  kind: "whole",
  render: (input) => {
    const students = knownStudents(input);
    return stringify([
      [
        "Identifier",
        "Full name",
        "Email address",
        "Status",
        "Grade",
        "Maximum Grade",
        "Grade can be changed",
        "Last modified (submission)",
        "Last modified (grade)",
        "Feedback comments",
      ],
      ...students.map((student) => lineOf(student, input.isDue).map(harmless)),
    ]);
  },
};

/** All students. @throws ReportError where Moodle could not tell who they are. */
export function knownStudents(input: ReportInput): readonly Student[] {
  return studentsKnownBy(
    identifierOf,
    input,
    "Moodle knows students by the number of the worksheet alone",
    "download the grading worksheet, and grade again with it as --roster and --regrade changed",
  );
}

function lineOf(student: Student, isDue: boolean): string[] {
  const { result, name, email, roster, final } = student;
  const column = (title: string) => roster[title] ?? "";
  return [
    identifierOf(student),
    name,
    email,
    column("status"),
    final === null ? "" : pointsText(final),
    column("maximum grade") || pointsText(result.points.max),
    column("grade can be changed") || "Yes",
    column("last modified (submission)") || "-",
    column("last modified (grade)") || "-",
    comments(student, isDue),
  ];
}

/** `Participant 12345`, from the worksheet, or from the names of what Moodle lets download; empty where neither says it. */
export function identifierOf({ roster, studentId, result }: Student): string {
  const written = roster.identifier ?? "";
  if (/\d$/.test(written)) return written;
  const isDownload = /^\d+$/.test(studentId) && result.origin.includes("_assignsubmission_");
  return isDownload ? `Participant ${studentId}` : "";
}

/** HTML, as Moodle's editor has it. */
function comments({ result, member }: Student, isDue: boolean): string {
  return shortLines(studentView(result, isDue, member))
    .map(escapedHtml)
    .join("<br>");
}
