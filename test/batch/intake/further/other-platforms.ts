import { type Case, lab, OK, raft } from "./case.ts";

const ABOUT = (name: string, user: string) =>
  `Name: ${name} (${user})\nAssignment: Lab 2\nDate Submitted: Sunday, March 1, 2026 2:02:11 PM CET\n`;
const UTC = { timeZone: "UTC" };

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
    what: "groups with underscores in their names, of which only one text is there",
    files: {
      "Lab 2_group_1_attempt_2026-03-01-14-02-11_raft.ts": raft("1"),
      "Lab 2_group_2_attempt_2026-03-01-14-02-11_raft.ts": raft("2"),
      "Lab 2_group_2_attempt_2026-03-01-14-02-11.txt": ABOUT("Group 2", "group_2"),
    },
    want: { group_1: OK, group_2: OK },
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
  {
    what: "times that there are not",
    files: {
      "Lab 2_ana_attempt_2026-03-01-24-00-00_raft.ts": raft("a"),
      "Lab 2_ben_attempt_2026-02-30-14-02-11_raft.ts": raft("b"),
    },
    options: UTC,
    want: { ana: OK, ben: OK },
    told: [/cannot be read: 2026-03-01-24-00-00/, /cannot be read: 2026-02-30-14-02-11/],
  },
  {
    what: "an assignment with the mark of an attempt in its name, and a file with one",
    files: {
      "Lab_attempt_2_ana_attempt_2026-03-01-14-02-11_raft.ts": raft("a"),
      "Lab_attempt_2_ben_attempt_2026-03-01-14-02-11_my_attempt_2.zip": lab("b"),
    },
    options: UTC,
    want: { ana: OK, ben: OK },
    told: [/a Blackboard download/],
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
    what: "months of other languages, of which the last counts, and one that nobody can read",
    files: {
      "1001-25 - Ana - 9 März 2026 1402/raft.ts": raft("1"),
      "1001-25 - Ana - 10 März 2026 0902/raft.ts": raft("2"),
      "1002-25 - Ben - 31 août 2026 14:02/raft.ts": raft("b1"),
      "1002-25 - Ben - 1 septembre 2026 14:02/raft.ts": raft("b2"),
      "1003-25 - Cy - 9 maaliskuuta 2026 1402/raft.ts": raft("c1"),
      "1003-25 - Cy - 10 maaliskuuta 2026 1402/raft.ts": raft("c2"),
      "1004-25 - Dee - 9 maaliskuuta 2026 1402/raft.ts": raft("d"),
      "1005-25 - Eve - Mar 1, 2026 1159 PM/raft.ts": raft("e1"),
      "1005-25 - Eve - Mar 2, 2026 1205 AM/raft.ts": raft("e2"),
    },
    options: UTC,
    want: {
      Ana_1001: "2",
      Ben_1002: "b2",
      Cy_1003: /2 times.*nobody can tell which is the last/,
      Dee_1004: OK,
      Eve_1005: "e2",
    },
    told: [/its time of handing in cannot be read: 9 maaliskuuta 2026 1402/],
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
  ...[
    ["with the month's name", "1 de março de 2026 14:02", "2 de março de 2026 9:05"],
    ["with an h", "31 mai 2026 14 h 02", "1 juin 2026 9 h 05"],
    ["with an h and no blanks, on a Tuesday", "mardi 26 mai 2026 14h02", "mercredi 3 juin 2026 9h05"],
    ["in Chinese", "2026年3月9日 1402", "2026年3月10日 0905"],
    ["in Japanese", "2026年3月9日 午後 202", "2026年3月10日 905"],
    ["in Korean", "2026년 3월 9일 오후 202", "2026년 3월 10일 오전 905"],
    ["with points", "31. marts 2026 14.02", "1. april 2026 9.05"],
    ["of numbers and points", "31.03.2026 1402", "01.04.2026 0905"],
    ["of numbers, the year first", "2026-03-31 1402", "2026-04-01 0905"],
  ].map(
    ([what, first, second]): Case => ({
      what: `times ${what}: the last counts`,
      files: {
        [`1001-25 - Ana - ${first}/raft.ts`]: raft("1"),
        [`1001-25 - Ana - ${second}/raft.ts`]: raft("2"),
        [`1002-25 - Ben - ${second}/raft.ts`]: raft("b"),
      },
      options: UTC,
      want: { Ana_1001: "2", Ben_1002: OK },
      told: [/a Brightspace download/],
    }),
  ),
  {
    what: "times with blanks of other widths, as newer systems write them",
    files: {
      "1001-25 - Ana - Mar 1, 2026 2:02\u202fPM/raft.ts": raft("a1"),
      "1001-25 - Ana - Mar 1, 2026 11:02\u202fAM/raft.ts": raft("a2"),
      "1002-25 - Ben - Mar 1, 2026 202\u00a0PM/raft.ts": raft("b"),
    },
    options: UTC,
    want: { Ana_1001: "a1", Ben_1002: OK },
  },
  {
    what: "two folders of one minute, of which nobody knows which is the last",
    files: {
      "1001-25 - Ana - Mar 1, 2026 202 PM/raft.ts": raft("1"),
      "1001-26 - Ana - Mar 1, 2026 202 PM/raft.ts": raft("2"),
      "1002-27 - Ben - Mar 1, 2026 202 PM/raft.ts": raft("b"),
    },
    options: UTC,
    want: { Ana_1001: /more than once in the same minute.*remove all but the last/, Ben_1002: OK },
  },
  {
    what: "times of numbers of which nobody knows which is the month",
    files: {
      "1001-25 - Ana - 3-1-2026 202 PM/raft.ts": raft("1"),
      "1001-25 - Ana - 3-2-2026 905 AM/raft.ts": raft("2"),
      "1002-25 - Ben - 3-1-2026 202 PM/raft.ts": raft("b"),
    },
    options: UTC,
    want: { Ana_1001: /nobody can tell which is the last/, Ben_1002: OK },
    told: [/its time of handing in cannot be read: 3-1-2026 202 PM/],
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
  {
    what: "nbgrader: a zone with a long name, and a time that nobody can read",
    files: {
      "ana/lab2/raft.ts": raft("a"),
      "ana/lab2/timestamp.txt": "2026-02-01 10:00:00.123456 America/Argentina/Buenos_Aires\n",
      "ben/lab2/raft.ts": raft("b"),
      "ben/lab2/timestamp.txt": "1 February 2026\n",
    },
    want: { ana: OK, ben: OK },
    told: [/^its time of handing in cannot be read: 1 February 2026$/m],
  },
  {
    what: "Gradescope: a time that nobody can read",
    files: {
      "submission_metadata.yml": "submission_1:\n  :created_at: 2026-02-01 25:00:00 Z\n",
      "submission_1/raft.ts": raft("a"),
    },
    want: { submission_1: OK },
    told: [/its time of handing in cannot be read: 2026-02-01 25:00:00 Z/],
  },
  {
    what: "Autolab: a name of what is handed in with a `_`, and an assessment with a number",
    files: {
      "ana@uni.example_lab_2_9_my_handin.zip": lab("9"),
      "ana@uni.example_lab_2_10_my_handin.zip": lab("10"),
      "b_en@uni.example_lab_2_1_my_handin.zip": lab("b"),
    },
    want: { "ana_uni.example-fe751352998e": "10", "b_en_uni.example-7208d705f54b": "b" },
    told: [/version 10 was taken, the last one; earlier ones: 9/],
  },
  {
    what: "Gradescope: ids that look like numbers, as Ruby writes them",
    files: {
      "submission_metadata.yml":
        "submission_1:\n  :submitters:\n  - :name: Ana\n    :sid: 00891234\nsubmission_2:\n  :submitters:\n  - :name: Ben\n    :sid: 12e34\n",
      "submission_1/raft.ts": raft("a"),
      "submission_2/raft.ts": raft("b"),
      "../roster.csv": "id,name\n00891234,Ana\n12e34,Ben\n",
    },
    options: { roster: "roster.csv" },
    want: { submission_1: OK, submission_2: OK },
  },
];
