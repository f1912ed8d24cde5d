import { zipped } from "../tried.ts";
import { type Case, lab, OK, raft } from "./case.ts";

const UTC = { timeZone: "UTC" };

/** As Teams lays them out in a class' SharePoint: student, assignment, each time it was turned in. */
export const TEAMS: readonly Case[] = [
  {
    what: "of which the last version counts, 10 after 9",
    files: {
      "Ana D/Lab 2/Version 1/raft.ts": raft("1"),
      "Ana D/Lab 2/Version 2/raft.ts": raft("2"),
      "Ben T/Lab 2/Version 1/lab2.zip": lab("b"),
      "Cy X/Lab 2/Version 10/raft.ts": raft("10"),
      "Cy X/Lab 2/Version 9/raft.ts": raft("9"),
    },
    want: { "Ana_D-d9ef9b025f05": "2", "Ben_T-f3077626b85c": "b", "Cy_X-2f13caf752c9": "10" },
    told: [/a Microsoft Teams download: 3/, /Version 10 was taken, the last one; earlier ones: Version 9/],
  },
  {
    what: "of several assignments, one of which has the main file; who did not hand that in is not lost",
    files: {
      "ana/Lab 1/Version 1/main.ts": "// 1",
      "ana/Lab 2/Version 1/raft.ts": raft("a1"),
      "ana/Lab 2/Version 2/lab2/raft.ts": raft("a2"),
      "ben/Lab 1/Version 1/main.ts": "// 1",
      "ben/Lab 2/Version 1/raft.ts": raft("b"),
      "cy/Lab 1/Version 1/main.ts": "// 1",
    },
    want: { ana: "a2", ben: "b", cy: /nothing was handed in for Lab 2/ },
  },
  {
    what: "of several assignments that all have it",
    files: {
      "ana/Lab 2/Version 1/raft.ts": raft("2"),
      "ana/Lab 3/Version 1/raft.ts": raft("3"),
      "ben/Lab 2/Version 1/raft.ts": raft("b"),
    },
    want: /holds several assignments \(Lab 2, Lab 3\); leave in each student's folder the one that is meant/,
  },
  {
    what: "in other languages, with versions right below the students, and a last version that is a report",
    files: {
      "ana/Versión 1/raft.ts": raft("1"),
      "ana/Versión 2/raft.ts": raft("2"),
      "ben/Versio\u0301n 1/raft.ts": raft("b"),
      "ben/Versio\u0301n 2/report.pdf": "%PDF",
    },
    want: { ana: "2", ben: /there is no raft\.ts.*report\.pdf/ },
    told: [/Version?.* 2 was taken, the last one/],
  },
  {
    what: "as its zip, with the folder around it",
    files: {
      "../Submitted files.zip": zipped({
        "Submitted files/ana/Lab 2/Version 1/raft.ts": raft("1"),
        "Submitted files/ana/Lab 2/Version 2/raft.ts": raft("2"),
        "Submitted files/ben/Lab 2/Version 1/raft.ts": raft("b"),
      }),
    },
    source: "Submitted files.zip",
    want: { ana: "2", ben: "b" },
  },
  {
    what: "a folder too high, with what students still work on beside it",
    files: {
      "Submitted files/ana/Lab 2/Version 1/raft.ts": raft("a"),
      "Submitted files/ben/Lab 2/Version 1/raft.ts": raft("b"),
      "Working files/ana/Lab 2/raft.ts": raft("wa"),
      "Working files/ben/Lab 2/raft.ts": raft("wb"),
    },
    want: /2 students are in Submitted files and in Working files, and each would be graded twice; name the folder that counts/,
  },
  {
    what: "that are one student's own folders, among others",
    files: { "ana/lab2/Version 1/raft.ts": raft("a"), "ben/raft.ts": raft("b"), "cy/raft.ts": raft("c") },
    want: { ana: OK, ben: OK, cy: OK },
    told: [/a directory of submissions/],
  },
];

/** As "Download All" of its assignments packs them. */
export const SAKAI: readonly Case[] = [
  {
    what: "with what was given back, texts, times, and somebody who handed nothing in",
    files: {
      "Dummy, Ana(ana)/Submission attachment(s)/raft.ts": raft("a"),
      "Dummy, Ana(ana)/Feedback Attachment(s)/raft.ts": raft("corrected"),
      "Dummy, Ana(ana)/timestamp.txt": "20260301140211000",
      "Test, Ben (jr)(ben)/Submission attachment(s)/lab2.zip": lab("b"),
      "Test, Ben (jr)(ben)/timestamp.txt": "soon",
      "Text, Cy(cy)/Text, Cy(cy)_submissionText.html": "<p>here it is",
      "Text, Cy(cy)/timestamp.txt": "20260301140211000",
      "None, Dan(dan)/comments.txt": "",
      "grades.csv": "Display ID,ID\n",
      "../roster.csv": "Display ID,Last Name,First Name\nana,Dummy,Ana\nben,Test,Ben\ncy,Text,Cy\ndan,None,Dan\n",
    },
    options: { roster: "roster.csv" },
    want: { ana: "a", ben: "b", cy: /no file was handed in, but a text/, dan: /nothing was handed in/ },
    told: [/a Sakai download: 4/, /its time of handing in cannot be read: soon/, /of a Sakai download have no zone/],
  },
  {
    what: "as its zip, with the assignment's folder around it",
    files: {
      "../input.zip": zipped({
        "Lab 2/Dummy, Ana(ana)/Submission attachment(s)/raft.ts": raft("a"),
        "Lab 2/Dummy, Ana(ana)/Submission attachment(s)/log.ts": "export {};",
        "Lab 2/Test, Ben(ben)/Submission attachment(s)/lab/raft.ts": raft("b"),
        "Lab 2/grades.csv": "x",
      }),
    },
    source: "input.zip",
    options: UTC,
    want: { ana: "a", ben: "b" },
  },
];
