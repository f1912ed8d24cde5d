import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { batchResultSchema } from "../../grader/batch/model/batch-result.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { gradeHere } from "./grade-here.ts";
import { childrenOf, folderWith, grade, isRunning, ROOT, raftWith, until } from "./run-cli.ts";

const CHEAP = ["--only", "initial-election", "--runs", "1", "--workers", "1", "--no-sandbox"];
const FINAL = ["results.jsonl", "gradebook.csv", "summary.txt", "anomalies.txt", "attention.txt"];

const read = (out: string, name: string) => readFileSync(join(out, name), "utf8");
const results = (out: string) =>
  read(out, "results.jsonl")
    .trimEnd()
    .split("\n")
    .map((line) => batchResultSchema.parse(JSON.parse(line)));

function course(): string {
  return folderWith({
    "s/alice/raft.ts": raftWith("throw new Error('at once');"),
    "s/bob/raft.ts": raftWith(""),
    "s/carol/raft.ts": "export class Raft {",
    "s/dave/notes.md": "no code",
    "s/erin/raft.ts": raftWith("process.exit(0);"),
  });
}

test("a batch gives every submission its verdict, keeps its secret, and says that it had no sandbox", async () => {
  const folder = course();
  const out = join(folder, "out");
  const { code, out: text, err } = await grade(["batch", "lab2a", join(folder, "s"), "--out", out, ...CHEAP]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(text).toMatch(/^NOT SANDBOXED/);
  expect(text).toMatch(/^5\/5 {2}/m);
  expect(results(out).map(({ id, status, verdicts }) => [id, status, Object.keys(verdicts)])).toEqual([
    ["alice", "graded", ["crashed"]],
    ["bob", "graded", ["failed"]],
    ["carol", "ungradable", ["ungradable"]],
    ["dave", "ungradable", ["ungradable"]],
    ["erin", "graded", ["crashed"]],
  ]);
  expect(read(out, "summary.txt")).toMatch(/NOT SANDBOXED: 5 submissions/);
  for (const name of ["anomalies.txt", "attention.txt"])
    expect(read(out, name)).toMatch(/^NOT SANDBOXED: 5 submissions/);
  expect(read(out, "gradebook.csv").match(/,plain,/g)).toHaveLength(5);
  const seed = read(out, "seed").trim();
  expect(statSync(join(out, "seed")).mode & 0o777).toBe(0o600);
  expect(results(out)[1]?.grading?.scenarios[0]?.runs[0]?.seed).toBe(runSeed(seed, "lab2a/initial-election", 0));
  for (const name of readdirSync(out)) if (name !== "seed") expect(read(out, name), name).not.toContain(seed);
  // Nothing of the place where it was graded, nothing left over.
  for (const name of FINAL) expect(read(out, name).replaceAll(`"origin":"${folder}`, ""), name).not.toContain(out);
  expect(readdirSync(out).sort()).toEqual([...FINAL, "journal.jsonl", "seed", "timing.jsonl"].sort());

  const before = FINAL.map((name) => read(out, name));
  const again = await gradeHere(["batch", "lab2a", join(folder, "s"), "--out", out, ...CHEAP]);
  expect(again.code).toBe(0);
  expect(FINAL.map((name) => read(out, name))).toEqual(before);

  const other = await gradeHere(["batch", "lab2a", join(folder, "s"), "--out", out, ...CHEAP, "--runs", "2"]);
  expect(other).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^error: \S+ has results that were graded otherwise: the policy/),
  });
});

test("a batch takes nothing away that lies where its results go, and begins where one was killed at its first step", async () => {
  const folder = folderWith({ "work/alice/raft.ts": raftWith(""), "out/journal.jsonl": "" });
  const here = await gradeHere(["batch", "lab2a", join(folder, "work"), "--out", folder, ...CHEAP]);
  expect(here).toMatchObject({ code: 0, err: "" });
  expect(results(folder).map(({ id, status }) => [id, status])).toEqual([["alice", "graded"]]);
  expect(existsSync(join(folder, "work/alice/raft.ts"))).toBe(true);
  const out = join(folder, "out");
  expect(await gradeHere(["batch", "lab2a", join(folder, "work"), "--out", out, ...CHEAP])).toMatchObject({
    code: 0,
    err: "",
  });
  expect(results(out).map(({ id }) => id)).toEqual(["alice"]);
});

/** Right in about half of its runs: each peer draws for itself. */
const FICKLE = `import { Raft as Base } from "./base/raft.ts";
export class Raft extends Base {
  constructor(...args: ConstructorParameters<typeof Base>) {
    super(...args);
    if (Math.random() < 0.2) throw new Error("no luck");
  }
}
`;

test("a pass policy decides: some of the runs are enough where it says so, and all are wanted where it does not", async () => {
  const folder = folderWith({
    "s/fickle/raft.ts": FICKLE,
    "lenient.yaml": "{ runs: 8, pass: { kOfN: 1 } }",
    seed: "0123456789abcdef0123\n",
  });
  cpSync(join(ROOT, "reference/raft"), join(folder, "s/fickle/base"), { recursive: true });
  const batch = async (out: string, ...more: string[]) => {
    const args = ["--out", join(folder, out), "--seed-file", join(folder, "seed"), "--only", "initial-election"];
    const done = await gradeHere(["batch", "lab2a", join(folder, "s"), "--no-sandbox", ...args, ...more]);
    expect(done).toMatchObject({ code: 0, err: "" });
    return results(join(folder, out))[0]?.grading?.scenarios[0];
  };
  const strict = await batch("strict", "--runs", "8");
  expect(strict).toMatchObject({ verdict: "crashed", points: 0 });
  const lenient = await batch("lenient", "--config", join(folder, "lenient.yaml"));
  const passes = lenient?.runs.filter(({ verdict }) => verdict === "passed").length ?? 0;
  expect(passes).toBeGreaterThan(0);
  expect(passes).toBeLessThan(8);
  expect(lenient).toMatchObject({ verdict: "passed", points: lenient?.maxPoints });
});

test("Ctrl-C ends a batch with 130 and no process left; meanwhile nobody else gets its folder", async () => {
  const folder = folderWith({ "s/a/raft.ts": raftWith("for (;;);"), "s/b/raft.ts": raftWith("for (;;) {}") });
  const out = join(folder, "out");
  const args = ["batch", "lab2a", join(folder, "s"), "--out", out, ...CHEAP];
  let children: number[] = [];
  const finished = grade(args, {
    onStart: async (child) => {
      const pid = child.pid ?? 0;
      await until(() => {
        children = childrenOf(pid);
        return children.length > 0;
      }, "hosts are started");
      const second = await grade(args);
      expect(second).toMatchObject({ code: 2, err: expect.stringContaining(`process ${pid} on `) });
      child.kill("SIGINT");
    },
  });
  const { code, out: text } = await finished;
  expect(children.length).toBeGreaterThan(0);
  expect({ code, text }).toMatchObject({
    code: 130,
    text: expect.stringMatching(/the same command goes on from here/),
  });
  // Whoever takes over those that nobody waits for may be slow to, or never do so.
  await until(() => !children.some(isRunning), "its processes are gone");
  expect(existsSync(join(out, "lock"))).toBe(false);
});

describe("what a batch cannot work with is one clear line, exit 2", () => {
  test.each([
    ["no --out", () => [], /required option '--out <dir>'/],
    ["a file as --out", (folder: string) => ["--out", join(folder, "s/a/raft.ts")], /--out .*: a file is in the way/],
    ["a folder in it", (folder: string) => ["--out", join(folder, "s/a/raft.ts/b")], /--out .*: a file is in the way/],
    ["nowhere", () => ["--out", "/proc/nowhere"], /cannot write in --out \/proc\/nowhere: /],
    ["a bad shard", () => ["--out", "x", "--shard", "3/2"], /'--shard <i\/n>' argument '3\/2' is invalid/],
    ["no policy", (folder: string) => ["--out", join(folder, "o"), "--config", "x.yaml"], /x\.yaml: cannot be read/],
    [
      "a policy that nobody can pass",
      (folder: string) => ["--out", join(folder, "o"), "--config", join(folder, "hard.yaml")],
      /hard\.yaml: lab2a\/initial-election: 4 of its runs must pass, and it has 1/,
    ],
    [
      "a column that no roster has",
      (folder: string) => ["--out", join(folder, "o"), "--config", join(folder, "late.yaml")],
      /late\.yaml: late\.deadlineColumn is "extension", but there is no roster; name it with --roster/,
    ],
    ["no seed", (folder: string) => ["--out", join(folder, "o"), "--seed-file", "none"], /there is no seed file none/],
  ])("%s", async (_, args, message) => {
    const folder = folderWith({
      "s/a/raft.ts": raftWith(""),
      "hard.yaml": "scenarios: [{ match: lab2a/initial-election, pass: { kOfN: 4 } }]",
      "late.yaml": "late: { deadline: 2026-03-01T00:00:00Z, deadlineColumn: extension }",
    });
    const { code, err } = await gradeHere(["batch", "lab2a", join(folder, "s"), ...args(folder), ...CHEAP]);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) });
    expect(err).toMatch(/^error: [^\n]*\n$/);
  });
});

// It takes root to have a disk so small.
test.skipIf(process.getuid?.() !== 0)(
  "a disk that is full ends it with 3, and it goes on once there is room",
  async () => {
    const folder = course();
    const small = join(folder, "small");
    mkdirSync(small);
    // Without the right to mount there is nothing to see here either.
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=20k", "none", small]).status !== 0) return;
    try {
      const args = ["batch", "lab2a", join(folder, "s"), "--out", join(small, "out"), ...CHEAP];
      const full = await grade(args);
      expect(full).toMatchObject({
        code: 3,
        err: expect.stringMatching(/^error: cannot [^\n]*: the disk is full[^\n]*\n$/),
      });
      spawnSync("mount", ["-o", "remount,size=10m", small]);
      expect(await grade(args)).toMatchObject({ code: 0 });
      expect(results(join(small, "out"))).toHaveLength(5);
    } finally {
      spawnSync("umount", [small]);
    }
  },
);

test("a layout that nobody knows is refused with what to do, and what was read and left out is said at the end", async () => {
  const folder = folderWith({
    "loose/ana.ts": "",
    "loose/ben.ts": "",
    "s/Ana Dummy_1_assignsubmission_file_raft.ts": "class",
    "s/Ben Sample_2_assignsubmission_file_raft.ts": "class",
    "s/list.xlsx": "",
  });
  const batch = (...words: string[]) => gradeHere(["batch", "lab2a", ...words, "--out", join(folder, "out"), ...CHEAP]);
  expect(await batch(join(folder, "loose"))).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^error: .*only files \(ana\.ts, ben\.ts\), and none is raft\.ts; .*add --anyway/m),
  });
  const { code, out } = await batch(join(folder, "s"));
  expect(code).toBe(0);
  expect(out).toMatch(
    /was read as a Moodle download: 2 submissions\n.*list\.xlsx: is no folder and no archive, and was left out\n/,
  );
  expect(readFileSync(join(folder, "out/anomalies.txt"), "utf8")).toMatch(/^Left out, .*\(1\)\n {2}.*list\.xlsx/m);
});
