import { expect, test } from "vitest";
import { parsePolicy } from "../../grader/batch/policy/index.ts";
import { helpText } from "../../grader/cli/help-text.ts";
import { DEFAULT_RUNS, DEFAULT_SEED } from "../../grader/run/grade.ts";

test("help and policy name the runs and the seed that a grading has by default", () => {
  expect(helpText()).toContain(`how many runs each scenario gets (default ${DEFAULT_RUNS})`);
  expect(helpText()).toContain(`base seed of all runs (default ${DEFAULT_SEED})`);
  expect(parsePolicy("{}", "policy.yaml").runs).toBe(DEFAULT_RUNS);
});
