import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BEYOND_TESTS } from "./beyond-tests.ts";
import { ROOT } from "./cli/run-cli.ts";
import { makeFolder } from "./submission/folder.ts";

const FAILS = `test("fails", () => expect(1).toBe(2));`;
const DIES = `test("dies", () => { process.kill(process.pid, "SIGKILL"); for (;;); });`;
const LEAVES = `test("leaves", async () => { Promise.reject(new Error("left")); await new Promise((r) => setTimeout(r, 20)); });`;

/** The exit status of vitest, as this project sets it up, over such files. */
function statusOf(...files: readonly string[]): number | null {
  const config = `import { beyondTests } from ${JSON.stringify(join(import.meta.dirname, "beyond-tests.ts"))};
export default { test: { globals: true, maxWorkers: 1, reporters: ["default", beyondTests] } };`;
  const tests = Object.fromEntries(files.map((text, i) => [`${i}.test.ts`, text]));
  const folder = makeFolder({ ...tests, "vitest.config.ts": config });
  const env = { ...process.env, VITEST: undefined, ATTACKS: undefined, BROWSERS: undefined };
  const args = [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--root", folder];
  return spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" }).status;
}

test("a test that fails has the status of a failure, and what is no test another one, whatever failed beside it", () => {
  expect(statusOf(`test("passes", () => {});`)).toBe(0);
  expect(statusOf(FAILS)).toBe(1);
  expect(statusOf(FAILS, DIES)).toBe(BEYOND_TESTS);
  expect(statusOf(LEAVES, FAILS)).toBe(BEYOND_TESTS);
});
