import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../grader/sandbox/dist-file.ts";
import { folderWith, grade } from "../cli/run-cli.ts";
import { descendantsOf, startTimes } from "./observe.ts";

test("killed again and again, a batch ends in the same bytes", { timeout: 600_000 }, () => {
  const args = [join(packageRoot(), "scripts/kill-test.mjs"), "--submissions", "10", "--kills", "10"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/the same bytes; 10 submissions, none lost, none twice/);
});

// Each takes many seconds: chains that are gone over again and again.
test.each([
  ["bundler", "esbuild", `globalThis.x = ${"a=>".repeat(20_000)}1;`],
  ["compiler", "tsc", `const x = 1${" as any".repeat(40_000)};`],
])("killed, a grading leaves no %s at work", async (_, program, source) => {
  const folder = folderWith({ "raft.ts": `${source}\nexport class Raft {}\n` });
  let killed: Map<string, string> | null = null;
  await grade(["lab2a", folder, "--no-cache", "--runs", "1", "--only", "initial-election"], {
    onStart: (child) => {
      const look = setInterval(() => {
        const started = startTimes(descendantsOf(child.pid as number));
        if (![...started.keys()].some((pid) => nameOf(pid) === program)) return;
        clearInterval(look);
        killed = started;
        child.kill("SIGKILL");
      }, 20);
    },
  });
  const left = () =>
    [...startTimes([...(killed ?? [])].map(([pid]) => pid))].filter(([pid, at]) => killed?.get(pid) === at);
  for (let waitedMs = 0; waitedMs < 30_000 && left().length > 0; waitedMs += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(killed).not.toBeNull();
  expect(left().map(([pid]) => nameOf(pid))).toEqual([]);
});

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}
