import { zipped } from "../tried.ts";
import { type Case, lab, OK, raft } from "./case.ts";

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
    what: "two downloads in one folder, with somebody in both, and a plugin that is none of files",
    files: {
      "A A_1001_assignsubmission_file_/raft.ts": raft("1"),
      "A A_1001_assignsubmission_file/raft.ts": raft("2"),
      "B B_1002_assignsubmission_github_/link.html": "x",
      "C C_1003_assignsubmission_file_/raft.ts": raft("c"),
      "Gruppe A_55_assignsubmission_file_/raft.ts": raft("d"),
    },
    want: {
      A_A_1001: /more than once.*remove all but the last/,
      B_B_1002: /only github/,
      C_C_1003: OK,
      Gruppe_A_55: OK,
    },
  },
  {
    what: "students of groups, found in a list of participants by what stands behind the group's name",
    files: {
      "Tutorial-5-Ana Dummy_4501_assignsubmission_file_/raft.ts": raft("a"),
      "Gruppe B-Ben Müller-Test_4502_assignsubmission_file_/raft.ts": raft("b"),
      "../roster.csv": "Vorname;Nachname;ID-Nummer\nAna;Dummy;900001\nBen;Müller-Test;900002\nCy;Test;900003\n",
    },
    options: { roster: "roster.csv" },
    want: {
      "Tutorial-5-Ana_Dummy_4501": OK,
      "Gruppe_B-Ben_Muller-Test_4502": OK,
      "900003": /handed/,
    },
    told: [/roster\.csv:2 was taken for it by the name behind a group's/],
  },
  {
    what: "a worksheet in German, which has no blank before the number",
    files: {
      "Ana Dummy_4501_assignsubmission_file_/raft.ts": raft("a"),
      "Teilnehmer_in_4502_assignsubmission_file_/raft.ts": raft("b"),
      "../roster.csv": "ID,Vollständiger Name,Status\nTeilnehmer/in4501,Ana D.,x\nTeilnehmer/in4502,Ben T.,x\n",
    },
    options: { roster: "roster.csv" },
    want: { Ana_Dummy_4501: OK, Teilnehmer_in_4502: OK },
  },
  {
    what: "one student alone",
    files: { "A A_1001_assignsubmission_file_/raft.ts": raft("a") },
    want: { A_A_1001: OK },
  },
  {
    what: "what staff gave back, in folders as many as those that were handed in, and corrected sources among it",
    files: {
      "A A_1001_assignsubmission_file_/raft.ts": raft("a"),
      "A A_1001_assignfeedback_file_/raft.ts": raft("corrected"),
      "B B_1002_assignsubmission_file_/raft.ts": raft("b"),
      "B B_1002_assignfeedback_editpdf_/combined.pdf": "%PDF",
      "C C_1003_assignfeedback_file_/missing.pdf": "%PDF",
    },
    want: { A_A_1001: "a", B_B_1002: "b" },
    told: [
      /a Moodle download: 2 submissions/,
      /what was given back as feedback was left out \(A A_1001_assignfeedback_file_, /,
    ],
  },
  {
    what: "what staff gave back, before the names of files, and a file with such a word in its name",
    files: {
      "A A_1001_assignsubmission_file_raft.ts": raft("a"),
      "A A_1001_assignsubmission_file_my_assignfeedback_of_lab1.pdf": "%PDF",
      "A A_1001_assignfeedback_file_feedback.pdf": "%PDF",
      "B B_1002_assignsubmission_file_raft.ts": raft("b"),
      "B B_1002_assignfeedback_comments_comments.html": "<p>",
    },
    want: { A_A_1001: "a", B_B_1002: "b" },
    told: [/left out \(A A_1001_assignfeedback_file_feedback\.pdf, B B_1002_assignfeedback_comments_comments\.html\)/],
  },
  {
    what: "groups of another alphabet, without numbers",
    files: { "第一组_assignsubmission_file_/raft.ts": raft("1"), "第二组_assignsubmission_file_/raft.ts": raft("2") },
    want: { "x-ed8e490189b7": "1", "x-a89d1ab08f71": "2" },
  },
  {
    what: "a blind assignment, and a worksheet with somebody who handed nothing in",
    files: {
      "Participant_4501_assignsubmission_file_/raft.ts": raft("a"),
      "Participant_4502_assignsubmission_file_/raft.ts": raft("b"),
      "../roster.csv": "Identifier,Status\nParticipant 4501,x\nParticipant 4502,x\nParticipant 4503,No submission\n",
    },
    options: { roster: "roster.csv" },
    want: { Participant_4501: "a", Participant_4502: "b", "Participant_4503-fd195d74816d": /nothing was handed in/ },
  },
  {
    what: "names whose accents stand apart, as a Mac writes them",
    files: {
      "Mu\u0308ller Jo\u0308rg_4501_assignsubmission_file_/raft.ts": raft("a"),
      "B B_4502_assignsubmission_file_/raft.ts": raft("b"),
      "../roster.csv": "First name,Last name,ID number\nJörg,Müller,900001\nB,B,900002\n",
    },
    options: { roster: "roster.csv" },
    want: { Muller_Jorg_4501: "a", B_B_4502: "b" },
    told: [/roster\.csv:2 was taken for it by the name/],
  },
];
