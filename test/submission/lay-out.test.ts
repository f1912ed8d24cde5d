import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chdir, cwd } from "node:process";
import { expect, it } from "vitest";
import { layOut } from "../../grader/submission/lay-out.ts";
import { openSubmission } from "../../grader/submission/open.ts";
import { expectRefusal, makeFolder, raftForm } from "./folder.ts";

const RAFT = "export class Raft {}";

it("lays out sources and links as they were, also those that lead to folders they lie in", () => {
  const folder = makeFolder({ "raft.ts": RAFT, "a/b/c.ts": "" });
  const links = { "a/b/here": ".", "a/b/above": "..", "a/c.ts": "b/c.ts", other: "a/b", "a/main.ts": "../raft.ts" };
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, path));
  const made = makeFolder({});
  layOut(openSubmission(folder, raftForm), made);
  for (const [path, target] of Object.entries(links)) expect(readlinkSync(join(made, path)), path).toBe(target);
  expect(readFileSync(join(made, "a/main.ts"), "utf8")).toBe(RAFT);
});

/** Makes folders in folders, step by step, as no path of that length could be given, and a source in the last. */
function deepIn(folder: string, depth: number, nameChars: number): void {
  const before = cwd();
  chdir(folder);
  try {
    for (let i = 0; i < depth; i++) {
      mkdirSync("d".repeat(nameChars));
      chdir("d".repeat(nameChars));
    }
    writeFileSync("deep.ts", "");
  } finally {
    chdir(before);
  }
}

it("refuses paths that could be laid out nowhere, and no shorter ones", async () => {
  const folder = makeFolder({ "raft.ts": RAFT });
  deepIn(folder, 18, 250);
  try {
    await expectRefusal(folder, /has a path of 4525 bytes, d{60}…; at most 3000 are graded/);
  } finally {
    // Node gives whole paths, and cannot remove it.
    execFileSync("rm", ["-r", join(folder, "d".repeat(250))]);
  }
  const shorter = makeFolder({ "raft.ts": RAFT });
  deepIn(shorter, 15, 190);
  expect(openSubmission(shorter, raftForm).files).toHaveLength(2);
});
