import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { BUILD_LIMITS } from "../../../grader/run/build.ts";
import { PLAIN } from "../../../grader/sandbox/confine/confinement.ts";
import { runJob, runProgram } from "../../../grader/sandbox/confine/job.ts";

const limits = { ...BUILD_LIMITS, cpuMs: 2_000 };

test("a plain program is ended by the system, too, when it computes for long after its limit", async () => {
  expect(await runProgram("/bin/sh", ["-c", "ulimit -t"], tmpdir(), limits)).toEqual({ kind: "done", output: "7\n" });
});

test("so is a plain job, and what it starts", async () => {
  const script = "process.stdout.write(require('node:child_process').execSync('ulimit -t'))";
  const job = { files: [], args: ["-e", script], input: "", limits };
  expect(await runJob(PLAIN, job)).toEqual({ kind: "done", output: "7\n" });
});

test("the system keeps that promise with nobody left to look", async () => {
  const child = spawn("/bin/sh", ["-c", 'ulimit -t "$0"; exec "$@"', "1", process.execPath, "-e", "for (;;);"]);
  const [, signal] = await once(child, "exit");
  expect(["SIGXCPU", "SIGKILL"]).toContain(signal);
});
