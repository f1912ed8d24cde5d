import { stringify } from "csv-stringify/sync";
import { harmless } from "../../outputs/gradebook.ts";
import { pointsText, several } from "../../outputs/text.ts";
import { ReportError, type ReportFormat } from "../format.ts";
import { studentView } from "../student-view.ts";
import { type Student, studentsOf } from "../students.ts";

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
    const students = [...studentsOf(input)];
    const nameless = students.filter((student) => identifierOf(student) === "");
    if (nameless.length > 0) {
      const some = nameless.slice(0, 3).map(({ result }) => result.id);
      throw new ReportError(
        `Moodle knows students by the number of the worksheet alone, and ${nameless.length} of ${students.length} have none ` +
          `(${some.join(", ")}); download the grading worksheet, and grade again with it as --roster and --regrade changed`,
      );
    }
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

/** `Participant 12345`, from the worksheet, or the number from the names of what Moodle lets download. */
function identifierOf({ roster, studentId, result }: Student): string {
  const written = roster.identifier ?? "";
  if (/\d$/.test(written)) return written;
  const isDownload = /^\d+$/.test(studentId) && result.origin.includes("_assignsubmission_");
  return isDownload ? `Participant ${studentId}` : "";
}

/** HTML, as Moodle's editor has it. */
function comments({ result, member }: Student, isDue: boolean): string {
  const { scenarios, hidden, stages, facts, ungradable } = studentView(result, isDue, member);
  const failed = scenarios.filter(({ scenario }) => scenario.verdict !== "passed");
  const lines = [
    ...facts,
    ...(ungradable === undefined ? [] : [ungradable]),
    ...stages.map(({ id, points, maxPoints }) => `${id}: ${pointsText(points)} of ${pointsText(maxPoints)} points`),
    ...failed.map(({ scenario }) => `${scenario.id}: ${scenario.property ?? scenario.verdict}`),
    ...(hidden === 0 ? [] : [`${several(hidden, "scenario")} not shown`]),
  ];
  return lines.map(escaped).join("<br>");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
