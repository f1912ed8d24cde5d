import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { makeSources } from "../batch/intake/fixture.ts";
import { commit, git } from "../batch/intake/repository.ts";
import { type Files, zipped } from "../batch/intake/tried.ts";

/** Loads, and crashes at once: a grading of it costs next to nothing. */
export const WORK = "export class Raft {}\n";
const ABOUT = (name: string, user: string) =>
  `Name: ${name} (${user})\nAssignment: Lab 2\nDate Submitted: Sunday, March 1, 2026 2:02:11 PM CET\n`;
const METADATA = [1001, 1002]
  .map((id) => `submission_${id}:\n  :submitters:\n  - :name: N${id}\n    :sid: '${id}'\n    :email: u${id}@x\n`)
  .join("");

/** Of each page the files that somebody has who follows it: two students, of whom one handed in a document. */
const FILES: Readonly<Record<string, Files>> = {
  "moodle.md": {
    "CS-Lab 2-77.zip": zipped({
      "Ana Dummy_1001_assignsubmission_file_/raft.ts": WORK,
      "Ben Test_1002_assignsubmission_file_/answer.pdf": "%PDF",
    }),
    "Grades-CS-Lab 2-77.csv":
      "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments\n" +
      "Participant 1001,Ana Dummy,a@x,Submitted,,100.00,Yes,-,-,\nParticipant 1002,Ben Test,b@x,Submitted,,100.00,Yes,-,-,\n",
  },
  "canvas.md": {
    "submissions.zip": zipped({ "dummyana_1001_9001_raft.ts": WORK, "testben_1002_9002_answer.pdf": "%PDF" }),
    "gradebook.csv":
      'Student,ID,SIS User ID,SIS Login ID,Section,Lab 2 (4711)\n    Points Possible,,,,,100\n"Dummy, Ana",1001,s1,ana,L1,\n"Test, Ben",1002,s2,ben,L1,\n',
  },
  "blackboard.md": {
    "gradebook_CS_Lab2.zip": zipped({
      "Lab 2_ana_attempt_2026-03-01-14-02-11.txt": ABOUT("Ana Dummy", "ana"),
      "Lab 2_ana_attempt_2026-03-01-14-02-11_raft.ts": WORK,
      "Lab 2_ben_attempt_2026-03-01-14-02-11.txt": ABOUT("Ben Test", "ben"),
      "Lab 2_ben_attempt_2026-03-01-14-02-11_answer.pdf": "%PDF",
    }),
    "gc_CS_column.csv":
      '"Last Name","First Name","Username","Student ID","Lab 2 [Total Pts: 100 Score] |4711"\n"Dummy","Ana","ana","1001",""\n"Test","Ben","ben","1002",""\n',
  },
  "brightspace.md": {
    "Lab 2 Download.zip": zipped({
      "397063-25 - Ana Dummy - Mar 1, 2026 202 PM/raft.ts": WORK,
      "397064-25 - Ben Test - Mar 1, 2026 202 PM/answer.pdf": "%PDF",
      "index.html": "<html>",
    }),
    "Grades_Export.csv":
      "OrgDefinedId,Username,Last Name,First Name,Lab 2 Points Grade <Numeric MaxPoints:100>,End-of-Line Indicator\n#1001,#ana,Dummy,Ana,,#\n#1002,#ben,Test,Ben,,#\n",
  },
  "gradescope.md": {
    "assignment_4711_export.zip": zipped({
      "assignment_4711_export/submission_metadata.yml": METADATA,
      "assignment_4711_export/submission_1001/raft.ts": WORK,
      "assignment_4711_export/submission_1002/answer.pdf": "%PDF",
    }),
  },
  "github-classroom.md": {
    "classroom_roster.csv": "identifier,github_username,github_id,name\n1001,ana,1,Ana Dummy\n1002,ben,2,Ben Test\n",
  },
  "autolab.md": {
    "lab2_submissions.zip": zipped({
      "a1001@x_lab2_1_handin.zip": "not one",
      "a1001@x_lab2_2_handin.zip": zipped({ "raft.ts": WORK }),
      "b1002@x_lab2_1_handin.zip": zipped({ "answer.pdf": "%PDF" }),
    }),
  },
  "nbgrader.md": {
    "submitted/1001/lab2/raft.ts": WORK,
    "submitted/1001/lab2/timestamp.txt": "2026-02-01 10:00:00 UTC",
    "submitted/1002/lab2/answer.pdf": "%PDF",
    "submitted/1002/lab2/timestamp.txt": "2026-02-01 10:00:00 UTC",
  },
};

/** A folder in which the commands of a page can be typed; gone when the test ends. */
export function downloadOf(page: string): string {
  const folder = makeSources(FILES[page] ?? {});
  if (page === "github-classroom.md") {
    for (const [name, file] of [
      ["lab2-ana", "raft.ts"],
      ["lab2-ben", "answer.pdf"],
    ] as const) {
      const repository = join(folder, "lab2-submissions", name);
      mkdirSync(repository, { recursive: true });
      const when = "2026-03-01T10:00:00+01:00";
      git(repository, when, "init", "--quiet");
      commit(repository, when, { [file]: WORK });
    }
  }
  return folder;
}
