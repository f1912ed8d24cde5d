import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isInShard } from "../../grader/batch/index.ts";
import { folderWith, grade, ROOT, raftWith } from "../cli/run-cli.ts";
import { CHEAP, pathWithGrade } from "./npx.ts";

const FINAL = ["results.jsonl", "gradebook.csv", "summary.txt", "anomalies.txt", "attention.txt", "regrade.txt"];
const JOB = join(ROOT, "examples/batch/slurm.sh");
const PARTS = 3;
/** Graded by the part that is killed, which has to have something left to do by then. */
const KILLED = 2;

/** So many that the part which is killed has four, and the others one each. */
function names(): readonly string[] {
  const all = Array.from({ length: 100 }, (_, at) => `student-${at}`);
  const of = (index: number, count: number) => all.filter((id) => isInShard(id, { index, of: PARTS })).slice(0, count);
  return [...of(1, 1), ...of(KILLED, 4), ...of(3, 1)];
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
}

/** Runs the job file as Slurm runs a task of its array; `onOut` sees all that it has printed so far. */
function task(
  folder: string,
  path: string,
  part: number,
  onOut: (out: string, child: ChildProcess) => void = () => {},
) {
  const child = spawn("bash", [JOB], {
    cwd: folder,
    env: { PATH: path, PARTS: String(PARTS), SLURM_ARRAY_TASK_ID: String(part), LAB: "lab2a" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise<Ended>((resolve) => {
    let out = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        out += text;
        onOut(out, child);
      });
    child.once("close", (code, signal) => resolve({ code, signal, out }));
  });
}

test("an array of three tasks, one of them killed and started again, merges into the bytes of one machine's batch", async () => {
  const files = names().map((id, at) => [`submissions/${id}/raft.ts`, raftWith(at % 2 === 0 ? "" : "throw 1;")]);
  const folder = folderWith({ ...Object.fromEntries(files), seed: "0123456789abcdef0123\n" });
  const path = pathWithGrade();
  const resultsOf = (part: number) =>
    readFileSync(join(folder, `parts/${part}/journal.jsonl`), "utf8").split('"kind":"result"').length - 1;

  const tasks = [1, 2, 3].map((part) =>
    task(folder, path, part, (out, child) => {
      if (part === KILLED && out.includes("1/4")) child.kill("SIGKILL");
    }),
  );
  const [first, killed, third] = await Promise.all(tasks);
  expect([first, third]).toMatchObject([{ code: 0 }, { code: 0 }]);
  expect(killed).toMatchObject({ code: null, signal: "SIGKILL" });
  expect(resultsOf(KILLED)).toBeGreaterThan(0);
  expect(resultsOf(KILLED)).toBeLessThan(4);
  const merge = () => grade(["merge", "parts/1", "parts/2", "parts/3", "--out", "merged"], { cwd: folder });
  expect(await merge()).toMatchObject({ code: 2, err: expect.stringMatching(/of 6 submissions have no result yet/) });

  const left = 4 - resultsOf(KILLED);
  const again = await task(folder, path, KILLED);
  expect(again).toMatchObject({ code: 0 });
  expect(again.out.match(/^\d\/4 /gm)).toHaveLength(left);
  expect(await merge()).toMatchObject({ code: 0, err: "" });

  const whole = ["batch", "lab2a", "submissions/", "--seed-file", "seed", "--out", "whole", ...CHEAP];
  expect(await grade(whole, { cwd: folder })).toMatchObject({ code: 0, err: "" });
  const bytesOf = (out: string) =>
    FINAL.map((name) => (existsSync(join(folder, out, name)) ? readFileSync(join(folder, out, name), "latin1") : null));
  expect(bytesOf("merged")).toEqual(bytesOf("whole"));
  expect(readFileSync(join(folder, "merged/results.jsonl"), "utf8").trim().split("\n")).toHaveLength(6);

  // What they took says what others will take.
  const plan = ["plan", "lab2a", "--count", "90", "--machines", "1,3", "--workers", "2", ...CHEAP];
  const planned = await grade([...plan, "--figures", "parts/1", "parts/2", "parts/3"], { cwd: folder });
  expect(planned).toMatchObject({ code: 0, err: "" });
  expect(planned.out).toMatch(
    /^A submission took \d+\.\d s of a worker, on average of the 6 in parts\/1, parts\/2, parts\/3\n/,
  );
  expect(planned.out).toMatch(/^ +1 +90 .*\n +3 +3\d /m);
  const others = await grade([...plan, "--runs", "2", "--figures", "parts/1"], { cwd: folder });
  expect(others).toMatchObject({ code: 2, err: expect.stringMatching(/^error: parts\/1 was graded with another lab/) });
});

test("shards need one seed file, and merge refuses to go on without all of them", async () => {
  const folder = folderWith({ "s/ana/raft.ts": raftWith("throw 1;") });
  const batch = (...more: string[]) => grade(["batch", "lab2a", "s", ...CHEAP, ...more], { cwd: folder });
  expect(await batch("--out", "x", "--shard", "1/2")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^error: --shard needs --seed-file/),
  });
  writeFileSync(join(folder, "seed"), "0123456789abcdef0123\n");
  expect(await batch("--out", "a", "--seed-file", "seed", "--shard", "1/2")).toMatchObject({ code: 0 });
  expect(await grade(["merge", "a", "--out", "m"], { cwd: folder })).toMatchObject({
    code: 2,
    err: "error: of 2 shards, 2/2 not named; name the --out folder of each\n",
  });
});
