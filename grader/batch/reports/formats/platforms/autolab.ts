import { stringify } from "csv-stringify/sync";
import { harmless } from "../../../outputs/gradebook.ts";
import { pointsText } from "../../../outputs/text.ts";
import type { ReportFormat, ReportInput } from "../../format.ts";
import { studentView } from "../../student-view.ts";
import { type Student, studentsKnownBy } from "../../students.ts";
import { shortLines } from "../../words.ts";

/**
 * Scores for Autolab's Bulk Grade: without a header, e-mail and then a column for each problem of the assessment, which here
 * has one. An empty score changes nothing. Source: app/controllers/assessment/grading.rb of autolab/Autolab, parse_csv_row.
 */
export const autolab: ReportFormat = {
  name: "autolab",
  about: "scores for Autolab: Bulk import grades, of an assessment with one problem",
  kind: "whole",
  ending: ".csv",
  render: (input) => table(input, ({ email, final }) => [harmless(email), final === null ? "" : pointsText(final)]),
};

/** The same for what it says to students; `\n` and `\t` in it become line ends and tabs. */
export const autolabFeedback: ReportFormat = {
  name: "autolab-feedback",
  about: "what to say to students, for Autolab: Bulk import grades, as feedback",
  kind: "whole",
  ending: ".csv",
  render: (input) =>
    table(input, ({ email, result, member }) => {
      const lines = shortLines(studentView(result, input.isDue, member));
      return [harmless(email), lines.map((line) => harmless(line.replaceAll("\\", "/"))).join("\\n")];
    }),
};

function table(input: ReportInput, lineOf: (student: Student) => readonly string[]): string {
  const students = studentsKnownBy(
    ({ email }) => email,
    input,
    "Autolab knows students by their e-mail address",
    "grade again with a roster that has them as --roster and --regrade changed",
  );
  return stringify(students.map((student) => [...lineOf(student)]));
}
