import { expect, test } from "vitest";
import type { Scenario } from "../../grader/harness/scenario.ts";
import { replay } from "../../grader/run/replay.ts";
import { labs } from "../../labs/index.ts";
import { ESCAPE, raftFile } from "../attacks/attack.ts";
import { folderWith } from "../cli/run-cli.ts";

const [lab] = labs;
const scenario = lab?.suites.flatMap((suite) => suite.scenarios).find(({ id }) => id === "lab2a/initial-election");

function replayOf(files: Record<string, string>, wantsFields = false) {
  if (lab === undefined || scenario === undefined) throw new Error("there is no such scenario");
  const submission = folderWith(files);
  return replay({ scenario: scenario as Scenario, form: lab.form, submission, seed: 7, wantsFields });
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

test("fields are told of the run that is told, and of no other", async () => {
  const fails = 'setTimeout(() => { throw new Error("now"); }, 100);';
  const { trace, fields } = await replayOf(raftFile({ init: fails }), true);
  if (typeof fields !== "object") throw new Error(`no fields: ${fields}`);
  // Each peer booted, and none changed anything since.
  expect(fields.map(({ peer, from }) => [trace[from]?.kind, trace[from]?.peer === peer])).toEqual(
    fields.map(() => ["boot", true]),
  );
  expect(fields).toHaveLength(3);
  // It can be seen that somebody looks; who then does something else says nothing of the run that failed.
  const top = "class Seen { #own = 1; get own() { return this.#own; } }";
  const sees = 'if (new Seen().own === 1 && String(Seen).includes("static")) console.log("somebody looks");';
  const seen = await replayOf(raftFile({ top, init: `${sees} ${fails}` }), true);
  expect(seen.result.verdict).toBe("crashed");
  expect(seen.fields).toMatch(/^the fields of the peers are not known, .*: it went otherwise$/);
});
