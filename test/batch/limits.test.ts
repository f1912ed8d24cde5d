import { expect, test } from "vitest";
import { limitsOf } from "../../grader/batch/engine/grade-one.ts";
import { parsePolicy } from "../../grader/batch/policy/index.ts";
import { DEFAULT_BUDGET } from "../../grader/run/budget.ts";
import { DEFAULT_LIMITS } from "../../grader/sandbox/limits.ts";

const limitsFor = (text: string) => limitsOf(parsePolicy(text, "policy.yaml"));

test("a policy that says nothing of limits leaves the defaults", () => {
  const { limits, budget } = limitsFor("");
  expect(limits).toEqual(DEFAULT_LIMITS);
  expect(budget).toEqual(DEFAULT_BUDGET);
});

test("budgets of a run and of a submission are what a policy says", () => {
  const { limits, budget } = limitsFor(
    "limits: { runCpuMs: 1, runWallMs: 2, submissionCpuMs: 3, submissionCpuMsPerRun: 4, submissionWallMs: 5, submissionWallMsPerRun: 6 }",
  );
  expect(limits).toMatchObject({ runCpuMs: 1, runWallMs: 2 });
  expect(budget).toEqual({ cpuMs: 3, cpuMsPerRun: 4, wallMs: 5, wallMsPerRun: 6 });
});

test("where a policy gives windows more, runs and submissions that it says nothing of get more too", () => {
  const { limits, budget } = limitsFor("limits: { cpuMs: 40000, wallMs: 100000 }");
  expect(limits).toMatchObject({ windowCpuMs: 40_000, runCpuMs: 160_000, windowWallMs: 100_000, runWallMs: 133_333 });
  expect(limits?.resources?.cpuSeconds).toBe(600);
  expect(budget).toEqual({ cpuMs: 1_200_000, cpuMsPerRun: 40_000, wallMs: 399_999, wallMsPerRun: 3_333 });
  expect(limitsFor("limits: { runCpuMs: 500000 }").limits?.resources?.cpuSeconds).toBe(1_000);
});
