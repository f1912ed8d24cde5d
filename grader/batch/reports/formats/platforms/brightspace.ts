import { stringify } from "csv-stringify/sync";
import { oneLine } from "../../../../text/printable.ts";
import { pointsText, several } from "../../../outputs/text.ts";
import type { ReportFormat, ReportInput } from "../../format.ts";
import { type Student, studentsKnownBy } from "../../students.ts";

/**
 * A CSV for Brightspace's grades: who it is, the item's name with `Points Grade` behind it, and a mark at the end of each line.
 * As in its own export a `#` stands before ids, so that a spreadsheet makes no number or formula of them. Source:
 * community.d2l.com/brightspace/kb, "Importing grades", and Grades_Sample_Import_File.csv, which it offers.
 */
export const brightspace: ReportFormat = {
  name: "brightspace",
  about: 'a CSV for Brightspace: Grades, Enter Grades, Import; --column "Lab 2" is its grade item there',
  kind: "whole",
  ending: ".csv",
  render: (input) => {
    const students = studentsKnownBy(
      (student) => orgDefinedId(student) || usernameOf(student),
      input,
      "Brightspace knows students by OrgDefinedId or Username, which its download of files does not tell",
      "export the grades there (key field: both), and grade again with that as --roster and --regrade changed",
    );
    const lines = students.map((student) => [
      marked(orgDefinedId(student)),
      marked(usernameOf(student)),
      student.final === null ? "" : pointsText(student.final),
      "#",
    ]);
    return stringify([["OrgDefinedId", "Username", itemOf(students, input), "End-of-Line Indicator"], ...lines]);
  },
};

function marked(id: string): string {
  return id === "" ? "" : `#${oneLine(id)}`;
}

/** Without a roster there may be only the number that the download gives, which is of this course alone. */
function orgDefinedId({ roster, studentId, result }: Student): string {
  if (roster.orgdefinedid !== undefined) return roster.orgdefinedid;
  return result.origin.includes(`${studentId}-`) ? "" : studentId;
}

function usernameOf({ roster }: Student): string {
  return roster.username ?? "";
}

const KIND = " Points Grade";

/** An export writes kind and maximum behind the item's name: `Lab 2 Points Grade <Numeric MaxPoints:100>`. */
function itemOf(students: readonly Student[], { column, lab, onRemark }: ReportInput): string {
  if (column !== undefined) return `${oneLine(column).replace(/ Points Grade(?: <[^<>]{0,200}>)?$/, "")}${KIND}`;
  const known = new Set(
    students.flatMap(({ roster }) => Object.keys(roster).filter((name) => name.includes(KIND.toLowerCase()))),
  );
  onRemark(
    `the grade item is called "${lab}"; where it has another name in Brightspace, say that with --column` +
      (known.size === 0 ? "" : ` (the roster has ${several(known.size, "item")})`),
  );
  return `${lab}${KIND}`;
}
