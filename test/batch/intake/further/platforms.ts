import { zipped } from "../tried.ts";
import { type Case, lab, OK, raft } from "./case.ts";

const ABOUT = (name: string, user: string) =>
  `Name: ${name} (${user})\nAssignment: Lab 2\nDate Submitted: Sunday, March 1, 2026 2:02:11 PM CET\n`;
const UTC = { timeZone: "UTC" };

export const MOODLE: readonly Case[] = [
  {
    what: "names with underscores and dashes",
    files: {
      "Ana_Maria Dummy-Test_4501_assignsubmission_file_raft.ts": raft("a"),
      "O_Neil_4502_assignsubmission_file_raft.ts": raft("b"),
    },
    want: { "Ana_Maria_Dummy-Test_4501": OK, O_Neil_4502: OK },
  },
  {
    what: "names of other alphabets, and two students of one name",
    files: {
      "山田 太郎_4501_assignsubmission_file_/raft.ts": raft("a"),
      "Ana Dummy_4502_assignsubmission_file_/raft.ts": raft("b"),
      "Ana Dummy_4503_assignsubmission_file_/raft.ts": raft("c"),
    },
    want: { "4501": OK, Ana_Dummy_4502: OK, Ana_Dummy_4503: OK },
  },
  {
    what: "a zip beside a report, a text beside files, and texts alone",
    files: {
      "A A_1001_assignsubmission_file_/lab2.zip": lab("a"),
      "A A_1001_assignsubmission_file_/report.pdf": "%PDF",
      "B B_1002_assignsubmission_file_/raft.ts": raft("b"),
      "B B_1002_assignsubmission_onlinetext_/onlinetext.html": "<p>see the file",
      "C C_1003_assignsubmission_onlinetext_/onlinetext.html": "<p>forgot",
    },
    want: { A_A_1001: OK, B_B_1002: OK, C_C_1003: /text/ },
  },
  {
    what: "one folder more around it, in the zip",
    files: {
      "../input.zip": zipped({
        "CS-Lab 2-77/A A_1001_assignsubmission_file/raft.ts": raft("a"),
        "CS-Lab 2-77/B B_1002_assignsubmission_file/raft.ts": raft("b"),
      }),
    },
    source: "input.zip",
    want: { A_A_1001: OK, B_B_1002: OK },
    told: [/a Moodle download/],
  },
  {
    what: "the worksheet beside it",
    files: {
      "A A_1001_assignsubmission_file_/raft.ts": raft("a"),
      "B B_1002_assignsubmission_file_/raft.ts": raft("b"),
      "Grades-CS-Lab 2-77.csv": "Identifier,Full name\n",
    },
    want: { A_A_1001: OK, B_B_1002: OK },
    told: [/Grades-CS-Lab 2-77\.csv/],
  },
  {
    what: "somebody whose folder is empty, or holds a document alone",
    files: {
      "A A_1001_assignsubmission_file_/raft.ts": raft("a"),
      "B B_1002_assignsubmission_file_/answer.docx": "PK",
      "C C_1003_assignsubmission_file_/raft.ts": raft("c"),
    },
    want: { A_A_1001: OK, B_B_1002: /answer\.docx|raft\.ts/, C_C_1003: OK },
  },
  {
    what: "sources in folders of their own making, twice packed",
    files: {
      "A A_1001_assignsubmission_file_/a/src/raft.ts": raft("a"),
      "B B_1002_assignsubmission_file_/lab2.zip": zipped({
        "final/lab2.zip": lab("b"),
        "__MACOSX/final/._lab2.zip": "x",
      }),
    },
    want: { A_A_1001: OK, B_B_1002: OK },
  },
  {
    what: "one student alone",
    files: { "A A_1001_assignsubmission_file_/raft.ts": raft("a") },
    want: { A_A_1001: OK },
  },
];

export const CANVAS: readonly Case[] = [
  {
    what: "what a group handed in, once for each member, who are graded one by one",
    files: {
      "leekim_111001_9001_raft.ts": raft("g"),
      "roebo_111002_9001_raft.ts": raft("g"),
      "poeann_LATE_111003_9002_raft-1.ts": raft("p"),
    },
    want: { leekim_111001: OK, roebo_111002: OK, poeann_111003: OK },
  },
  {
    what: "names of files with blanks and numbers",
    files: {
      "leekim_111001_9001_raft.ts": raft("a"),
      "leekim_111001_9003_Screenshot 2026-03-01 at 10.00.00_1.png": "png",
      "roebo_LATE_111002_9002_raft.ts": raft("b"),
    },
    want: { leekim_111001: OK, roebo_111002: OK },
  },
  {
    what: "names with digits, and files with underscores and numbers",
    files: { "smith2bob_340934_9001_lab_2_raft.ts": raft("a"), "leekim_340935_9002_raft.ts": raft("b") },
    want: { smith2bob_340934: /lab_2_raft\.ts/, leekim_340935: OK },
  },
  {
    what: "handed in three times, each time loose",
    files: {
      "a_111001_9001_raft.ts": raft("1"),
      "a_111001_9002_raft-1.ts": raft("2"),
      "a_111001_9003_raft-2.ts": raft("3"),
      "b_111002_9004_raft.ts": raft("b"),
    },
    want: { a_111001: "3", b_111002: OK },
  },
  {
    what: "handed in three times, each time packed, in capitals too",
    files: {
      "a_111001_9001_lab2.zip": lab("1"),
      "a_111001_9002_lab2-1.zip": lab("2"),
      "a_111001_9003_lab2-2.zip": lab("3"),
      "b_111002_9004_LAB2.ZIP": lab("b"),
    },
    want: { a_111001: "3", b_111002: OK },
  },
  {
    what: "archives that are none of ours, and a text that is called zip",
    files: {
      "a_111001_9001_lab2.rar": "Rar!\u001a\u0007\u0000",
      "b_111002_9002_lab2.7z": Buffer.from("377abcaf271c", "hex"),
      "c_111003_9003_lab2.zip": "<!DOCTYPE html><title>Sign in",
      "d_111004_9004_raft.ts": raft("d"),
    },
    want: { a_111001: /rar/i, b_111002: /7z|7-zip/i, c_111003: /no zip|HTML|archive/i, d_111004: OK },
  },
  {
    what: "nothing but links and texts",
    files: { "a_111001_text.html": "<p>a", "b_111002_link.html": "<a>" },
    want: /nothing|none|no /,
  },
  {
    what: "two archives that are not the same one again",
    files: {
      "a_111001_9001_part1.zip": lab("1"),
      "a_111001_9002_part2.zip": lab("2"),
      "b_111002_9003_raft.ts": raft("b"),
    },
    want: { a_111001: /part1\.zip|archives/, b_111002: OK },
  },
  {
    what: "one student alone, and staff's notes beside",
    files: { "a_111001_9001_raft.ts": raft("a"), "a_111001_9002_log.ts": "export {};", "notes to self.txt": "x" },
    want: { a_111001: OK },
    told: [/notes to self\.txt/],
  },
  {
    what: "a tarball, and a tarball that is only named so",
    files: { "a_111001_9001_lab2.tar.gz": lab("a"), "b_111002_9002_raft.ts": raft("b") },
    want: { a_111001: OK, b_111002: OK },
  },
  {
    what: "a zip of it within a zip, as a browser that packs again makes it",
    files: {
      "../input.zip": zipped({
        "submissions.zip": zipped({ "a_111001_9001_raft.ts": raft("a"), "b_111002_9002_raft.ts": raft("b") }),
      }),
    },
    source: "input.zip",
    want: /submissions\.zip|download/,
  },
];

export const BLACKBOARD: readonly Case[] = [
  {
    what: "one student alone",
    files: {
      "Lab 2_ana_attempt_2026-03-01-14-02-11.txt": ABOUT("Ana", "ana"),
      "Lab 2_ana_attempt_2026-03-01-14-02-11_raft.ts": raft("a"),
    },
    want: { ana: OK },
  },
  {
    what: "a last attempt that holds a document alone",
    files: {
      "Lab 2_ana_attempt_2026-03-01-14-02-11_raft.ts": raft("a"),
      "Lab 2_ana_attempt_2026-03-02-14-02-11_report.pdf": "%PDF",
      "Lab 2_ben_attempt_2026-03-01-14-02-11_raft.ts": raft("b"),
    },
    options: UTC,
    want: { ana: /raft\.ts/, ben: OK },
    told: [/2026-03-01-14-02-11/],
  },
  {
    what: "an assignment with brackets, umlauts and underscores",
    files: {
      "Übung (2)_Raft_ana_attempt_2026-03-01-14-02-11.txt": ABOUT("Ana", "ana"),
      "Übung (2)_Raft_ana_attempt_2026-03-01-14-02-11_raft.ts": raft("a"),
      "Übung (2)_Raft_ben_attempt_2026-03-01-14-02-11.txt": ABOUT("Ben", "ben"),
      "Übung (2)_Raft_ben_attempt_2026-03-01-14-02-11_lab.zip": lab("b"),
    },
    want: { ana: OK, ben: OK },
  },
  {
    what: "its zip unpacked into a folder around it",
    files: {
      "gradebook_CS_Lab2/Lab 2_ana_attempt_2026-03-01-14-02-11_raft.ts": raft("a"),
      "gradebook_CS_Lab2/Lab 2_ben_attempt_2026-03-01-14-02-11_raft.ts": raft("b"),
    },
    options: UTC,
    want: /gradebook_CS_Lab2/,
  },
];

export const BRIGHTSPACE: readonly Case[] = [
  {
    what: "one student alone, with a comma and a dash in the name",
    files: { "397063-25573 - Smith - Jones, Mary-Ann - Sep 24, 2026 926 PM/raft.ts": raft("a") },
    options: UTC,
    want: { "Smith_-_Jones_Mary-Ann_397063": OK },
  },
  {
    what: "folders in it, archives, and a document alone",
    files: {
      "1-9 - Ana - Mar 1, 2026 202 PM/src/raft.ts": raft("a"),
      "2-9 - Ben - Mar 1, 2026 202 PM/lab2.zip": lab("b"),
      "3-9 - Cy - Mar 1, 2026 202 PM/answer.docx": "PK",
    },
    options: UTC,
    want: { Ana_1: OK, Ben_2: OK, Cy_3: /raft\.ts/ },
  },
];

export const OTHERS: readonly Case[] = [
  {
    what: "Gradescope: a group, ids that are missing, lines that end as on Windows, a mark at the beginning",
    files: {
      "submission_metadata.yml":
        "\ufeff---\r\nsubmission_1:\r\n  :submitters:\r\n  - :name: Ana\r\n    :sid: '1'\r\n    :email: a@x\r\n  - :name: Ben\r\n  :created_at: 2026-02-01 10:00:00 Z\r\nsubmission_2:\r\n  :submitters: []\r\n",
      "submission_1/raft.ts": raft("a"),
      "submission_2/raft.ts": raft("b"),
    },
    want: { submission_1: OK, submission_2: OK },
  },
  {
    what: "Gradescope: metadata that names nobody",
    files: {
      "submission_metadata.yml": "--- {}\n",
      "submission_1/raft.ts": raft("a"),
      "submission_2/raft.ts": raft("b"),
    },
    want: { submission_1: OK, submission_2: OK },
    told: [/does not name it/],
  },
  {
    what: "Gradescope: what was zipped by a student comes as it is",
    files: {
      "submission_metadata.yml":
        "submission_1:\n  :submitters:\n  - :name: Ana\nsubmission_2:\n  :submitters:\n  - :name: Ben\n",
      "submission_1/lab2.zip": lab("a"),
      "submission_2/lab2/raft.ts": raft("b"),
    },
    want: { submission_1: OK, submission_2: OK },
  },
  {
    what: "Autolab: version 10 after version 9, and addresses with a plus",
    files: {
      "a+1@uni.example_lab2_9_handin.zip": lab("9"),
      "a+1@uni.example_lab2_10_handin.zip": lab("10"),
      "ben@uni.example_lab2_1_handin.tar": lab("b"),
    },
    want: { "a_1_uni.example-57231398287f": "10", "ben_uni.example-0bbee6616965": OK },
  },
  {
    what: "nbgrader: the folder above it, and one student alone",
    files: { "submitted/ana/lab2/raft.ts": raft("a"), "submitted/ana/lab2/timestamp.txt": "2026-02-01 10:00:00 UTC" },
    source: "input/submitted",
    want: { ana: OK },
  },
  {
    what: "nbgrader: somebody's assignment without a main file",
    files: {
      "ana/lab2/raft.ts": raft("a"),
      "ana/lab2/timestamp.txt": "2026-02-01 10:00:00 UTC",
      "ben/lab2/raft.ipynb": "{}",
      "ben/lab2/timestamp.txt": "2026-02-01 10:00:00 UTC",
    },
    want: { ana: OK, ben: /raft\.ts/ },
  },
];
