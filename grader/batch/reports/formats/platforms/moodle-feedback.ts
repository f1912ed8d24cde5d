import { oneLine } from "../../../../text/printable.ts";
import type { ReportFormat } from "../../format.ts";
import { studentPage } from "../../page/student-page.ts";
import { withoutPages } from "../../stories.ts";
import { zipOf } from "../../zip-writer.ts";
import { identifierOf, knownStudents } from "./moodle.ts";

/**
 * A page for each student, in a folder of the name that tells Moodle whose it is: full name, number of the worksheet, plugin.
 * Source: mod/assign/feedback/file/importziplib.php of moodle/moodle, is_valid_filename_for_import.
 */
export const moodleFeedback: ReportFormat = {
  name: "moodle-feedback",
  about: "a zip for Moodle: View all submissions, Upload multiple feedback files in a zip",
  kind: "whole",
  ending: ".zip",
  render: (input) =>
    zipOf(
      knownStudents(input).map((student) => ({
        path: `${plainName(student.name)}_${numberOf(identifierOf(student))}_assignfeedback_file_/${input.lab}.html`,
        content: studentPage(input.lab, student.result, input.isDue, {
          member: student.member,
          storyOf: withoutPages(input.storyOf),
        }),
      })),
    ),
};

/** `Participant 12345` in whatever language. */
function numberOf(identifier: string): string {
  return identifier.split(/\D+/).at(-1) ?? "";
}

const NAME_LETTERS = 60;

/** For people alone; an underscore would end it, and a point at its beginning would have Moodle pass it over. */
function plainName(name: string): string {
  const letters = [...oneLine(name).replace(/[^\p{L}\p{M}\p{N} ,()-]/gu, " ")].slice(0, NAME_LETTERS);
  return letters.join("").trim() || "student";
}
