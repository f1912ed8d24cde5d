import { beforeEach, expect, test, vi } from "vitest";
import { buildSubmission } from "../../grader/run/build.ts";
import type { Sandbox } from "../../grader/run/sandbox.ts";
import type { JobOutcome } from "../../grader/sandbox/confine/job.ts";
import { openSubmission } from "../../grader/submission/index.ts";
import { folderWith, raftWith } from "../cli/run-cli.ts";
import { raftForm } from "../submission/folder.ts";

type Order = "bundle" | "types";
const jobs = vi.hoisted(() => ({
  outcomes: {} as Record<Order, (JobOutcome | Promise<JobOutcome>)[]>,
  played: {} as Record<Order, number>,
}));

vi.mock("../../grader/sandbox/confine/job.ts", () => ({
  runJob: async (_: unknown, { input }: { input: string }) => {
    const { task } = JSON.parse(input) as { task: Order };
    return jobs.outcomes[task][jobs.played[task]++];
  },
  runProgram: async () => {
    throw new Error("a check of types is played by hand here");
  },
}));

const checks = vi.hoisted(() => ({ failures: 0, made: 0 }));

vi.mock("../../grader/submission/type-check.ts", () => ({
  COMPILER_RAN: [0, 1, 2],
  typeCheck: async () => {
    if (++checks.made <= checks.failures) throw new Error("the TypeScript compiler could not be run");
    return [PROBLEM];
  },
}));

const done = (answer: unknown): JobOutcome => ({ kind: "done", output: JSON.stringify(answer) });
const BUNDLE = { code: "1", filename: "submission.js", sourceMap: "{}", inputs: ["raft.ts"] };
const BUNDLED = done({ kind: "bundle", bundle: BUNDLE });
const PROBLEM = { file: "raft.ts", line: 1, column: 1, code: "TS1", message: "m" };
const CHECKED = done({ kind: "types", problems: [PROBLEM] });
const WALL: JobOutcome = { kind: "limit", limit: "wall" };
const CPU: JobOutcome = { kind: "limit", limit: "cpu" };
const FAILED: JobOutcome = { kind: "failed", reason: "it ended with exit code 3", code: 3, output: "" };

async function build(outcomes: Partial<Record<Order, JobOutcome[]>>) {
  jobs.outcomes = { bundle: [BUNDLED], types: [CHECKED], ...outcomes };
  const dir = folderWith({ "raft.ts": raftWith("") });
  const sandbox = { confinement: {} } as Sandbox;
  const { bundle, types } = buildSubmission(openSubmission(dir, raftForm), { sandbox });
  const [made, problems] = await Promise.allSettled([bundle, types]);
  return { bundle: made.status === "fulfilled" ? made.value : made.reason.message, types: problems };
}

beforeEach(() => {
  checks.made = 0;
  jobs.played = { bundle: 0, types: 0 };
});

test("bundling that a loaded machine did not let end is tried once more", async () => {
  expect((await build({ bundle: [WALL, BUNDLED] })).bundle).toEqual(BUNDLE);
  expect(jobs.played.bundle).toBe(2);
});

test("what takes too long twice is ungradable", async () => {
  expect((await build({ bundle: [WALL, WALL] })).bundle).toBe("building it took more than 120 s");
});

test("what takes too much computing is so at once", async () => {
  expect((await build({ bundle: [CPU] })).bundle).toBe("building it took more than 30 s of computing");
  expect(jobs.played.bundle).toBe(1);
});

test.each([
  ["wall time", WALL],
  ["CPU time", CPU],
  ["a compiler that did not come to its end", FAILED],
] as const)("a check of types that was lost by %s is tried once more, and no third time", async (_title, outcome) => {
  expect((await build({ types: [outcome, CHECKED] })).types).toMatchObject({ value: [PROBLEM] });
  jobs.played.types = 0;
  expect((await build({ types: [outcome, outcome, CHECKED] })).types).toMatchObject({ value: [] });
  expect(jobs.played.types).toBe(2);
});

test("types are checked once the bundle is made or refused, so that nothing keeps the runs waiting", async () => {
  const submission = openSubmission(folderWith({ "raft.ts": raftWith("") }), raftForm);
  for (const bundled of [BUNDLED, CPU]) {
    let endBundling = () => {};
    const bundling = new Promise<JobOutcome>((resolve) => {
      endBundling = () => resolve(bundled);
    });
    Object.assign(jobs, { outcomes: { bundle: [bundling], types: [] }, played: { bundle: 0, types: 0 } });
    Object.assign(checks, { failures: 0, made: 0 });
    const { bundle, types } = buildSubmission(submission);
    bundle.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(checks.made).toBe(0);
    endBundling();
    expect(await types).toEqual([PROBLEM]);
    expect(checks.made).toBe(1);
  }
});

test("without a sandbox, a check of types that failed is made once more, and no third time", async () => {
  const submission = openSubmission(folderWith({ "raft.ts": raftWith("") }), raftForm);
  for (const [failures, problems] of [
    [0, [PROBLEM]],
    [1, [PROBLEM]],
    [2, []],
  ] as const) {
    Object.assign(checks, { failures, made: 0 });
    Object.assign(jobs, { outcomes: { bundle: [BUNDLED], types: [] }, played: { bundle: 0, types: 0 } });
    const { bundle, types } = buildSubmission(submission);
    expect(await types).toEqual(problems);
    expect(await bundle).toEqual(BUNDLE);
  }
});
