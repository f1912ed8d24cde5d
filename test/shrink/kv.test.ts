import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { Engine } from "../../grader/host/engine.ts";
import { tellSteps } from "../../grader/report/story-text.ts";
import { failedRunOf, searched } from "../../grader/run/explain.ts";
import { loadOf } from "../../grader/run/load.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { playScript } from "../../grader/shrink/play-script.ts";
import { Recorder } from "../../grader/shrink/recorder.ts";
import type { Script } from "../../grader/shrink/script.ts";
import { type FailedRun, PENDING, shrinkRun } from "../../grader/shrink/shrink.ts";
import { signatureOf } from "../../grader/shrink/signature.ts";
import { parseScript } from "../../grader/shrink/text/parse.ts";
import { writeScript } from "../../grader/shrink/text/write.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { languagesOf, scenarioOf, theatreOf } from "../../labs/index.ts";
import { lab3 } from "../../labs/kv/index.ts";
import { ROOT } from "../cli/run-cli.ts";
import { realmTexts } from "../host/fixture.ts";

const LANGUAGES = languagesOf([lab3]);
/** A clerk takes no answer for one. */
const WRONG = "kv-null-is-done";
const engines = new Map<string, Engine>();

beforeAll(async () => {
  const folders = { wrong: [join(ROOT, "test/wrong/kv")], right: [] };
  const stages = lab3.suites.map(({ id }) => id);
  const entries = loadCorpus(folders, lab3.form.file, stages).filter(({ id }) => id === WRONG);
  for (const { id, load } of await buildCorpus(entries, lab3.form))
    engines.set(id, new Engine({ ...load, ...realmTexts }));
  const reference = await bundleSubmission(openSubmission(join(ROOT, "reference/kv"), lab3.form));
  engines.set("reference", new Engine({ ...loadOf(reference, lab3.form), ...realmTexts }));
});

function play(id: string, script: Script, options: { readonly atMostMs?: number; readonly keepTrace?: boolean } = {}) {
  return playScript(theatreOf("lab3", script.options ?? {}), script, engines.get(id) as Engine, options);
}

const read = (text: string) => parseScript(`lab lab3\nservers 3\nclerks 2\n${text}`, LANGUAGES);
const idleIn = ({ outcomes }: ReturnType<typeof play>) => outcomes.flatMap(({ nothing }) => nothing ?? []);

test("a run of a store that fails is shrunk to a short script, which fails alike from its file and passes on the reference", async () => {
  const scenario = scenarioOf("lab3a/swarm");
  const seed = runSeed(1, scenario.id, 0);
  const recorder = new Recorder();
  const result = playScenario(scenario, seed, engines.get(WRONG) as Engine, {}, recorder);
  const run = failedRunOf(lab3, scenario, seed, result, recorder.recording()) as FailedRun;
  expect(run.signature).toMatch(/^linearizability, one-order/);
  const { groups, steps } = run.recording;
  const whole = play(WRONG, { lab: "lab3", groups, seed, steps });
  expect([signatureOf(whole), idleIn(whole)]).toEqual([run.signature, []]);
  const shrunk = await searched(shrinkRun(run, { lanes: 2, budget: 300 }), async ({ script, atMostMs }) => {
    const { isPending, outcomes, effort, ...played } = play(WRONG, script, atMostMs === undefined ? {} : { atMostMs });
    return { signature: isPending ? PENDING : signatureOf(played), outcomes, effort };
  });
  if (shrunk.kind === "none") return expect.fail(shrunk.why);
  expect(shrunk.script.steps.length).toBeLessThanOrEqual(8);
  const script = parseScript(writeScript(shrunk.script), LANGUAGES);
  expect(script).toEqual(shrunk.script);
  const failed = play(WRONG, script);
  expect([signatureOf(failed), idleIn(failed)]).toEqual([run.signature, []]);
  const passed = play("reference", script);
  expect([passed.verdict, passed.failure]).toEqual(["passed", undefined]);
});

describe("a script of a store", () => {
  test("tells clerks what to do, lets messages through one by one, and is told by who did what", () => {
    const script = read(
      [
        ...["boot all", "timer server 0", "deliver raft.requestVote server 0 -> server 1"],
        ...["deliver reply raft.requestVote server 1 -> server 0", 'call clerk 1 put "k" "x"'],
        ...["deliver submit clerk 1 -> server 0", "deliver raft.appendEntries server 0 -> server 1 nth 2"],
        ...["deliver reply raft.appendEntries server 1 -> server 0", "deliver reply submit server 0 -> clerk 1"],
        ...["crash clerk 0", 'call clerk 0 get "k"', "expect ended"],
      ].join("\n"),
    );
    const played = play("reference", script, { keepTrace: true });
    expect([played.verdict, played.failure, idleIn(played)]).toEqual(["passed", undefined, ["clerk 0 is down"]]);
    const told = tellSteps(script, played.outcomes, played.trace);
    expect(told[8]).toEqual({ text: 'clerk 1 is told to put("k", "x")', did: "sends submit to server 0" });
    expect(told[12]?.text).toMatch(/^clerk 1 gets server 0's answer to submit: /);
    expect(told[12]?.did).toBe("returns null");
  });

  test("is judged at its end: whatever clerks were answered must have an order", () => {
    const forgets =
      'boot all\nexpect leader\ncall clerk 0 append "k" "a"\nexpect ended\ncall clerk 1 get "k"\nexpect ended';
    expect(play("reference", read(forgets)).verdict).toBe("passed");
    const early =
      'boot all\ncall clerk 0 put "k" "a"\nfail submit clerk 0 -> server 0\nexpect leader\ncall clerk 1 get "k"\nexpect ended';
    expect(signatureOf(play(WRONG, read(early)))).toBe("linearizability, one-order");
    expect(play("reference", read(early)).verdict).toBe("passed");
  });
});
