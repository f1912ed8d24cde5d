import { gzipSync } from "node:zlib";
import { buildTar } from "../tar-builder.ts";
import { zipped } from "../tried.ts";
import { buildZip } from "../zip-builder.ts";
import { type Case, lab, OK, raft } from "./case.ts";

const tar = (text: string) => buildTar([{ name: "lab2/raft.ts", content: raft(text) }]);
const many = (folder: string) =>
  Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`${folder}/${at}.js`, "x"]));

/** An entry of a folder without / at its end, which only DOS' attributes tell. */
function dosFolder(): Buffer {
  const zip = buildZip([
    { name: "lab", isStored: true, mode: 0 },
    { name: "lab/raft.ts", content: raft("b") },
  ]);
  zip.writeUInt32LE(0x10, zip.indexOf("PK\u0001\u0002") + 38);
  return zip;
}

export const ARCHIVES: readonly Case[] = [
  {
    what: "cut off, with another checksum, and with something behind its end",
    files: {
      "ana.zip": lab("a", { "long.txt": "x".repeat(5_000) }).subarray(0, -10),
      "ben.zip": buildZip([{ name: "raft.ts", content: raft("b"), crc: 5 }]),
      "cy.zip": Buffer.concat([lab("c"), Buffer.from("\n\n\n")]),
      "dan.zip": lab("d"),
    },
    want: { ana: /its end is missing.*upload it again/, ben: /checksum/, cy: /behind its end; pack it anew/, dan: OK },
  },
  {
    what: "a tar under the name of a zip, and the other way round",
    files: {
      "ana.zip": tar("a"),
      "ben.tar.gz": lab("b"),
      "cy.tgz": tar("c"),
      "dan.Tar.GZ": gzipSync(tar("d")),
      "eve.ZIP": lab("e"),
    },
    want: { ana: OK, ben: OK, cy: OK, dan: OK, eve: OK },
  },
  {
    what: "under names of archives that are not taken, of whatever kind they are",
    files: {
      "ana.jar": lab("a"),
      "ben.zipx": buildZip([{ name: "raft.ts", content: raft("b"), method: 14 }]),
      "cy.tar.zst": Buffer.from("28b52ffd00", "hex"),
      "dan.zip": Buffer.from("MZ\u0000\u0000", "latin1"),
      "eve.zip": lab("e"),
      "fay.zip": Buffer.from("PK\u0007\u0008PK\u0003\u0004", "latin1"),
    },
    want: {
      ana: OK,
      ben: /method 14; use a plain zip/,
      cy: /packed with zstd/,
      dan: /unpacks itself/,
      eve: OK,
      fay: /one part of an archive that was split/,
    },
  },
  {
    what: "in parts, of which only the last is called an archive",
    files: { "ana.z01": "PK", "ana.zip": lab("a").subarray(30), "ben.zip": lab("b") },
    want: { ana: /no archive that can be taken, or a broken one/, ben: OK },
    told: [/ana\.z01: is no folder and no archive/],
  },
  {
    what: "with folders that have no / behind their names",
    files: {
      "ana.zip": buildZip([
        { name: "lab", mode: 0o40755 },
        { name: "lab/raft.ts", content: raft("a") },
      ]),
      "ben.zip": lab("b"),
    },
    want: { ana: OK, ben: OK },
  },
  {
    what: "with more packages than files are taken, and with more files",
    files: {
      "ana.zip": lab("a", many("node_modules")),
      "ben.zip": lab("b", many("build")),
      "cy.tar": buildTar([
        ...Object.keys(many("node_modules")).map((name) => ({ name })),
        { name: "raft.ts", content: raft("c") },
      ]),
    },
    options: { limits: { entries: 100 } },
    want: { ana: OK, ben: /more than 100 files and folders/, cy: OK },
    told: [/node_modules was left out \(101 entries\)/],
  },
  {
    what: "of names that not every system can have beside each other",
    files: { "ana.zip": zipped({ "raft.ts": raft("a"), "Log.ts": "1", "log.ts": "2" }), "ben.zip": lab("b") },
    want: { ana: /Log\.ts and log\.ts; rename one/, ben: OK },
  },
  {
    what: "that holds nothing, a folder, or a main file of no bytes",
    files: {
      "ana.zip": buildZip([]),
      "ben.zip": buildZip([{ name: "lab/", mode: 0o40755 }]),
      "cy.zip": zipped({ "raft.ts": "" }),
      "dan.zip": lab("d"),
    },
    want: { ana: /it is empty/, ben: /it holds lab/, cy: OK, dan: OK },
  },
  {
    what: "with the icon of a folder on a Mac, and folders as DOS marks them",
    files: {
      "ana.zip": zipped({ "lab/raft.ts": raft("a"), "lab/Icon\r": "" }),
      "ben.zip": dosFolder(),
      "cy/raft.ts": raft("c"),
      "cy/Icon\r": "",
    },
    want: { ana: OK, ben: OK, cy: OK },
    told: [/Icon\ufffd was left out/],
  },
  {
    what: "with an archive in it that stays closed, of another kind, packed again and again, or beside sources",
    files: {
      "ana.zip": zipped({ "lab2/lab2.rar": "Rar!", "lab2/report.pdf": "%PDF" }),
      "ben.zip": zipped({ "a.zip": zipped({ "b.zip": zipped({ "c.zip": lab("b") }) }) }),
      "cy.zip": zipped({ "lab2/lab2.zip": lab("c"), "lab2/log.ts": "export {};" }),
      "dan.zip": lab("d"),
    },
    want: {
      ana: /it holds lab2; lab2\/lab2\.rar in it is an archive of a kind that is not taken; hand in \.zip/,
      ben: /c\.zip in it was not unpacked, as .*packed again and again; hand in what it holds/,
      cy: /lab2\/lab2\.zip in it was not unpacked, as sources lie beside it/,
      dan: "d",
    },
  },
  {
    what: "a file that was packed with gzip alone",
    files: { "ana.gz": gzipSync(raft("a")), "ben.tgz": gzipSync(raft("b")), "cy.zip": lab("c") },
    want: { ana: /what is in it is no tar file; hand in/, ben: /what is in it is no tar file/, cy: OK },
  },
  {
    what: "sources beside what a compiler made of them, and beside another main file",
    files: {
      "ana.zip": zipped({ "src/raft.ts": raft("a"), "dist/raft.js": "// js" }),
      "ben.zip": zipped({ "lab2/src/raft.ts": raft("b"), "lab2/build/raft.js": "// js" }),
      "cy.zip": zipped({ "src/raft.ts": raft("c"), "test/raft.ts": raft("t") }),
      "eve.zip": zipped({ "dist/raft.js": raft("e"), "old/raft.js": raft("e") }),
    },
    want: {
      ana: "a",
      ben: "b",
      cy: /several folders have raft\.ts: src, test/,
      eve: /several folders/,
    },
    told: [/dist\/raft\.js is not what is graded/, /lab2\/build\/raft\.js is not what is graded/],
  },
];
