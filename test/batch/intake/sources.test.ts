import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Intake, IntakeError } from "../../../grader/batch/intake/index.ts";
import { filesIn, filesOf, makeSources, open, RAFT, reasonOf, take } from "./fixture.ts";
import { buildTar } from "./tar-builder.ts";
import { buildZip } from "./zip-builder.ts";

const zip = buildZip([{ name: "raft.ts", content: RAFT }]);

const idsOf = (intakes: readonly Intake[]) => intakes.map(({ id }) => id);

async function problemsOf(folder: string, names: readonly string[], roster?: string): Promise<readonly string[]> {
  const more = roster === undefined ? {} : { roster: join(folder, roster) };
  const error = await take(folder, names, more).catch((error: unknown) => error);
  if (!(error instanceof IntakeError)) throw new Error("the sources were taken in, and should not have been");
  return error.problems.map((problem) => problem.replaceAll(`${folder}/`, ""));
}

describe("a directory of submissions", () => {
  it("has one for each folder and archive, sorted by id", async () => {
    const folder = makeSources({
      "subs/bob.zip": zip,
      "subs/alice/raft.ts": RAFT,
      "subs/Carol.tar": buildTar([{ name: "raft.ts", content: RAFT }]),
      "subs/dave.rar": "Rar!",
      "subs/empty.tgz": "",
      "subs/README.md": "hello",
      "subs/.DS_Store": "",
    });
    mkdirSync(join(folder, "subs/zoe"));
    const remarks: string[] = [];
    const intakes = await take(folder, ["subs"], { onRemark: (line) => remarks.push(line) });
    expect(idsOf(intakes)).toEqual(["Carol", "alice", "bob", "dave", "empty", "zoe"]);
    expect(remarks).toEqual([`${folder}/subs/README.md: is no folder and no archive, and was left out`]);
    const opened = await Promise.all(intakes.map((intake) => intake.open()));
    expect(opened.map((one) => ("ungradable" in one ? one.ungradable : Object.keys(filesOf(one)).join()))).toEqual([
      "raft.ts",
      "raft.ts",
      "raft.ts",
      "the content is no archive that can be taken, but a RAR archive; hand in .zip, .tar or .tar.gz",
      "the file is empty",
      "it is empty; it must hold raft.ts",
    ]);
  });

  it("keeps each submission in a folder of its own, which goes when it is disposed of", async () => {
    const folder = makeSources({ "subs/alice/raft.ts": "a", "subs/bob/raft.ts": "b" });
    const [alice, bob] = await take(folder, ["subs"]);
    const opened = [await alice?.open(), await bob?.open()];
    expect(opened).toMatchObject(["alice", "bob"].map((id) => ({ folder: join(folder, "work", id, "files") })));
    await alice?.dispose();
    await alice?.dispose();
    expect(filesIn(join(folder, "work"))).toEqual({ "bob/files/raft.ts": "b" });
    writeFileSync(join(folder, "work/bob/files/raft.ts"), "changed");
    await bob?.open();
    expect(filesIn(join(folder, "work"))).toEqual({ "bob/files/raft.ts": "b" });
  });

  it("makes ids that are safe as file names, and different for different names", async () => {
    const names = [
      "s1234567",
      "a b",
      "a_b",
      "Müller",
      "CON",
      "=1+1",
      "-x",
      "x.",
      "Bob",
      "bob",
      "\u001b[31m",
      "<b>",
      "n".repeat(100),
    ];
    const folder = makeSources(Object.fromEntries(names.map((name) => [`subs/${name}/raft.ts`, RAFT])));
    const intakes = await take(folder, ["subs"]);
    expect(new Set(idsOf(intakes).map((id) => id.toLowerCase())).size).toBe(names.length);
    for (const { id, name } of intakes) {
      expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
      expect(name).not.toMatch(/\p{Cc}/u);
    }
    const idOf = (name: string) => intakes.find((intake) => intake.origin.endsWith(`/${name}`))?.id;
    expect(["s1234567", "a_b"].map(idOf)).toEqual(["s1234567", "a_b"]);
    expect(["a b", "Müller", "Bob", "bob", "CON"].map(idOf)).toEqual([
      expect.stringMatching(/^a_b-[0-9a-f]{12}$/),
      expect.stringMatching(/^Muller-[0-9a-f]{12}$/),
      expect.stringMatching(/^Bob-[0-9a-f]{12}$/),
      expect.stringMatching(/^bob-[0-9a-f]{12}$/),
      expect.stringMatching(/^x-[0-9a-f]{12}$/),
    ]);
  });

  it("follows no link", async () => {
    const folder = makeSources({ "subs/alice/raft.ts": RAFT, "secret/raft.ts": "secret" });
    symlinkSync(join(folder, "secret"), join(folder, "subs/bob"));
    const [, bob] = await take(folder, ["subs"]);
    expect(reasonOf((await bob?.open()) as never)).toMatch(/is a symbolic link/);
  });
});

describe("a folder", () => {
  it("is copied without links, executable bits, and what tools left", async () => {
    const folder = makeSources({ "bob/raft.ts": RAFT, "bob/node_modules/x.js": "x", "bob/package.json": "{}" });
    execFileSync("chmod", ["-R", "777", join(folder, "bob")]);
    const opened = await open(folder, "bob");
    expect(filesOf(opened)).toEqual({ "raft.ts": RAFT });
    expect(opened.notes).toEqual(["node_modules was left out"]);
    expect(statSync(join(folder, "work/bob/files/raft.ts")).mode & 0o111).toBe(0);
  });

  it.each([
    ["a link to a file", (path: string) => symlinkSync("/etc/passwd", path), /x is a symbolic link/],
    ["a link to a folder", (path: string) => symlinkSync("/etc", path), /x is a symbolic link/],
    ["a pipe", (path: string) => execFileSync("mkfifo", [path]), /x is no file/],
  ])("with %s in it is refused", async (_, make, reason) => {
    const folder = makeSources({ "bob/raft.ts": RAFT });
    make(join(folder, "bob/x"));
    expect(reasonOf(await open(folder, "bob"))).toMatch(reason);
  });

  it("is under the same limits as an archive", async () => {
    const folder = makeSources({ "bob/raft.ts": RAFT, "bob/big.bin": "x".repeat(2000) });
    expect(reasonOf(await open(folder, "bob", { limits: { fileBytes: 1000 } }))).toMatch(
      /big\.bin has more than 1000 bytes/,
    );
    expect(reasonOf(await open(folder, "bob", { limits: { entries: 1 } }))).toMatch(/more than 1 files/);
  });
});

describe("a roster", () => {
  it("as a source: quoted names, BOM, CRLF, semicolons, further columns, paths from its own folder", async () => {
    const folder = makeSources({
      "list/roster.csv":
        '\ufeffID;Name;late_days;path\r\ns2;"Smith; ""Bob""\nJr.";1;../subs/bob.zip\r\n\r\ns1;=cmd();0;../subs/alice\r\n',
      "subs/bob.zip": zip,
      "subs/alice/raft.ts": RAFT,
    });
    const [first, second, ...rest] = await take(folder, ["list/roster.csv"]);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ id: "s1", name: "=cmd()", roster: { late_days: "0" } });
    expect(second).toMatchObject({ id: "s2", name: 'Smith; "Bob"\ufffdJr.', roster: { id: "s2", late_days: "1" } });
    expect(filesOf((await second?.open()) as never)).toEqual({ "raft.ts": RAFT });
  });

  it("has a submission for each line, those that handed in nothing included", async () => {
    const folder = makeSources({ "roster.csv": "id,name,path\na,A,gone.zip\nb,B,\n" });
    expect(await problemsOf(folder, ["roster.csv"])).toEqual([
      expect.stringMatching(/^\S*roster\.csv:2: there is no \S*gone\.zip; paths are relative to the roster's folder/),
    ]);
    const [a, b] = await take(folder, ["roster.csv"], { anyway: true });
    expect(reasonOf((await a?.open()) as never)).toMatch(/^there is no .*gone\.zip \(.*roster\.csv:2\)$/);
    expect(reasonOf((await b?.open()) as never)).toMatch(/^nothing was handed in \(.*roster\.csv:3 names no path\)$/);
  });

  it.each([
    ["", ["roster.csv: is empty; it must have a header with the columns id, name, path"]],
    [
      "alice,Alice,subs/a\n",
      ["roster.csv:1: has no column id and no column path in its header; it has alice, alice, subs/a"],
    ],
    ["id,name,path\na,A,x\nb,B,y\na,C,z\n", ["roster.csv:4: the id a is in line 2 already"]],
    ["id,name,path\n,A,x\na,B\n", ["roster.csv:2: has no id", "roster.csv:3: has 2 columns, but the header has 3"]],
    ['id,name,path\na,"A,x\n', ["roster.csv:2: has a quote that opens in this line, or below, and never closes"]],
    ["id,path,id\na,b,c\n", ["roster.csv:1: has two columns id; rename one"]],
  ])("that is wrong is refused with a line for each problem: %j", async (text, problems) => {
    expect(await problemsOf(makeSources({ "roster.csv": text }), ["roster.csv"])).toEqual(problems);
  });

  it("beside other sources: its columns join them, and its other lines are not forgotten", async () => {
    const folder = makeSources({
      "subs/s1/raft.ts": RAFT,
      "subs/s9/raft.ts": RAFT,
      "roster.csv": "id,name,late_days\ns1,Alice,2\ns2,Bob,0\n",
    });
    const [alice, bob, stranger] = await take(folder, ["subs"], { roster: join(folder, "roster.csv") });
    expect(alice).toMatchObject({ id: "s1", name: "Alice", roster: { late_days: "2" }, notes: [] });
    expect(bob).toMatchObject({ id: "s2", name: "Bob" });
    expect(reasonOf((await bob?.open()) as never)).toMatch(/^nothing was handed in \(.*roster\.csv:3\)$/);
    expect(stranger).toMatchObject({ id: "s9", notes: [expect.stringMatching(/roster\.csv has no line for it$/)] });
  });
});

describe("sources that are no good", () => {
  it("each with a line of its own", async () => {
    const folder = makeSources({ "notes.txt": "hello", "empty/.DS_Store": "" });
    expect(await problemsOf(folder, ["gone", "notes.txt"])).toEqual([
      "gone: there is no such file or folder",
      "notes.txt: is no archive and no roster; give a folder, .zip, .tar, .tar.gz, git repository or .csv",
    ]);
    expect(await problemsOf(folder, ["empty"])).toEqual(["empty: holds no submission"]);
    expect(await problemsOf(folder, [])).toEqual(["there is no submission; name folders, archives or a roster"]);
  });

  it("two submissions with one id", async () => {
    const folder = makeSources({ "a/bob.zip": zip, "b/bob/raft.ts": RAFT });
    expect(await problemsOf(folder, ["a/bob.zip", "b/bob"])).toEqual([
      "2 submissions have the id bob: a/bob.zip and b/bob; rename one, or name one of them in a roster",
    ]);
  });

  it("a deadline that is no time", async () => {
    const folder = makeSources({ "bob/raft.ts": RAFT });
    for (const deadline of ["tomorrow", "2026-03-01", "2026-03-01T10:00", "2026-13-01T10:00:00Z"]) {
      await expect(take(folder, ["bob"], { deadline })).rejects.toThrow(/is no time with an offset/);
    }
  });
});

it("takes in a thousand submissions by their listing only", async () => {
  const many = Array.from({ length: 1000 }, (_, at) => [`subs/s${at}.zip`, zip] as const);
  const folder = makeSources(Object.fromEntries(many));
  const intakes = await take(folder, ["subs"]);
  expect(intakes).toHaveLength(1000);
  expect(() => statSync(join(folder, "work"))).toThrow();
});
