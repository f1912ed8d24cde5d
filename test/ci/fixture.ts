import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DEFAULT_POLICY, type GradeOne, type GradePlan, type Grader } from "../../grader/batch/index.ts";
import type { CiReport } from "../../grader/ci/model/report.ts";
import type { CheckRequest } from "../../grader/ci/request.ts";
import { runCheck } from "../../grader/ci/run-check.ts";
import type { Lab } from "../../grader/harness/scenario.ts";
import type { RunResult } from "../../grader/run/result.ts";
import { prepareSandbox } from "../../grader/run/sandbox.ts";
import { openSubmission } from "../../grader/submission/index.ts";
import { labs } from "../../labs/index.ts";
import { commit, FIRST, git } from "../batch/intake/repository.ts";
import { makeFolder } from "../submission/folder.ts";
import { resultOf, scenario } from "./reports.ts";

export const lab2 = labs[0] as Lab;
/** The stage that fake gradings are of. */
export const lab2a = { id: "lab2a", lab: lab2, suites: lab2.suites.slice(0, 1) };

/** A folder under version control with these files committed, gone when the test ends. */
export function makeRepository(files: Record<string, string>): { readonly repo: string; readonly first: string } {
  const repo = makeFolder({});
  git(repo, FIRST, "init", "--quiet");
  return { repo, first: commitFiles(repo, files) };
}

/** Commits these files, in folders if wanted, and gives the commit. */
export function commitFiles(repo: string, files: Record<string, string>): string {
  for (const name of Object.keys(files)) mkdirSync(dirname(join(repo, name)), { recursive: true });
  return commit(repo, FIRST, files);
}

export interface FakeCheck extends Partial<Omit<CheckRequest, "makeGrader">> {
  readonly repo: string;
  /** Text of the event file. */
  readonly eventText?: string;
  /** What a scenario comes to; by default it passes. */
  readonly runs?: Readonly<Record<string, RunResult>>;
  /** Instead of the fake grader. */
  readonly gradeOne?: GradeOne;
}

/** A check with a grader that plays nothing, but reads the sources; `graded`: how often it was asked, and of what. */
export async function check(
  fake: FakeCheck,
): Promise<{ report: CiReport; graded: readonly string[]; plan?: GradePlan }> {
  const graded: string[] = [];
  let seen: GradePlan | undefined;
  const makeGrader = (plan: GradePlan): Grader => ({
    gradeOne: async ({ id, folder }) => {
      graded.push(openSubmission(folder, plan.form).contents.get("raft.ts")?.toString() ?? "");
      seen = plan;
      const scenarios = plan.scenarios.map((one) => ({
        ...scenario(one.id, one.points, fake.runs?.[one.id]),
        title: one.title,
      }));
      return resultOf(scenarios, {
        lab: plan.lab,
        submission: id,
        submissionHash: openSubmission(folder, plan.form).hash,
      });
    },
    ...(fake.gradeOne && { gradeOne: fake.gradeOne }),
    close: async () => {},
  });
  const { eventText, runs: _, gradeOne: __, ...more } = fake;
  const workDir = makeFolder(eventText === undefined ? {} : { "event.json": eventText });
  const report = await runCheck({
    targets: [lab2a],
    policy: DEFAULT_POLICY,
    gate: { require: [], noWorse: false },
    seed: 1,
    workers: 1,
    sandbox: await prepareSandbox("plain"),
    workDir: join(workDir, "work"),
    signal: new AbortController().signal,
    ...(eventText !== undefined && { event: join(workDir, "event.json") }),
    ...more,
    makeGrader,
  });
  return { report, graded, ...(seen && { plan: seen }) };
}

/** A pull request's event as GitHub sends it, of what is read of it and more. Source: docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request. */
export function pullRequest(base: string, head: string, more: object = {}): string {
  const repo = (full_name: string) => ({ id: 1, full_name, private: true });
  return JSON.stringify({
    action: "synchronize",
    number: 5,
    pull_request: {
      number: 5,
      title: "my work",
      head: { ref: "work", sha: head, repo: repo("alice/raft") },
      base: { ref: "main", sha: base, repo: repo("course/raft") },
      ...more,
    },
    repository: repo("course/raft"),
  });
}

/** A push's. Source: docs.github.com/en/webhooks/webhook-events-and-payloads#push. */
export function push(before: string, after: string): string {
  return JSON.stringify({
    ref: "refs/heads/main",
    before,
    after,
    created: false,
    deleted: false,
    forced: false,
    commits: [],
  });
}

export function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
