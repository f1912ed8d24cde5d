import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, ROOT, raftWith } from "./run-cli.ts";

function soak(cwd: string, ...args: string[]) {
  const script = join(ROOT, "scripts/soak.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

test("a soak goes on where it was stopped, tells of runs that fail, and knows its journal", () => {
  const cwd = folderWith({ "raft.ts": raftWith("if (peers.length === 5) throw new Error('five');") });
  const args = ["lab2a", ".", "--only", "late-votes", "--journal", "j.jsonl"];

  const first = soak(cwd, ...args, "--runs", "2");
  expect(first.stdout).toMatch(/FAIL lab2a\/late-votes, run 0: crashed: peer 0 threw Error: five/);
  expect(first.stdout).toMatch(/npx --no grade replay lab2a\/late-votes@\d+/);
  expect(first.stdout).toMatch(/2 of 2 runs, 2 not passed/);
  expect(first.status).toBe(1);

  // As if the machine had stopped in the middle of a line.
  const journal = join(cwd, "j.jsonl");
  const before = readFileSync(journal, "utf8");
  appendFileSync(journal, '{"scenario":"lab2a/la');
  const second = soak(cwd, ...args, "--runs", "3");
  expect(second).toMatchObject({
    stderr: "",
    stdout: expect.stringMatching(/has 2 runs already[\s\S]*3 of 3 runs, 3 not passed/),
  });
  expect(readFileSync(journal, "utf8").startsWith(before)).toBe(true);

  expect(soak(cwd, ...args, "--seed", "2")).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/is no journal, or one of another/),
  });
});

test("a soak refuses what it does not know", () => {
  expect(soak(ROOT, "--run", "3")).toMatchObject({ status: 2, stdout: "" });
  expect(soak(ROOT, "lab2a", "--runs", "0").stderr).toMatch(/^error: --runs 0: an integer from 1 on is needed\n$/);
});
