import { gzipSync } from "node:zlib";
import { buildTar } from "../tar-builder.ts";
import { zipped } from "../tried.ts";
import { type Case, lab, OK, raft } from "./case.ts";

const ANA = "A A_1001_assignsubmission_file_/raft.ts";
const BEN = "B B_1002_assignsubmission_file_/raft.ts";
const CLASS = { [ANA]: raft("a"), [BEN]: raft("b") };
const BOTH = { A_A_1001: OK, B_B_1002: OK };

/** The same class, packed by another tool. */
function packed(what: string, rename: (name: string) => string): Case {
  const files = Object.fromEntries(Object.entries(CLASS).map(([name, text]) => [rename(name), text]));
  return {
    what,
    files: { "../input.zip": zipped(files) },
    source: "input.zip",
    want: BOTH,
    told: [/a Moodle download/],
  };
}

/** Downloads, and directories of submissions, as they lie after somebody unpacked, packed or moved them. */
export const LAID_OUT: readonly Case[] = [
  packed("names that begin with ./", (name) => `./${name}`),
  packed("names that begin with /, as of a whole disk", (name) => `/lab2/${name}`),
  packed("names with // in them", (name) => `lab2//${name}`),
  packed("\\ between folders, as PowerShell packs again", (name) => `lab2\\${name.replace("/", "\\")}`),
  packed("two folders around it, as unpacking and packing again makes them", (name) => `lab2/lab2/${name}`),
  {
    what: "its zip beside what was unpacked of it",
    files: { ...CLASS, "CS-Lab 2-77.zip": zipped(CLASS) },
    want: /CS-Lab 2-77\.zip: looks like a Moodle download of 2, and lies beside what was unpacked of one; move it away/,
  },
  {
    what: "two folders around a directory of submissions, and around a download",
    files: { "lab2/lab2/ana/raft.ts": raft("a"), "lab2/lab2/ben/raft.ts": raft("b"), "lab2/lab2/cy.zip": lab("c") },
    want: /holds one folder, lab2\/lab2, that looks like a directory of 3.*name that: input\/lab2\/lab2/,
  },
  {
    what: "two folders around an export of Gradescope, by its name",
    files: {
      "assignment_12_export/assignment_12_export/submission_metadata.yml":
        "submission_1:\n  :submitters:\n  - :name: Ana\n",
      "assignment_12_export/assignment_12_export/submission_1/raft.ts": raft("a"),
    },
    want: { submission_1: OK },
    told: [/a Gradescope export/],
  },
  {
    what: "two folders of one student, who is alone",
    files: { "ana/lab2/src/raft.ts": raft("a"), "ana/lab2/docs/notes.md": "x" },
    want: { ana: OK },
    told: [/2 folders down/],
  },
  {
    what: "a class in a tar file",
    files: {
      "../input.tgz": gzipSync(
        buildTar(["ana", "ben", "cy"].map((name) => ({ name: `lab2/${name}/raft.ts`, content: raft(name) }))),
      ),
    },
    source: "input.tgz",
    want: /input\.tgz: looks like a directory of 3 submissions \(ana, ben, cy\).*unpack it/,
  },
  {
    what: "a download in a tar file",
    files: {
      "../input.tar": buildTar(Object.entries(CLASS).map(([name, content]) => ({ name, content }))),
    },
    source: "input.tar",
    want: /input\.tar: looks like a Moodle download of 2.*unpack it/,
  },
  {
    what: "one student's tar file alone, with folders in it",
    files: {
      "../input.tar": buildTar([
        { name: "./", type: "5" },
        { name: "./lab2/raft.ts", content: raft("a") },
        { name: "./lab2/old/raft.ts", content: raft("o") },
        { name: "./lab2/Icon\r", content: "" },
      ]),
    },
    source: "input.tar",
    want: { input: "a" },
  },
  ...[
    ["times", "2026-03-01_1402", "2026-03-02_0900", "2026-02-28 1000", "2026-03-03T10-00"],
    ["numbers", "attempt 101", "attempt 102", "attempt-103", "Attempt_104"],
  ].map(
    ([what, first, second, third, fourth]): Case => ({
      what: `attempts of each student, called by ${what}`,
      files: {
        [`ana/${first}/raft.ts`]: raft("1"),
        [`ana/${second}/raft.ts`]: raft("2"),
        [`ben/${third}/raft.ts`]: raft("3"),
        [`ben/${fourth}/raft.ts`]: raft("4"),
      },
      want: /nothing that was found can be graded \(2 submissions\), such as ana.*leave of each the one that counts/,
    }),
  ),
  {
    what: "small sections, and a student beside them",
    files: {
      "mo/ana/raft.ts": raft("a"),
      "mo/ben/raft.ts": raft("b"),
      "tu/cy/raft.ts": raft("c"),
      "tu/dan/raft.ts": raft("d"),
      "eve/raft.ts": raft("e"),
    },
    want: /2 of its 3 folders look like more than one submission, such as mo.*put what is in them beside the others/,
  },
  {
    what: "two students among others who left an older copy",
    files: {
      "ana/final/raft.ts": raft("a"),
      "ana/old/raft.ts": raft("o"),
      "ben/lab2/raft.ts": raft("b"),
      "ben/backup/raft.ts": raft("o"),
      "cy/raft.ts": raft("c"),
      "dan/raft.ts": raft("d"),
    },
    want: { ana: /several folders have raft\.ts/, ben: /several folders have raft\.ts/, cy: OK, dan: OK },
  },
  {
    what: "sections whose students are numbers",
    files: {
      "mo/900001/raft.ts": raft("a"),
      "mo/900002/raft.ts": raft("b"),
      "tu/900003/raft.ts": raft("c"),
      "tu/900004/raft.ts": raft("d"),
    },
    want: { "900001": OK, "900002": OK, "900003": OK, "900004": OK },
  },
  {
    what: "a class of Sakai's in one folder, loose and packed, with what it puts beside each",
    files: {
      "Lab 2/Dummy, Ana(ana)/Submission attachment(s)/raft.ts": raft("a"),
      "Lab 2/Dummy, Ana(ana)/Feedback Attachment(s)/x.txt": "x",
      "Lab 2/grades.csv": "x",
      "Lab 2/Dummy, Ana(ana)/timestamp.txt": "20260301140211000",
      "Lab 2/Test, Ben(ben)/Submission attachment(s)/lab2.zip": lab("b"),
      "Lab 2/Test, Ben(ben)/timestamp.txt": "20260301140211000",
    },
    want: /holds one folder, Lab 2, that looks like a Sakai download of 2; name that/,
  },
  ...[
    ["folders", "mo/ana/raft.ts", "mo/ben/raft.ts", "tu/cy/raft.ts"],
    ["archives", "mo/ana.zip", "mo/ben.zip", "tu/cy.zip"],
  ].map(
    ([what, ana, ben, cy]): Case => ({
      what: `a section of one student beside one of two, in ${what}`,
      files: Object.fromEntries(
        [ana, ben, cy].map((path = "") => [path, path.endsWith(".zip") ? lab(path) : raft(path)]),
      ),
      want: /none of its folders \(mo, tu\) has the main file.*submissions of others \(ana, ben, cy\); where these are students, put them beside each other/,
    }),
  ),
  {
    what: "a student with two versions beside one with a folder, who are no sections",
    files: { "ana/final/raft.ts": raft("a"), "ana/draft/raft.ts": raft("o"), "ben/lab2/raft.ts": raft("b") },
    want: { ana: /several folders have raft\.ts/, ben: OK },
  },
  {
    what: "one class unpacked twice",
    files: {
      "submissions/a_111001_9001_raft.ts": raft("a"),
      "submissions/b_111002_9002_raft.ts": raft("b"),
      "submissions (1)/a_111001_9001_raft.ts": raft("a"),
      "submissions (1)/b_111002_9005_raft-1.ts": raft("b2"),
      "submissions (1)/c_111003_9003_raft.ts": raft("c"),
    },
    want: /2 students are in submissions and in submissions \(1\), and each would be graded twice; name the folder that counts/,
  },
  ...["raft(1).ts", "raft (1).ts"].map(
    (name): Case => ({
      what: `a main file of each student in one folder, where the system numbered them: ${name}`,
      files: { "raft.ts": raft("a"), [name]: raft("b"), [name.replace("1", "2")]: raft("c") },
      want: /has a main file, and beside it what looks like submissions of others \(raft ?\(1\)\.ts, raft ?\(2\)\.ts\)/,
    }),
  ),
];
