import { expect, test } from "vitest";
import { comparedWith, type FailedBefore, failedAfter, failedRunsIn } from "../../grader/cli/input/failed-before.ts";
import type { RunResult, ScenarioResult } from "../../grader/run/result.ts";

const failure = { property: "liveness", check: "elects", expected: "x", seen: "y", cite: "z", timeUs: 1 };
const runOf = (seed: number, more: object = {}) =>
  ({
    seed,
    verdict: "failed",
    property: "liveness",
    failure,
    virtualMs: 2_500,
    traceHash: "aa",
    ...more,
  }) as unknown as RunResult;
const scenarioOf = (id: string, ...runs: RunResult[]) => ({ id, runs }) as unknown as ScenarioResult;
const BEFORE: FailedBefore = {
  verdict: "failed",
  property: "liveness",
  check: "elects",
  virtualMs: 2_500,
  traceHash: "aa",
};

test("what failed of a scenario is what failed in its last grading; others stay as they were", () => {
  const first = failedAfter(new Map(), [
    scenarioOf("lab2a/x", runOf(1), runOf(2, { verdict: "passed" })),
    scenarioOf("lab2a/y", runOf(3)),
  ]);
  expect([...first.keys()]).toEqual(["lab2a/x@1", "lab2a/y@3"]);
  expect(first.get("lab2a/x@1")).toEqual(BEFORE);
  const then = failedAfter(first, [scenarioOf("lab2a/x", runOf(1, { verdict: "passed" })), scenarioOf("lab2a/z")]);
  expect([...then.keys()]).toEqual(["lab2a/y@3"]);
  expect(failedRunsIn(JSON.stringify(Object.fromEntries(then)))).toEqual(then);
});

test.each<readonly [string, RunResult, string]>([
  ["the same run", runOf(1), "confirmed: the same run as in the last grading of this folder, event for event"],
  [
    "the same rule in a run that goes otherwise",
    runOf(1, { traceHash: "bb", virtualMs: 9_000 }),
    "the same is broken as in the last grading of this folder, in a run that goes otherwise: there it was at 2.500 s",
  ],
  [
    "another check of the same property",
    runOf(1, { traceHash: "bb", failure: { ...failure, check: "calm" } }),
    "NOT what the last grading of this folder told of this run: that was failed: liveness (elects) at 2.500 s",
  ],
  [
    "another verdict",
    runOf(1, { traceHash: "bb", verdict: "crashed", property: undefined, failure: undefined }),
    "NOT what the last grading of this folder told of this run: that was failed: liveness (elects) at 2.500 s",
  ],
  [
    "none at all",
    runOf(1, { traceHash: "bb", verdict: "passed", property: undefined, failure: undefined }),
    "in the last grading of this folder this run came to failed: liveness (elects) at 2.500 s, which is not confirmed: the sources, the grader or the scenario are others now",
  ],
])("a replay says of %s what it is", (_what, now, said) => {
  expect(comparedWith(BEFORE, now)).toBe(said);
});

test("of a run that was remembered without its check its property decides", () => {
  const { check: _, ...before } = BEFORE;
  expect(comparedWith(before, runOf(1, { traceHash: "bb" }))).toMatch(/^the same is broken/);
});

test("what is no memory of a run is none", () => {
  for (const text of ["", "[", "null", "7", '{"lab2a/x@1":null}', '{"lab2a/x@1":{"verdict":"failed"}}'])
    expect([text, failedRunsIn(text).size]).toEqual([text, 0]);
  const long = { "lab2a/x@1": { ...BEFORE, property: "p".repeat(100) } };
  expect(failedRunsIn(JSON.stringify(long)).size).toBe(0);
});
