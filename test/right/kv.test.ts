import { join } from "node:path";
import { expect, test } from "vitest";
import { buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { Engine } from "../../grader/host/engine.ts";
import { buildProgram, openSources } from "../../grader/run/program.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { lab3 } from "../../labs/kv/index.ts";
import { ROOT } from "../cli/run-cli.ts";
import { realmTexts } from "../host/fixture.ts";

/** Moments at which who waits, sessions and snapshots matter; each submission gets some of them. */
const SELECTION = [
  "lab3a/lost-reply",
  "lab3b/dedup-in-snapshot",
  "lab3a/late-request",
  "lab3a/usurped-index",
  "lab3b/snapshot-rpc",
  "lab3a/overlapping-calls",
  "lab3a/pending-in-log",
  "lab3a/released",
];
const SCENARIOS_EACH = 1;
const scenarios = lab3.suites.flatMap((suite) => suite.scenarios);
const entries = loadCorpus(
  { wrong: [], right: [join(ROOT, "test/right/kv")] },
  lab3.form.file,
  lab3.suites.map(({ id }) => id),
);
const built = await buildCorpus(entries, lab3.form);

function verdicts(engine: Engine, ids: readonly string[]): unknown[] {
  return ids.flatMap((id) => {
    const scenario = scenarios.find((one) => one.id === id);
    if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
    const { verdict, failure } = playScenario(scenario, runSeed(1, id, 0), engine);
    return verdict === "passed" ? [] : [{ id, verdict, failure }];
  });
}

test("every right store says what it is", () => {
  expect(entries.filter(({ summary }) => summary === "").map(({ id }) => id)).toEqual([]);
  expect(entries.length).toBeGreaterThanOrEqual(9);
});

test.each(built.map((entry, place) => ({ id: entry.id, entry, place })))("$id passes", ({ entry, place }) => {
  const ids = Array.from(
    { length: SCENARIOS_EACH },
    (_, i) => SELECTION[(SCENARIOS_EACH * place + i) % SELECTION.length] as string,
  );
  expect(verdicts(new Engine({ ...entry.load, ...realmTexts }), ids)).toEqual([]);
});

test("over a right Raft of another make, with a log of another form, a store passes too", async () => {
  const origin = lab3.layers?.raft;
  if (origin === undefined) throw new Error("no such layer");
  const layers = [{ name: "raft", origin, folder: join(ROOT, "test/right/raft/rich-base") }];
  const { load } = await buildProgram(openSources(join(ROOT, "reference/kv"), lab3.form, layers));
  expect(load.layers?.raft?.filename).toBe("raft.js");
  expect(verdicts(new Engine({ ...load, ...realmTexts }), ["lab3a/lost-reply", "lab3b/snapshot-rpc"])).toEqual([]);
});
