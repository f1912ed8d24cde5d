import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../cli/run-cli.ts";

test("a mutant is played whose tests have a process of their own", () => {
  // Its tests are `test/audit/solo-peer.test.ts` alone, which `vitest.config.ts` starts with flags that no thread takes.
  const args = [join(ROOT, "scripts/mutants.mjs"), "--only", "audits-see-all-inputs"];
  // Not the step that this test is of, nor what vitest tells its workers.
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: "utf8" });
  expect(status, `${stdout}${stderr}`).toBe(0);
  expect(stdout).toMatch(/killed by test\/audit\/solo-peer\.test\.ts/);
  expect(stdout).toMatch(/^of 1 mutants? 1 killed, 0 not$/m);
});
