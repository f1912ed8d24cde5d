import { zipped } from "../tried.ts";
import { type Case, lab, OK, raft } from "./case.ts";

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
    what: "names of other alphabets, with marks in them, and late ones",
    files: {
      "o'brienmary_111001_9001_raft.ts": raft("a"),
      "müllerjörg_111002_9002_raft.ts": raft("b"),
      "李雷_LATE_111003_9003_raft-1.ts": raft("c"),
    },
    want: {
      "o_brienmary_111001-9f0bfb60b21d": OK,
      "mullerjorg_111002-26ad1690e072": OK,
      "111003-a5ad6e8286ff": OK,
    },
  },
  {
    what: "a text beside a file, a film alone, and names that a browser gave",
    files: {
      "a_111001_9001_raft.ts": raft("a"),
      "a_111001_text.html": "<p>hi",
      "b_111002_9002_media.mp4": "x",
      "c_111003_9003_raft (1).ts": raft("c"),
      "d_111004_9004_raft.ts.txt": raft("d"),
    },
    want: {
      a_111001: OK,
      b_111002: /media\.mp4/,
      c_111003: /raft \(1\)\.ts.*rename it to raft\.ts/,
      d_111004: /raft\.ts\.txt.*rename it to raft\.ts/,
    },
    told: [/a_111001_text\.html was left out/],
  },
  {
    what: "of two sections in two folders, with somebody in both",
    files: {
      "s1/a_111001_9001_raft.ts": raft("1"),
      "s1/b_111002_9002_raft.ts": raft("b"),
      "s2/a_111001_9010_raft.ts": raft("2"),
      "s2/c_111003_9003_raft.ts": raft("c"),
    },
    want: { s1_a_111001: OK, s2_a_111001: OK, b_111002: OK, c_111003: OK },
    told: [/warning: a_111001 is in 2 sections \(s1, s2\).*leave only the one/, /there is one of that id in s2, too/],
  },
  {
    what: "of two sections in two zip files",
    files: {
      "s1.zip": zipped({ "a_111001_9001_raft.ts": raft("a"), "b_111002_9002_raft.ts": raft("b") }),
      "s2.zip": zipped({ "c_111003_9003_raft.ts": raft("c"), "d_111004_9004_raft.ts": raft("d") }),
    },
    want: /a Canvas download of 2.*unpack each into a folder of its own, and name the folder around these/,
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
    what: "of a quiz, in which each file is the answer to a question",
    files: {
      "dummy_ana111001_question_77_9001_raft.ts": raft("a"),
      "test_ben111002_question_77_9002_raft.ts": raft("b1"),
      "test_ben111002_question_77_9005_raft-1.ts": raft("b2"),
      "o_neil2_cy111003_question_77_9003_lab2.zip": lab("c"),
    },
    want: { dummy_ana_111001: OK, test_ben_111002: "b2", o_neil2_cy_111003: OK },
    told: [/a Canvas download/],
  },
  {
    what: "numbers that many have in common, and that are no users'",
    files: {
      "ana_lab_2_1001_raft.ts": raft("a"),
      "ben_lab_2_1002_raft.ts": raft("b"),
      "cy_lab_2_1003_raft.ts": raft("c"),
    },
    want: { ana_lab_2_1001: "a", ben_lab_2_1002: "b", cy_lab_2_1003: "c" },
  },
  {
    what: "two downloads in one folder, of which the system numbered the second",
    files: {
      "a_111001_9001_raft.ts": raft("a"),
      "a_111001_9001_raft (1).ts": raft("a"),
      "b_111002_9002_lab2.zip": lab("b"),
      "b_111002_9002_lab2 (1).zip": lab("b"),
      "c_111003_9003_raft (1).ts": raft("c"),
    },
    want: { a_111001: OK, b_111002: OK, c_111003: /rename it to raft\.ts/ },
    told: [/raft \(1\)\.ts was left out, as raft\.ts is the same file/, /a Canvas download/],
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
