import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { OutputFile } from "../../grader/cli/output/output-file.ts";
import { RunJournal } from "../../grader/run/run-journal.ts";
import { gradeHere } from "./grade-here.ts";
import { folderWith, grade, raftWith } from "./run-cli.ts";

/** One clear line on standard error, nothing on standard output, exit status 2. */
async function expectRefusal(args: readonly string[], line: RegExp, run = gradeHere): Promise<void> {
  const { code, out, err } = await run(args);
  expect(err).toMatch(line);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
  expect(err).not.toMatch(/\n\s+at /);
  expect(out).toBe("");
  expect(code).toBe(2);
}

describe("what is typed", () => {
  test.each([
    [["lab2x"], /unknown lab "lab2x"; did you mean lab2\?/],
    [["replicaton"], /did you mean replication\?/],
    [["replya"], /unknown lab or command "replya"; did you mean replay\?/],
    [["nothing-like-it"], /unknown lab "nothing-like-it"; there are lab2, raft, lab2a, election/],
    [[], /name a lab/],
    [["lab2a", "--seed", "x"], /--seed.*'x' is invalid. A seed is an integer from 0 to 9007199254740991/],
    [["lab2a", "--seed", "-1"], /--seed.*'-1' is invalid/],
    [["lab2a", "--seed", "9007199254740992"], /--seed/],
    [["lab2a", "--runs", "0"], /--runs.*'0' is invalid. The number of runs is an integer from 1/],
    [["lab2a", "--runs", "1.5"], /--runs/],
    [["lab2a", "--workers", "0"], /--workers.*'0' is invalid. The number of workers is an integer from 1/],
    [["lab2a", "--workers", "many"], /--workers/],
    [["lab2a", "--sed", "3"], /unknown option '--sed'; did you mean --seed\?/],
    [["lab2a", "--only", "x", "--only", "y"], /--only takes one, and there are x and y/],
    [
      ["batch", "lab2a", "s", "--out", "a", "--roster", "a", "--roster", "b"],
      /--roster takes one, and there are a and b/,
    ],
    [["lab2a", "--no-audit", "--audit-all"], /--no-audit and --audit-all exclude each other/],
    [["lab2a", "--sandbox", "--boundary", "none"], /--sandbox and --boundary none exclude each other/],
    [["lab2a", "--boundary", "thread"], /--boundary.*'thread' is invalid. The boundary is process, or none/],
    [["calibrate", "lab2a", "--boundary", "thread"], /'thread' is invalid. The boundary is process, or none/],
    [["batch", "lab2a", "reference", "--out", "x", "--boundary", "none"], /unknown option '--boundary'/],
    [["replay", "lab2a/initial-election@7", "--boundary", "none"], /unknown option '--boundary'/],
    [["lab2a", "reference", "more"], /too many arguments/],
    [
      ["lab2a", "reference", "--only", "initail-election"],
      /--only initail-election matches no scenario of lab2a; did you mean initial-election\?/,
    ],
    [
      ["lab2a", "reference", "--json", "/no/such/folder/x.json"],
      /--json \/no\/such\/folder\/x.json cannot be written: there is no folder/,
    ],
    [["lab2a", "--json", "reference"], /--json reference is a folder/],
    [["list", "lab3x"], /unknown lab "lab3x"; did you mean lab3\?/],
    [
      ["lab2", "reference", "--own-raft"],
      /--own-raft: lab2 is built on no layer of that name; leave it out, or grade lab3 with it/,
    ],
    [["lab3", "reference", "--own-raft=/no/such"], /--own-raft: there is no folder \/no\/such/],
    [
      ["batch", "lab3", "reference", "--out", "x", "--own-raft"],
      /--own-raft is not for a batch, which is scored over the given layer/,
    ],
    [["replay"], /missing required argument/],
    [
      ["replay", "lab2a/initial-election@7", "reference", "--out", "x"],
      /--out is of a run of a batch: name it with --batch/,
    ],
    [["replay", "lab2a/initial-election@7", "reference", "--anyway"], /--anyway is of a run of a batch/],
    [["replay", "lab2a/initial-election"], /names no run: a run is <lab>\/<scenario>@<seed>/],
    [["replay", "lab2a/initial-election@-1"], /names no run/],
    [["replay", "lab2a/initial-electon@7"], /no scenario "initial-electon"; did you mean initial-election\?/],
  ])("%j", ([...args], line) => expectRefusal(args, line));

  test("is refused in the same way by the command as it is built", async () => {
    await expectRefusal(["lab2x"], /unknown lab "lab2x"; did you mean lab2\?/, grade);
    await expectRefusal(["lab2a", folderWith()], /is empty; it must hold raft.ts/, grade);
  });
});

describe("a file that is named", () => {
  const place = folderWith({ "in/ana/raft.ts": raftWith("") });
  const pipe = (name: string) => {
    const path = join(place, name);
    execFileSync("mkfifo", [path]);
    return path;
  };
  const batch = ["batch", "lab2a", join(place, "in"), "--out", join(place, "out"), "--no-sandbox"];
  mkdirSync(join(place, "scenarios"));
  mkdirSync(join(place, "corpus"));
  const pipes = { corpus: pipe("corpus/x.yaml"), scenario: pipe("scenarios/x.scenario") };

  test.each([
    [["run", pipes.scenario, "reference"], /x\.scenario is a pipe that nobody writes to; name a file/],
    [["run", join(place, "scenarios"), "reference"], /x\.scenario is a pipe that nobody writes to/],
    [[...batch, "--config", pipe("policy.yaml")], /policy\.yaml: is a pipe that nobody writes to/],
    [[...batch, "--roster", pipe("roster.csv")], /roster\.csv: is a pipe that nobody writes to/],
    [[...batch, "--seed-file", pipe("seed")], /the seed file .*seed is a pipe that nobody writes to/],
    [[...batch, "--seed-file", "/dev/urandom"], /\/dev\/urandom is a device or a socket; name a file/],
    [[...batch, "--seed-file", place], /the seed file .* is a folder; name a file/],
    [["calibrate", "lab2a", "--quick", "--killers", pipe("killers.json")], /killers\.json is a pipe/],
    [["calibrate", "lab2a", "--wrong", join(place, "corpus")], /x\.yaml is a pipe/],
  ])("is no file, and is not waited for: %j", ([...args], line) => expectRefusal(args, line));

  test("is no file, and is no journal of runs", () => {
    expect(RunJournal.open(pipe("runs"), {}, () => {})).toBeNull();
    expect(RunJournal.open(place, {}, () => {})).toBeNull();
  });

  test("may be a pipe that somebody writes to, as the shell makes one", async () => {
    const path = pipe("written.yaml");
    const writer = spawn("sh", ["-c", `exec 3<>'${path}'; echo; sleep 0.2; echo 'runs: many' >&3`]);
    await once(writer.stdout, "data");
    const { err, code } = await gradeHere([...batch, "--config", path]);
    expect(err).toMatch(/written\.yaml:1: runs: invalid input/);
    expect(code).toBe(2);
    expect(writer.pid).toBeDefined();
  });

  test.each(["pipe", "folder"])("is the journal of a batch, and is none: %s", async (kind) => {
    const out = folderWith({});
    const path = join(out, "journal.jsonl");
    if (kind === "folder") mkdirSync(path);
    else execFileSync("mkfifo", [path]);
    await expectRefusal(
      ["report", out, "--format", "csv"],
      /journal\.jsonl is no file, so .* is no --out folder of a batch/,
    );
  });
});

describe("a file for results is not written over what nothing brings back", () => {
  const kept = "what somebody wrote\n";
  const folder = folderWith({
    "mine/raft.ts": raftWith(""),
    "mine/log.ts": kept,
    "out/journal.jsonl": kept,
    "out/seed": kept,
    "out/gradebook.csv": kept,
    "else/seed": kept,
  });
  symlinkSync(join(folder, "mine/log.ts"), join(folder, "link.json"));

  test.each([
    [
      ["lab2a", join(folder, "mine"), "--json", join(folder, "mine/log.ts")],
      "mine/log.ts",
      /--json .*log\.ts is a source/,
    ],
    [
      ["lab2a", join(folder, "mine"), "--json", join(folder, "link.json")],
      "mine/log.ts",
      /link\.json is a source file/,
    ],
    [
      ["replay", "lab2a/initial-election@7", join(folder, "mine"), "--trace", join(folder, "mine/log.ts")],
      "mine/log.ts",
      /--trace/,
    ],
    [
      ["explain", "lab2a/initial-election@7", join(folder, "mine"), "--out", join(folder, "mine/log.ts")],
      "mine/log.ts",
      /--out/,
    ],
    [
      ["similar", folder, "--out", join(folder, "out/journal.jsonl")],
      "out/journal.jsonl",
      /belongs to a batch, and would be/,
    ],
    [
      ["report", join(folder, "out"), "--format", "csv", "--to", join(folder, "out/journal.jsonl")],
      "out/journal.jsonl",
      /--to .*belongs/,
    ],
    [
      ["report", join(folder, "out"), "--format", "csv", "--to", join(folder, "out/seed")],
      "out/seed",
      /--to .*seed belongs to a batch/,
    ],
  ])("%j", async ([...args], file, line) => {
    await expectRefusal(args, line);
    expect(readFileSync(join(folder, file), "utf8")).toBe(kept);
  });

  test.each(["else/seed", "out/gradebook.csv"])("%s is written over, as results of before", (name) => {
    const file = join(folder, name);
    expect(new OutputFile("--json", file).write("new", { out: process.stdout, err: process.stderr } as never)).toBe(
      true,
    );
    expect(readFileSync(file, "utf8")).toBe("new");
  });
});

describe("a submission that does not load", () => {
  test("is missing", () => expectRefusal(["lab2a", "/no/such/folder"], /there is no folder \/no\/such\/folder/));
  test("is a file", () => expectRefusal(["lab2a", "package.json"], /package.json is not a folder/));

  test.each([
    ["is empty", {}, /is empty; it must hold raft.ts/],
    ["has no raft.ts", { "paxos.ts": "" }, /no raft.ts in/],
    ["exports no class Raft", { "raft.ts": "export const x = 1;" }, /raft.ts exports no class Raft/],
    ["has a class that is not exported", { "raft.ts": "class Raft {}" }, /raft.ts:1:1: class Raft is not exported/],
    ["has a syntax error", { "raft.ts": "export class Raft {\n  start( {}\n}" }, /raft.ts:\d+:\d+: syntax error/],
    [
      "imports node:fs",
      { "raft.ts": `import { readFileSync } from "node:fs";\n${raftWith('readFileSync("x");')}` },
      /raft.ts:1:\d+: .*node:fs/,
    ],
    ["imports a package", { "raft.ts": `import _ from "lodash";\n${raftWith("_();")}` }, /raft.ts:1:\d+: .*lodash/],
    [
      "imports a file outside",
      { "mine/raft.ts": `import { x } from "../other.ts";\n${raftWith("x;")}`, "other.ts": "export const x = 1;" },
      /raft.ts:1:\d+: .*other/,
    ],
  ])("%s", async (name, files, line) => {
    const folder = folderWith(files);
    await expectRefusal(["lab2a", name === "imports a file outside" ? `${folder}/mine` : folder], line);
  });

  test("is reported as ungradable in JSON too", async () => {
    const { code, out, err } = await gradeHere(["lab2a", folderWith(), "--json"]);
    const result = JSON.parse(out);
    expect(new Set(result.scenarios.map((scenario: { verdict: string }) => scenario.verdict))).toEqual(
      new Set(["ungradable"]),
    );
    expect(result).toMatchObject({ points: 0, maxPoints: 15 });
    expect(err).toMatch(/is empty/);
    expect(code).toBe(2);
  });

  test("does not hide a mistyped option", () => expectRefusal(["lab2a", folderWith(), "--runs", "0"], /--runs/));
});
