import { type Build, buildSubmission } from "../../grader/run/build.ts";
import { prepareSandbox, type Sandbox } from "../../grader/run/sandbox.ts";
import type { JobLimits } from "../../grader/sandbox/confine/job.ts";
import { bundleSubmission, openSubmission, typeCheck } from "../../grader/submission/index.ts";
import { sandbox as full, hasFullSandbox } from "../sandbox/confine/available.ts";
import { raftForm } from "../submission/folder.ts";

/** Apart, as every grading does it. */
export function build(dir: string, sandbox?: Sandbox, limits?: Partial<JobLimits>) {
  return outcomeOf(
    buildSubmission(openSubmission(dir, raftForm), { ...(sandbox && { sandbox }), ...(limits && { limits }) }),
  );
}

/** In this process, as nothing but a test does it. */
export function buildHere(dir: string) {
  const submission = openSubmission(dir, raftForm);
  return outcomeOf({ bundle: bundleSubmission(submission), types: typeCheck(submission) });
}

async function outcomeOf({ bundle, types }: Build) {
  const [made, problems] = await Promise.allSettled([bundle, types]);
  return {
    bundle: made.status === "fulfilled" ? made.value : { name: made.reason.name, message: made.reason.message },
    place: made.status === "rejected" ? made.reason.place : undefined,
    types: problems.status === "fulfilled" ? problems.value : problems.reason,
  };
}

const plain = await prepareSandbox("plain");

/** The ways in which a submission is built, as far as this machine has them. */
export const ways: (readonly [string, Sandbox | undefined])[] = [
  ["without a sandbox", undefined],
  ["in a plain process", plain],
];
if (hasFullSandbox) ways.push(["in the full sandbox", full]);
