import { expect, test } from "vitest";
import { keptByNpm } from "../../grader/cli/input/npm-options.ts";

const SCRIPT = { npm_lifecycle_event: "grade", npm_config_cache: "somewhere" };

test.each([
  // What `npm run grade lab2a --runs 3 --no-sandbox` gives a script; npm 11.
  [
    ["lab2a", "3"],
    { ...SCRIPT, npm_config_runs: "true" },
    /^npm kept --runs for itself; put -- before .*"npm run grade -- lab2a/,
  ],
  [["lab2a"], { ...SCRIPT, npm_config_sandbox: "" }, /^npm kept --sandbox for itself/],
  [["lab2a"], { ...SCRIPT, npm_config_all_runs: "true" }, /^npm kept --all-runs for itself/],
])("says that npm kept an option that stood before --: %j", (argv, env, line) => {
  expect(keptByNpm(argv, env)).toMatch(line);
});

test.each([
  [["lab2a", "--runs", "3"], SCRIPT],
  // Both ways at once, or a setting of somebody's own: what the grader gets is what counts.
  [["lab2a", "--runs=3"], { ...SCRIPT, npm_config_runs: "5" }],
  [["lab2a", "--no-sandbox"], { ...SCRIPT, npm_config_sandbox: "" }],
  // Not by npm.
  [["lab2a"], { npm_config_runs: "5" }],
])("says nothing where the grader got what it was meant to get: %j", (argv, env) => {
  expect(keptByNpm(argv, env)).toBeNull();
});
