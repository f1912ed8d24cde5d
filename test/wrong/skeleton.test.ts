import { join } from "node:path";
import { expect, test } from "vitest";
import type { GradingResult } from "../../grader/run/result.ts";
import { gradeHere } from "../cli/grade-here.ts";
import { grade, ROOT } from "../cli/run-cli.ts";

const SKELETON = join(ROOT, "skeleton");

async function gradeSkeleton(lab: string): Promise<GradingResult> {
  const { code, out } = await gradeHere([lab, SKELETON, "--runs", "1", "--no-shrink", "--json"]);
  expect(code).toBe(1);
  return JSON.parse(out) as GradingResult;
}

test("the untouched skeleton has no points, and nothing in it crashes", async () => {
  const { points, scenarios, typeProblems } = await gradeSkeleton("lab2");
  expect(points).toBe(0);
  expect(typeProblems).toBeUndefined();
  const verdicts = new Set(scenarios.map(({ verdict }) => verdict));
  expect([...verdicts].sort()).toEqual(["failed", "skipped"]);
  expect(scenarios.filter(({ verdict }) => verdict === "failed").map(({ id }) => id)).toEqual([
    "lab2a/initial-election",
  ]);
});

test.each(["lab2b", "lab2c", "lab2d"])("%s of it fails too, by itself, without a crash", async (lab) => {
  const { points, scenarios } = await gradeSkeleton(lab);
  expect(points).toBe(0);
  for (const { id, verdict } of scenarios) expect([id, verdict]).toEqual([id, expect.stringMatching(/failed|skipped/)]);
});

test("the first thing that its student reads says where to begin", async () => {
  const { out } = await grade(["lab2a", SKELETON, "--runs", "1", "--no-shrink"], { env: { NO_COLOR: "1" } });
  const first = out.slice(out.indexOf("\nlab2a/initial-election:"));
  expect(first).toContain("no peer says that it leads");
  expect(first).toContain("section 5.2");
  expect(first).toContain("the handout of stage 2A");
});
