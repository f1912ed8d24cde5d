import { statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { IntakeOptions } from "../../../grader/batch/intake/index.ts";
import { filesIn, filesOf, makeSources, open, RAFT, reasonOf } from "./fixture.ts";
import { buildTar, longName, type TarEntry } from "./tar-builder.ts";
import { buildZip, type ZipEntry } from "./zip-builder.ts";

const main = { name: "raft.ts", content: RAFT };

async function openZip(entries: readonly ZipEntry[], more: Partial<IntakeOptions> = {}) {
  return open(makeSources({ "bob.zip": buildZip(entries) }), "bob.zip", more);
}

async function openTar(entries: readonly TarEntry[], more: Partial<IntakeOptions> = {}) {
  return open(makeSources({ "bob.tar": buildTar(entries) }), "bob.tar", more);
}

describe("a good archive", () => {
  it.each([
    ["bob.zip", buildZip([{ name: "lib/", mode: 0o40755 }, { name: "lib/log.ts", content: "1" }, main])],
    ["bob.tar", buildTar([{ name: "./", type: "5" }, { name: "./lib/log.ts", content: "1" }, main])],
    ["bob.tar.gz", gzipSync(buildTar([{ name: "lib/log.ts", content: "1" }, main]))],
    ["bob.tgz", gzipSync(buildTar([{ name: "lib/log.ts", content: "1" }, main]))],
  ])("%s gives its files", async (name, bytes) => {
    const folder = makeSources({ [name]: bytes });
    const opened = await open(folder, name);
    expect(filesOf(opened)).toEqual({ "raft.ts": RAFT, "lib/log.ts": "1" });
    expect(opened).toMatchObject({ folder: join(folder, "work/bob/files"), notes: [] });
  });

  it("is known by its content, whatever its name says", async () => {
    const folder = makeSources({ "bob.zip": gzipSync(buildTar([main])) });
    expect(filesOf(await open(folder, "bob.zip"))).toEqual({ "raft.ts": RAFT });
  });

  it("gives no executable files", async () => {
    for (const opened of [await openZip([{ ...main, mode: 0o104777 }]), await openTar([{ ...main, mode: 0o4777 }])]) {
      expect(filesOf(opened)).toEqual({ "raft.ts": RAFT });
      if ("folder" in opened) expect(statSync(join(opened.folder, "raft.ts")).mode & 0o7777).toBe(0o644);
    }
  });

  it("loses what systems and tools left in it, with a note", async () => {
    const junk = ["__MACOSX/._raft.ts", ".DS_Store", ".git/config", ".git/hooks/x", "node_modules/a/b.js", "._raft.ts"];
    for (const opened of [
      await openZip([
        main,
        ...junk.map((name) => ({ name, content: "x" })),
        { name: "node_modules/.bin/tsc", mode: 0o120777 },
      ]),
      await openTar([
        main,
        ...junk.map((name) => ({ name, content: "x" })),
        { name: "node_modules/.bin/tsc", type: "2", linkTo: "/x" },
      ]),
    ]) {
      expect(filesOf(opened)).toEqual({ "raft.ts": RAFT });
      expect(opened.notes).toEqual([
        ".DS_Store was left out",
        "._* was left out",
        ".git was left out (2 entries)",
        "__MACOSX was left out",
        "node_modules was left out (2 entries)",
      ]);
    }
  });

  it("loses the settings of tools, which nobody is to read", async () => {
    const tools = [
      "package.json",
      "tsconfig.json",
      "lib/tsconfig.build.json",
      "vitest.config.ts",
      "vite.config.mjs",
      ".npmrc",
    ];
    const opened = await openZip([
      main,
      { name: "data.json", content: "1" },
      ...tools.map((name) => ({ name, content: "x" })),
    ]);
    expect(filesOf(opened)).toEqual({ "raft.ts": RAFT, "data.json": "1" });
  });

  it("may hold other archives, which stay closed", async () => {
    const inner = buildZip([main]);
    expect(Object.keys(filesOf(await openZip([main, { name: "old.zip", content: inner }])))).toEqual([
      "old.zip",
      "raft.ts",
    ]);
  });
});

const EVIL_NAMES: readonly (readonly [string, RegExp])[] = [
  ["../raft.ts", /leads out of its folder: \.\.\/raft\.ts/],
  ["lib/../../raft.ts", /leads out of its folder/],
  ["node_modules/../../raft.ts", /leads out of its folder/],
  ["/tmp/raft.ts", /absolute path: \/tmp\/raft\.ts/],
  ["C:/raft.ts", /drive letter: C:\/raft\.ts/],
  ["c:raft.ts", /drive letter/],
  ["..\\raft.ts", /backslash|leads out of its folder/],
  ["lib\\..\\..\\raft.ts", /backslash|leads out of its folder/],
  ["\\\\server\\raft.ts", /backslash|absolute path/],
  ["C:\\raft.ts", /drive letter/],
  ["a\u001b[2Jb.ts", /control characters in its name: a\ufffd\[2Jb\.ts/],
  ["a\nb.ts", /control characters/],
  [`${"n".repeat(256)}.ts`, /name of more than 255 bytes/],
  [`${"ä".repeat(128)}.ts`, /name of more than 255 bytes/],
  [`${"nnnnnnnnn/".repeat(101)}a`, /path of more than 1000 bytes/],
  [`${"n/".repeat(21)}a.ts`, /more than 20 folders inside each other/],
];

describe("an archive with an odd name in it is refused", () => {
  it.each(EVIL_NAMES)("zip: %j", async (name, reason) => {
    const folder = makeSources({ "subs/bob.zip": buildZip([main, { name, content: "evil" }]) });
    const before = filesIn(folder);
    expect(reasonOf(await open(folder, "subs/bob.zip"))).toMatch(reason);
    expect(onlyOutside(filesIn(folder))).toEqual(before);
  });

  it.each(EVIL_NAMES)("tar: %j", async (name, reason) => {
    const folder = makeSources({ "subs/bob.tar": buildTar([main, ...longName(name), { name: "x", content: "evil" }]) });
    const before = filesIn(folder);
    expect(reasonOf(await open(folder, "subs/bob.tar"))).toMatch(reason);
    expect(onlyOutside(filesIn(folder))).toEqual(before);
  });

  it("zip: a name with NUL", async () => {
    expect(reasonOf(await openZip([main, { name: "raft.ts\0.txt" }]))).toMatch(/control characters/);
  });

  it("zip: no name at all", async () => {
    expect(reasonOf(await openZip([main, { name: "" }]))).toMatch(/no name/);
  });
});

function onlyOutside(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith("work/bob/")));
}

describe("names that some file system takes for the same are refused", () => {
  it.each([
    [["raft.ts", "raft.ts"], /two files have the name raft\.ts/],
    [["raft.ts", "Raft.ts"], /differ in case or accents only: raft\.ts and Raft\.ts/],
    [["raft.ts", "\u00e4.ts", "a\u0308.ts"], /differ in case or accents only/],
    [["raft.ts", "lib/a.ts", "LIB/b.ts"], /differ in case or accents only: lib and LIB/],
    [["raft.ts", "lib", "lib/a.ts"], /both a file and a folder are named lib/],
    [["raft.ts", "lib/a.ts", "lib"], /both a file and a folder are named lib/],
    [["raft.ts", "./lib//a.ts", "lib/a.ts"], /two files have the name lib\/a\.ts/],
  ])("%j", async (names, reason) => {
    const entries = names.map((name) => ({ name, content: name }));
    expect(reasonOf(await openZip(entries))).toMatch(reason);
    expect(reasonOf(await openTar(entries))).toMatch(reason);
  });
});

describe("what is neither a file nor a folder is refused", () => {
  it.each([
    ["symbolic link", 0o120777, "2"],
    ["device", 0o020644, "3"],
    ["device", 0o060644, "4"],
    ["pipe", 0o010644, "6"],
  ])("a %s", async (kind, mode, type) => {
    expect(reasonOf(await openZip([main, { name: "x", mode, content: "/etc/passwd" }]))).toBe(
      `x is a ${kind}; only files and folders are taken`,
    );
    const linkTo = type === "2" ? "/etc/passwd" : "";
    expect(reasonOf(await openTar([main, { name: "x", type, linkTo }]))).toBe(
      `x is a ${kind}; only files and folders are taken`,
    );
  });

  it("a hard link in a tar", async () => {
    expect(reasonOf(await openTar([main, { name: "x", type: "1", linkTo: "raft.ts" }]))).toMatch(/x is a hard link/);
  });

  it("a link as the main file, and one through which a later entry would be written", async () => {
    expect(reasonOf(await openTar([{ name: "raft.ts", type: "2", linkTo: "/etc/passwd" }]))).toMatch(/symbolic link/);
    const through = [main, { name: "out", type: "2", linkTo: "/tmp" }, { name: "out/x", content: "evil" }];
    expect(reasonOf(await openTar(through))).toMatch(/out is a symbolic link/);
  });

  it("a kind of entry that nobody knows", async () => {
    expect(reasonOf(await openTar([main, { name: "x", type: "S" }]))).toMatch(/an entry of a kind that is not known/);
  });

  it("a folder with content, or a file named as one", async () => {
    expect(reasonOf(await openZip([main, { name: "lib/", content: "evil" }]))).toMatch(/folder lib\/ has content/);
    expect(reasonOf(await openZip([main, { name: ".", content: "evil" }]))).toMatch(/has the name of a folder/);
  });
});

describe("too much is refused, by what really comes", () => {
  const zeros = Buffer.alloc(8_000_000);

  it("a bomb by its ratio", async () => {
    const entries = [main, { name: "zeros", content: zeros }];
    expect(reasonOf(await openZip(entries))).toMatch(/more than 200 times its size/);
    const tar = makeSources({ "bob.tar.gz": gzipSync(buildTar(entries)) });
    expect(reasonOf(await open(tar, "bob.tar.gz"))).toMatch(/more than 200 times its size/);
  });

  it("a bomb whose entries share their bytes", async () => {
    const shared = Array.from({ length: 20 }, (_, at) => ({
      name: `z${at}`,
      content: zeros.subarray(0, 1_000_000),
      offset: 0,
    }));
    expect(reasonOf(await openZip(shared))).toMatch(/more than 200 times its size/);
  });

  it("an entry that is larger than it says", async () => {
    const reason = reasonOf(await openZip([main, { name: "zeros", content: zeros, size: 10 }]));
    expect(reason).toMatch(/broken: too many bytes/);
  });

  it("an entry that is smaller than it says", async () => {
    expect(reasonOf(await openZip([{ ...main, size: 1000 }]))).toMatch(/broken: not enough bytes/);
  });

  it("a file beyond the limit of one file, all beyond that of all", async () => {
    const limits = { fileBytes: 1000, totalBytes: 1500 };
    const file = (name: string, bytes: number) => ({ name, content: Buffer.alloc(bytes, name) });
    const large = [main, file("a", 1001)];
    const many = [main, file("a", 800), file("b", 800)];
    for (const openIt of [openZip, openTar]) {
      expect(reasonOf(await openIt(large, { limits }))).toBe("a has more than 1000 bytes; hand in the sources only");
      expect(reasonOf(await openIt(many, { limits }))).toMatch(/unpacks to more than 1500 bytes/);
    }
  });

  it("a tar that is one endless stream of ignored files", async () => {
    const entries = [main, { name: "node_modules/x", content: zeros }];
    const folder = makeSources({ "bob.tgz": gzipSync(buildTar(entries)) });
    const limits = { totalBytes: 100_000, entries: 10 };
    expect(reasonOf(await open(folder, "bob.tgz", { limits }))).toMatch(/unpacks to more than 100000 bytes/);
  });

  it.each([
    ["folders counted", 101, (at: number) => `d${at}/`],
    ["of what is left out four times as many", 401, (at: number) => `.git/${at}`],
  ])("too many entries, %s", async (_, length, nameOf) => {
    const entries = Array.from({ length }, (_, at) => ({ name: nameOf(at) }));
    const limits = { entries: 100 };
    expect(reasonOf(await openZip([main, ...entries], { limits }))).toMatch(/more than 100 files and folders/);
    expect(reasonOf(await openTar([main, ...entries.map((entry) => ({ ...entry, type: "5" }))], { limits }))).toMatch(
      /more than 100 files and folders/,
    );
  });

  it("an archive file that is too large itself", async () => {
    expect(reasonOf(await openZip([main], { limits: { archiveBytes: 50 } }))).toMatch(
      /the archive has \d+ bytes; at most 50/,
    );
  });
});

describe("a broken archive is refused", () => {
  it("with a wrong checksum", async () => {
    expect(reasonOf(await openZip([{ ...main, crc: 1 }]))).toBe(
      "the zip file is broken: the checksum of raft.ts is wrong",
    );
    expect(reasonOf(await openTar([main, { name: "a", badChecksum: true }]))).toMatch(/tar file is broken/);
  });

  it("with a password", async () => {
    expect(reasonOf(await openZip([{ ...main, flags: 0x801 }]))).toMatch(/raft\.ts is encrypted; hand in/);
  });

  it("by a method that few know", async () => {
    expect(reasonOf(await openZip([{ ...main, method: 14 }]))).toMatch(/compressed by method 14/);
  });

  it("cut off anywhere", async () => {
    const noise = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919 + (at >> 3)) & 255));
    const entries = [main, { name: "lib/noise.ts", content: noise }];
    for (const bytes of [buildZip(entries), buildTar(entries, Buffer.alloc(512)), gzipSync(buildTar(entries))]) {
      for (let length = 0; length < bytes.length; length += 97) {
        const opened = await open(makeSources({ "bob.tar": bytes.subarray(0, length) }), "bob.tar");
        expect(reasonOf(opened), `${length} of ${bytes.length} bytes`).toMatch(/broken|empty|no archive/);
      }
    }
  });

  it("compressed twice, or no archive at all", async () => {
    const twice = makeSources({ "bob.tgz": gzipSync(gzipSync(buildTar([main]))) });
    expect(reasonOf(await open(twice, "bob.tgz"))).toMatch(/compressed twice/);
    const text = makeSources({ "bob.zip": "hello" });
    expect(reasonOf(await open(text, "bob.zip"))).toMatch(/no archive that can be taken/);
    const rar = makeSources({ "bob.rar": "Rar!" });
    expect(reasonOf(await open(rar, "bob.rar"))).toMatch(/hand in \.zip, \.tar or \.tar\.gz/);
  });
});
