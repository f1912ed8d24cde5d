import { zipped } from "../tried.ts";
import { type Case, lab, OK, raft } from "./case.ts";

const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);

export const MAIN_FILES: readonly Case[] = [
  ...(
    [
      ["in capitals", "Raft.ts", /Raft\.ts/],
      ["all in capitals", "RAFT.TS", /RAFT\.TS/],
      ["numbered by a browser", "raft (1).ts", /raft \(1\)\.ts/],
      ["with a second ending", "raft.ts.txt", /raft\.ts\.txt/],
      ["with the ending of a text", "raft.txt", /raft\.txt, but.*rename it to raft\.ts/],
      ["with a letter of another alphabet", "r\u0430ft.ts", /r\u0430ft\.ts, but.*rename it to raft\.ts/],
      ["with a mark that nobody sees", "raft\u200b.ts", /but the file must be named.*rename it to raft\.ts/],
      ["as a copy", "raft - Copy.ts", /raft - Copy\.ts/],
      ["with the ending of a module", "raft.mts", /raft\.mts/],
      ["with the ending of a page", "raft.tsx", /raft\.tsx/],
      ["named in another word", "main.ts", /main\.ts/],
      ["as a notebook", "raft.ipynb", /raft\.ts/],
    ] as const
  ).map(
    ([how, name, reason]): Case => ({
      what: `a main file ${how}`,
      files: { [`ana/${name}`]: raft("a"), "ben/raft.ts": raft("b") },
      want: { ana: reason, ben: OK },
    }),
  ),
  {
    what: "a main file with a mark at its beginning, and one in a code page of a spreadsheet",
    files: { "ana/raft.ts": `\ufeff${raft("a")}`, "ben/raft.ts": Buffer.from(`${raft("b")}// \u00e9`, "latin1") },
    want: { ana: OK, ben: OK },
  },
  {
    what: "a main file of UTF-16, which is told when it is read",
    files: { "ana/raft.ts": utf16(raft("a")), "ben/raft.ts": raft("b") },
    want: { ana: OK, ben: OK },
  },
  {
    what: "a main file in a folder of its name, as unpacking raft.ts.zip makes it, and a folder alone",
    files: {
      "ana/raft.ts/raft.ts": raft("a"),
      "ben/raft.ts": raft("b"),
      "cy.zip": zipped({ "raft.ts/index.ts": "x" }),
      "dan/raft/index.ts": raft("d"),
      "raft.ts/raft.ts": raft("e"),
    },
    want: { ana: OK, ben: OK, cy: /raft\.ts in it is a folder/, dan: /there is no raft\.ts in it/, "raft.ts": OK },
  },
  {
    what: "a main file that is left in an archive of another kind, or in one of two",
    files: {
      "ana/lab2.rar": "Rar!\u001a\u0007\u0000",
      "ana/notes.txt": "x",
      "ben/raft.ts": raft("b"),
      "cy/a.zip": lab("1"),
      "cy/b.zip": lab("2"),
    },
    want: { ana: /that kind are not taken; hand in \.zip/, ben: OK, cy: /of several archives none is unpacked/ },
  },
  {
    what: "two main files in two folders of one submission",
    files: {
      "ana/old/raft.ts": raft("1"),
      "ana/new/raft.ts": raft("2"),
      "ben/raft.ts": raft("b"),
      "cy/raft.ts": raft("c"),
    },
    want: { ana: /new.*old|old.*new|2 |two|several/, ben: OK, cy: OK },
  },
];

export const FOLDERS: readonly Case[] = [
  {
    what: "what operating systems leave, and nothing else beside",
    files: {
      "ana/raft.ts": raft("a"),
      "ben/raft.ts": raft("b"),
      ".DS_Store": "x",
      "Thumbs.db": "x",
      "desktop.ini": "x",
      "__MACOSX/ana/._raft.ts": "x",
    },
    want: { ana: OK, ben: OK },
  },
  {
    what: "files that spreadsheets and staff leave",
    files: {
      "ana/raft.ts": raft("a"),
      "ben/raft.ts": raft("b"),
      "cy/raft.ts": raft("c"),
      "~$roster.xlsx": "x",
      "roster.xlsx": "PK",
      "README.md": "# read",
    },
    want: { ana: OK, ben: OK, cy: OK },
    told: [/~\$roster\.xlsx/, /roster\.xlsx/, /README\.md/],
  },
  {
    what: "folders and archives mixed, one student in both",
    files: { "ana/raft.ts": raft("a"), "ben.zip": lab("b"), "cy.tar.gz": lab("c"), "ben/raft.ts": raft("b2") },
    want: /ben/,
  },
  {
    what: "names with blanks and points at their ends, and names that differ in capitals",
    files: { "Ana Dummy /raft.ts": raft("a"), "ana dummy/raft.ts": raft("b"), "Jr./raft.ts": raft("c") },
    want: { "Ana_Dummy-f03b3207ec18": OK, "ana_dummy-7bd65729aaca": OK, "Jr-d1d8791b1747": OK },
  },
  {
    what: "an archive of no bytes, one of text, and one that is cut off",
    files: { "ana.zip": "", "ben.zip": "hello", "cy.zip": lab("c").subarray(0, 60), "dan.zip": lab("d") },
    want: { ana: /empty|no zip|not/, ben: /no |not/, cy: /broken|cut|end|no zip|not/, dan: OK },
  },
  {
    what: "archives of other kinds",
    files: {
      "ana.rar": "Rar!\u001a\u0007\u0000",
      "ben.7z": Buffer.from("377abcaf271c", "hex"),
      "cy.tar.xz": Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
      "dan.zip": lab("d"),
      "eve.zip": lab("e"),
      "fay.zip": lab("f"),
      "gus.zip": lab("g"),
    },
    want: { ana: /rar/i, ben: /7z|7-zip/i, cy: /xz/i, dan: OK, eve: OK, fay: OK, gus: OK },
  },
  {
    what: "an archive of all, one folder around it",
    files: {
      "../all.zip": zipped({
        "lab2/ana/raft.ts": raft("a"),
        "lab2/ben/raft.ts": raft("b"),
        "lab2/cy/raft.ts": raft("c"),
      }),
    },
    source: "all.zip",
    want: /all\.zip|three|3 /,
  },
  {
    what: "an archive of archives",
    files: { "../all.zip": zipped({ "ana.zip": lab("a"), "ben.zip": lab("b"), "cy.zip": lab("c") }) },
    source: "all.zip",
    want: /all\.zip|unpack/,
  },
  {
    what: "a folder too high",
    files: { "lab1/ana/main.ts": "x", "lab2/ana/raft.ts": raft("a"), "lab2/ben/raft.ts": raft("b") },
    want: /nothing that was found can be graded \(2 submissions\), such as lab1/,
  },
  {
    what: "a folder with what was graded before",
    files: {
      "ana/raft.ts": raft("a"),
      "ben/raft.ts": raft("b"),
      "results/results.jsonl": "{}",
      "results/journal.jsonl": "{}",
      "results/gradebook.csv": "id",
    },
    want: { ana: OK, ben: OK, results: /raft\.ts/ },
  },
  {
    what: "students without anything but packages, settings or documents",
    files: {
      "ana/node_modules/x/index.js": "x",
      "ana/package.json": "{}",
      "ben/raft.ts": raft("b"),
      "cy/report.pdf": "%PDF",
      "dan/raft.ts": raft("d"),
    },
    want: { ana: /raft\.ts/, ben: OK, cy: /raft\.ts/, dan: OK },
  },
  {
    what: "shortcuts of Windows and bookmarks of macOS instead of folders",
    files: {
      "ana.lnk": "L\u0000",
      "ben.webloc": "<plist>",
      "cy/raft.ts": raft("c"),
      "dan/raft.ts": raft("d"),
      "eve/raft.ts": raft("e"),
    },
    want: { cy: OK, dan: OK, eve: OK },
    told: [/ana\.lnk/, /ben\.webloc/],
  },
  {
    what: "sections with archives, and one with nobody",
    files: {
      "monday/ana.zip": lab("a"),
      "monday/ben.zip": lab("b"),
      "tuesday/cy.zip": lab("c"),
      "tuesday/dan.zip": lab("d"),
      "friday/.gitkeep": "",
    },
    want: { ana: OK, ben: OK, cy: OK, dan: OK },
    told: [/friday/],
  },
  {
    what: "one file each, with the name before, behind, and in between",
    files: { "ana_raft.ts": raft("a"), "raft-ben.ts": raft("b"), "lab2-cy-raft.ts": raft("c") },
    want: { ana: OK, ben: OK, "lab2-cy": OK },
  },
  {
    what: "one file each, with several marks around the name",
    files: { "Test, Ben - raft.ts": raft("b"), "raft.cy.ts": raft("c"), "raftdan.ts": raft("d") },
    want: { "Test_Ben-65c740ea113d": OK, cy: OK },
    told: [/raftdan\.ts: is no folder/],
  },
  {
    what: "several files each, with the name before them, as requests for files make it",
    files: {
      "Ana D - raft.ts": raft("a"),
      "Ana D - log.ts": "export const a = 1;",
      "Ana D B - raft.ts": raft("b"),
      "Ana D B - log.ts": "export const b = 1;",
      "notes.md": "x",
    },
    want: { "Ana_D-d9ef9b025f05": "a", "Ana_D_B-c738f12f9912": "b" },
    told: [/Ana D - log\.ts was taken as log\.ts/, /notes\.md: is no folder/],
  },
  {
    what: "several files each, with the name behind them, as forms make it",
    files: {
      "raft - Ana.ts": raft("a"),
      "log - Ana.ts": "export const a = 1;",
      "raft - Ben.ts": raft("b"),
      "log - Ben.ts": "export const b = 1;",
      "report - Ben.pdf": "%PDF",
    },
    want: { Ana: "a", Ben: "b" },
    told: [/log - Ben\.ts was taken as log\.ts/, /report - Ben\.pdf was taken as report\.pdf/],
  },
  {
    what: "folders that disks and the boxes around them have",
    files: {
      "ana/raft.ts": raft("a"),
      "ana/@eaDir/raft.ts@SynoEAStream": "x",
      "ben/raft.ts": raft("b"),
      "@eaDir/ana@SynoEAStream": "x",
      "$RECYCLE.BIN/desktop.ini": "x",
      "System Volume Information/IndexerVolumeGuid": "x",
      "lost+found/1": "x",
      "#recycle/raft.ts": raft("gone"),
    },
    want: { ana: "a", ben: "b" },
  },
  {
    what: "one file each, and some of the files nobody's",
    files: { "ana_raft.ts": raft("a"), "ben_raft.ts": raft("b"), "raft.ts": raft("?") },
    want: /has a main file, and beside it .*\(ana_raft\.ts, ben_raft\.ts\)/,
  },
  {
    what: "a submission of staff's beside those of students",
    files: { "raft.ts": raft("staff"), "ana/raft.ts": raft("a"), "ben/raft.ts": raft("b"), "cy/raft.ts": raft("c") },
    want: /has a main file, and beside it .*\(ana, ben, cy\)/,
  },
  {
    what: "names as long as a file system takes, and of other directions",
    files: {
      [`${"x".repeat(250)}/raft.ts`]: raft("a"),
      "\u202egnp.exe/raft.ts": raft("b"),
      "-rf/raft.ts": raft("c"),
      "..ana/raft.ts": raft("d"),
    },
    want: { "gnp.exe-30ea54208596": OK, "rf-686c39acd632": OK, [`${"x".repeat(51)}-086d4a1c293b`]: OK },
    told: [/\.\.ana: is hidden/],
  },
  ...["list.xlsx", "list.tsv"].map(
    (name): Case => ({
      what: `a list of them, as ${name}`,
      files: { [`../${name}`]: "id\tpath\n" },
      source: name,
      want: /list\.\w+: is a table, or a workbook; save it as CSV UTF-8/,
    }),
  ),
  {
    what: "an empty folder",
    files: { ".gitkeep": "" },
    want: /no submission|empty|nothing/,
  },
];
