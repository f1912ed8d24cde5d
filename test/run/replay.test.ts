import { expect, test } from "vitest";
import type { Scenario } from "../../grader/harness/scenario.ts";
import { replay } from "../../grader/run/replay.ts";
import { labs } from "../../labs/index.ts";
import { ESCAPE, raftFile } from "../attacks/attack.ts";
import { folderWith } from "../cli/run-cli.ts";

const [lab] = labs;
const scenario = lab?.suites.flatMap((suite) => suite.scenarios).find(({ id }) => id === "lab2a/initial-election");

function replayOf(files: Record<string, string>) {
  if (lab === undefined || scenario === undefined) throw new Error("there is no such scenario");
  return replay({ scenario: scenario as Scenario, form: lab.form, submission: folderWith(files), seed: 7 });
}

test("what fails on another way the second time is nondeterministic, as in a grading", async () => {
  // No two processes have the same number, and what is printed is part of a trace.
  const init = 'console.log(escape().process.pid); setTimeout(() => { throw new Error("now"); }, 100);';
  const { result, trace } = await replayOf(raftFile({ top: ESCAPE, init }));
  expect(result).toMatchObject({ verdict: "nondeterministic", message: expect.stringContaining("on different ways") });
  expect(trace.at(-1)?.kind).toBe("exception");
});

test("what fails in the same way stands, with its trace", async () => {
  const { result, trace } = await replayOf(raftFile({ init: 'setTimeout(() => { throw new Error("now"); }, 100);' }));
  expect(result).toMatchObject({ verdict: "crashed", message: expect.stringContaining("now") });
  expect(trace.at(-1)).toMatchObject({ kind: "exception", timeUs: 100_000 });
});
