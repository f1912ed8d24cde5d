import { expect, test } from "vitest";
import { estimate, wallToAskMs } from "../../grader/batch/plan/estimate.ts";
import { plannedMs } from "../../grader/batch/plan/measure.ts";
import { needsOf } from "../../grader/batch/plan/needs.ts";
import { parsePolicy } from "../../grader/batch/policy/index.ts";
import { planLines } from "../../grader/cli/output/plan-lines.ts";
import { lab2 } from "../../labs/raft/index.ts";

const ids = Array.from({ length: 900 }, (_, at) => `s${at}`);
const pace = { submissionMs: 20_000, workers: 2 };
const policy = parsePolicy("{}", "policy.yaml");
const scenarios = lab2.suites.flatMap((suite) => suite.scenarios);

test("a batch takes as long as its largest part, which is a little larger than its share", () => {
  const one = estimate(ids, 1, pace);
  expect(one).toMatchObject({ machines: 1, largest: 900 });
  expect(one.wallMs).toBeCloseTo(450 * 20_000 + 5_000 + 3_000);
  const eight = estimate(ids, 8, pace);
  expect(eight.largest).toBeGreaterThan(112);
  expect(eight.largest).toBeLessThan(150);
  expect(eight.wallMs).toBeLessThan(one.wallMs / 5);
});

test("more machines than submissions, or more workers, make nothing quicker than one submission", () => {
  expect(estimate(["a"], 50, pace).wallMs).toBe(23_000);
  expect(estimate(["a"], 1, { submissionMs: 20_000, workers: 8 }).wallMs).toBe(23_000);
  expect(estimate([], 3, pace)).toEqual({ machines: 3, largest: 0, wallMs: 3_000 });
});

test("of each submission one look is enough, however many machines there are", () => {
  let looks = 0;
  const counted = new Proxy(ids, {
    get: (list, at) => {
      if (/^\d+$/.test(String(at))) looks++;
      return Reflect.get(list, at);
    },
  });
  estimate(counted, 10_000, pace);
  expect(looks).toBe(ids.length);
});

test("an engine is asked for twice the time, and one submission that uses up its budget, in tens of minutes", () => {
  expect(wallToAskMs({ machines: 1, largest: 1, wallMs: 600_000 }, 300_000)).toBe(1_800_000);
});

test("runs that are planned take as long as the one that was measured; building is done once", () => {
  const timing = { wallMs: 5_000, runs: { "lab2a/initial-election": [1_000], "lab2b/backup": [2_000] } };
  const more = parsePolicy("{ runs: 3, scenarios: [{ match: lab2b/*, runs: 10 }] }", "policy.yaml");
  expect(plannedMs(timing, parsePolicy("{ runs: 1 }", "policy.yaml"))).toBe(5_000);
  expect(plannedMs(timing, more)).toBe(2_000 + 3 * 1_000 + 10 * 2_000);
});

test("what a part needs follows from the limits, the largest cluster, and the workers", () => {
  const one = needsOf(scenarios, policy, 1);
  // Seven peers in the largest cluster, so eight hosts of 208 MB, 512 MB for the run that is played, 600 MB for the grader.
  expect(one).toMatchObject({ cores: 1, memoryMb: 600 + 8 * 208 + 512 });
  expect(needsOf(scenarios, policy, 2).memoryMb).toBe(600 + 2 * (8 * 208 + 512));
  const larger = needsOf(scenarios, parsePolicy("{ runs: 8, limits: { memoryMb: 1024 } }", "policy.yaml"), 1);
  expect(larger.memoryMb).toBe(one.memoryMb + 512);
  const runs = 4 * scenarios.length;
  expect(one.submissionWallMs).toBe(2 * 120_000 + 120_000 + runs * 1_000);
  expect(larger.submissionCpuMs - one.submissionCpuMs).toBe(runs * 2_000);
});

test("the plan has a line for each number of machines, and what engines are told", () => {
  const needs = needsOf(scenarios, policy, 2);
  const text = planLines(900, [estimate(ids, 1, pace), estimate(ids, 8, pace)], needs).join("\n");
  expect(text).toMatch(/^ +1 +900 +2 h 30 min +05:20:00$/m);
  expect(text).toMatch(/^ +8 +1[1-4]\d +2\d min +0[01]:\d0:00$/m);
  expect(text).toContain("--cpus-per-task=2 --mem=4952M --time=<ask for>");
  expect(text).toContain('requests: { cpu: "2", memory: 4952Mi }');
});
