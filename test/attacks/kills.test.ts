import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../grader/sandbox/dist-file.ts";

test("killed again and again, a batch ends in the same bytes", { timeout: 180_000 }, () => {
  const args = [join(packageRoot(), "scripts/kill-test.mjs"), "--submissions", "10", "--kills", "10"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/the same bytes; 10 submissions, none lost, none twice/);
});
