import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PlayOptions } from "../../grader/harness/run-scenario.ts";
import { type GradeRequest, grade } from "../../grader/run/grade.ts";
import { RunPool } from "../../grader/run/pool.ts";
import type { GradingResult } from "../../grader/run/result.ts";
import { bundleSubmission, CheckCache, openSubmission } from "../../grader/submission/index.ts";
import { labs } from "../../labs/index.ts";
import { folderWith, ROOT } from "../cli/run-cli.ts";

const lab = labs[0] as (typeof labs)[number];
const scenarios = lab.suites.flatMap((suite) => suite.scenarios);
const reference = join(ROOT, "reference");
/** What the compiler says is the same each time, and not what is looked at here. */
const cache = new CheckCache(folderWith());

function request(changes: Partial<GradeRequest>): GradeRequest {
  const chosen = scenarios.filter(({ id }) => /initial-election|basic-agree|kill|persist-1/.test(id));
  return {
    lab: "lab2",
    form: lab.form,
    scenarios: chosen,
    submission: reference,
    seed: 11,
    runs: 2,
    workers: 2,
    cache,
    ...changes,
  };
}

function withoutTiming(result: GradingResult): unknown {
  return JSON.parse(JSON.stringify(result), (key, value) => (key === "timing" ? undefined : value));
}

describe("a grading comes out as with one worker", () => {
  let expected: GradingResult;
  let state = 7;
  const pick = (ready: readonly unknown[]) => {
    state = (state * 48271) % 2147483647;
    return state % ready.length;
  };

  beforeAll(async () => {
    expected = await grade(request({ workers: 1 }));
  });

  test("which is that all pass", () => {
    expect(expected.scenarios.map(({ verdict }) => verdict)).toEqual(expected.scenarios.map(() => "passed"));
  });

  test.each<[string, Partial<GradeRequest>]>([
    ["with two", { workers: 2, audit: "each-peer" }],
    ["with three, in any order of runs, and without an audit", { workers: 3, pick, audit: "none" }],
    ["when every run is audited", { audit: "every-run" }],
  ])("%s", async (_, changes) => {
    expect(withoutTiming(await grade(request(changes)))).toEqual(withoutTiming(expected));
  });
});

describe("a run comes out the same however wide its windows are", () => {
  const load = bundleSubmission(openSubmission(reference, lab.form)).then(({ code, filename }) => ({
    code,
    filename,
    roles: lab.form.roles,
  }));
  const pool = new RunPool(1, load);
  afterAll(() => pool.close());

  test.each([
    "lab2a/re-election",
    "lab2b/backup",
    "lab2c/crash-before-persist",
    "lab2c/unreliable-agree",
    "lab2d/snapshot-install",
  ])("%s", async (scenarioId) => {
    const hashOf = async (options: PlayOptions) => (await pool.play({ scenarioId, seed: 5, options })).traceHash;
    const expected = await hashOf({});
    for (const options of [{ windowUs: 500 }, { windowUs: 143 }, { oneEntry: true }]) {
      expect({ options, hash: await hashOf(options) }).toEqual({ options, hash: expected });
    }
  });
});
