import { expect, test } from "vitest";
import type { ScenarioMeta } from "../../grader/harness/scenario.ts";
import { summaryLines } from "../../grader/report/grading-report.ts";
import { toJson } from "../../grader/report/json.ts";
import { gradingResultSchema } from "../../grader/report/schema.ts";
import { makeStyle } from "../../grader/report/style.ts";
import type { ConfirmedRun } from "../../grader/run/confirm.ts";
import type { GradingResult, RunResult } from "../../grader/run/result.ts";
import { replayLine, shortened, toRunResult } from "../../grader/run/run-result.ts";
import { type RunTask, Schedule } from "../../grader/run/schedule.ts";
import { failed, played } from "./fake-player.ts";

/** As much as the wire lets through, of what is longest when it is written down. */
const LONG = "\u0085".repeat(16 * 1024);
const LINE = "\u0085".repeat(64 * 1024);
const STACK = "at f (submission.js:1:1)\n".repeat(600);
const mapper = {
  map: () => null,
  mapStack: (stack: string) => stack.split("\n").map(() => ({ file: "raft.ts", line: 1, column: 1, function: "f" })),
};

const peers = Array.from({ length: 7 }, (_, peer) => ({
  peer,
  up: true,
  connected: true,
  facts: { term: Number.MAX_SAFE_INTEGER, isLeader: true, appliedIndex: Number.MAX_SAFE_INTEGER },
}));
const lines = Array.from({ length: 400 }, () => ({ timeUs: 5, peer: 1, level: "error", text: LINE }));
const loud = { peers, console: lines };
const failure = {
  property: "api",
  check: "student-api",
  expected: LONG,
  seen: LONG,
  cite: "student API",
  timeUs: 5,
} as const;
const crash = { peer: 1, timeUs: 5, where: LONG, name: LONG, message: LONG, stack: STACK };

const RUNS: Record<string, ConfirmedRun> = {
  failed: failed({ ...loud, failure, misuseStack: STACK }),
  crashed: played({ ...loud, verdict: "crashed", crash }),
  hung: played({ ...loud, verdict: "hung", loss: { verdict: "hung", message: LONG, stackLines: STACK.split("\n") } }),
  nondeterministic: { ...failed(loud), verdict: "nondeterministic", difference: LONG },
  "internal-error": played({ ...loud, verdict: "internal-error", fault: LONG }),
};

/** Each character of a text takes at most six bytes of JSON. */
const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const RUN_BYTES = 6 * 40_000;
const SHORT_BYTES = 6 * 300 + 500;

test.each(Object.entries(RUNS))("one run that %s is at most 240 KB, whatever it said", (verdict, run) => {
  const result = toRunResult("lab2a/x", 1, run, mapper);
  expect(result.verdict).toBe(verdict);
  expect(jsonBytes(result)).toBeLessThan(RUN_BYTES);
  expect(result.console?.[0]).toMatch(/… \(cut off: 65536 characters\)$/);
  expect(result.message).toMatch(/cut off: \d+ characters/);
  expect(jsonBytes(shortened(result))).toBeLessThan(SHORT_BYTES);
  expect(shortened(result)).toMatchObject({ verdict, seed: 1, shortened: true });
});

test("a text that is short enough is kept as it is", () => {
  const run = failed({ console: [{ timeUs: 1, peer: 0, level: "log", text: "hello" }] });
  expect(toRunResult("lab2a/x", 1, run, mapper)).toMatchObject({
    message: "expected a leader; saw none",
    console: ["0.000 s  peer 0  hello"],
  });
});

const meta: ScenarioMeta = { id: "lab2a/x", title: "x", about: "", points: 5, peers: 3 };
const COUNT = 10_000;

/** Plays so many runs that are all bad, and gives the result of the grading. */
function gradeBadRuns(count: number, order: (tasks: RunTask[]) => RunTask[]): GradingResult {
  const schedule = new Schedule({
    scenarios: [meta],
    runs: count,
    baseSeed: 1,
    policyOf: () => ({ runs: count, rule: { moreRuns: () => 0, passes: () => false } }),
  });
  const tasks: RunTask[] = [];
  for (let task = schedule.take(); task !== null; task = schedule.take()) tasks.push(task);
  // What is read out of a run is the same for all seeds but for the seed, and takes a millisecond.
  const kinds = Object.values(RUNS).map((run) => toRunResult(meta.id, 0, run, mapper));
  for (const task of order(tasks)) {
    const kind = kinds[task.index % kinds.length] as RunResult;
    schedule.record(task, { ...kind, seed: task.seed, replay: replayLine(task.scenarioId, task.seed) });
  }
  const scenarios = schedule.results("");
  return {
    format: "consensus-labs/result@1",
    lab: "lab2a",
    submission: "x",
    submissionHash: "",
    boundary: "process",
    points: 0,
    rawPoints: 0,
    maxPoints: 5,
    suites: [],
    timing: { wallMs: 1 },
    scenarios,
  };
}

test("10 000 bad runs of as many words as can be are reported, in at most 30 MB", () => {
  const grading = gradeBadRuns(COUNT, (tasks) => tasks);
  const json = toJson(grading);
  expect(Buffer.byteLength(json)).toBeLessThan(20 * RUN_BYTES + COUNT * SHORT_BYTES);
  expect(Buffer.byteLength(json)).toBeLessThan(30_000_000);
  expect(gradingResultSchema.safeParse(JSON.parse(json)).success).toBe(true);
  const runs = grading.scenarios[0]?.runs as readonly RunResult[];
  expect(runs).toHaveLength(COUNT);
  expect(runs.filter((run) => run.shortened !== true)).toEqual(runs.slice(0, 20));
  const context = { style: makeStyle(false), replayCommand: (run: RunResult) => run.replay, stages: [] };
  const text = summaryLines(grading, context).join("\n");
  expect(text.length).toBeLessThan(100_000);
  expect(text).toMatch(/cut off: 16384 characters/);
});

test("which runs are kept in full does not depend on the order in which they came in", () => {
  const inOrder = gradeBadRuns(100, (tasks) => tasks);
  const backwards = gradeBadRuns(100, (tasks) => tasks.reverse());
  expect(backwards).toEqual(inOrder);
  expect(inOrder.scenarios[0]?.runs[20]).toMatchObject({ shortened: true, replay: expect.any(String) });
});

test("150 000 runs are planned, and given up at the first bad one", () => {
  const schedule = new Schedule({ scenarios: [meta], runs: 150_000, baseSeed: 1 });
  const first = schedule.take() as RunTask;
  const [decided] = schedule.record(first, toRunResult(first.scenarioId, first.seed, failed(), mapper));
  expect(decided).toMatchObject({ id: "lab2a/x", verdict: "failed" });
});
