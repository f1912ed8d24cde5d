import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { Engine } from "../../grader/host/engine.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { lab3 } from "../../labs/kv/index.ts";
import { ROOT } from "../cli/run-cli.ts";
import { realmTexts } from "../host/fixture.ts";
import { GOLDENS_FILE, readGoldens } from "../run/goldens.ts";

/** Each mistake at a moment where it shows, and what is said of it; in which run, where it is not the first one. */
const SHOWN: readonly (readonly [id: string, scenario: string, property: string, said: RegExp, run?: number])[] = [
  ["kv-no-dedup", "lab3a/lost-reply", "exactly-once", /an append of clerk 0, was done twice:/],
  ["kv-dedup-only-before-start", "lab3a/pending-in-log", "exactly-once", /an append of clerk 0, was done twice:/],
  ["kv-local-get", "lab3a/stale-leader-read", "linearizability", /get\(k\) → .*\|-+\|/],
  ["kv-wait-by-index-only", "lab3a/usurped-index", "linearizability", /append\(k, .*came before/s],
  ["kv-reply-on-append", "lab3a/usurped-index", "linearizability", /it returned/],
  ["kv-global-seq", "lab3a/late-request", "linearizability", /clerk \d/],
  [
    "kv-duplicate-loses-result",
    "lab3a/lost-reply",
    "linearizability",
    /A was done, and its clerk was told that it was not:/,
  ],
  ["kv-failed-cas-not-kept", "lab3a/late-answer", "linearizability", /cas\(k/],
  ["kv-object-for-values", "lab3a/basic", "api", /./],
  ["kv-null-is-done", "lab3a/lost-reply", "linearizability", /clerk 0/],
  ["kv-cas-before-log", "lab3a/cas", "linearizability", /cas\(/],
  ["kv-waiter-by-clerk", "lab3a/overlapping-calls", "linearizability", /clerk 0/],
  ["kv-last-serial-only", "lab3a/overlapping-calls", "linearizability", /clerk 0/],
  ["kv-dedup-not-in-snapshot", "lab3b/dedup-in-snapshot", "linearizability", /told that it was not:/],
  ["kv-dedup-not-in-snapshot", "lab3b/dedup-in-snapshot", "exactly-once", /was done twice:/, 8],
  ["kv-snapshot-index-mismatch", "lab3b/snapshot-label", "linearizability", /clerk \d/],
  ["kv-snapshot-index-mismatch", "lab3b/snapshot-label", "exactly-once", /was done twice:/, 5],
  ["kv-never-truncates", "lab3b/snapshot-rpc", "resource", /bytes at server/],
  ["kv-wait-forever", "lab3a/usurped-index", "liveness", /server \d has not answered a request of clerk 0, "submit"/],
  ["kv-wait-forever-patiently", "lab3a/released", "liveness", /has not answered a request of clerk 0/],
  ["kv-released-at-its-index-only", "lab3a/released", "liveness", /has not answered a request of clerk 0/],
  ["kv-entries-are-words", "lab3a/cas", "linearizability", /found what no operations on this key give/],
  ["kv-sixteen-sessions", "lab3a/late-request", "exactly-once", /an append of clerk 1, was done twice:/],
  ["kv-batch-results-move-up", "lab3a/late-request", "linearizability", /get\(k\) → ""/],
  ["kv-waiter-by-clerk-at-index", "lab3a/usurped-index", "linearizability", /clerk 0 {2}get\(k\) → ""/],
  ["kv-pending-put-is-done-anew", "lab3a/pending-in-log", "linearizability", /C came before B: the values say so/],
  ["kv-batch-not-answered", "lab3a/released", "liveness", /has not answered a request of clerk 0/],
  ["kv-clerk-gives-up", "lab3a/one-partition", "linearizability", /it found nothing there/],
  ["kv-answered-up-to-greatest", "lab3b/dedup-in-snapshot", "liveness", /./],
  ["kv-boots-into-plain-object", "lab3b/snapshot-rpc", "api", /./],
  ["kv-snapshot-by-count", "lab3b/snapshot-size", "resource", /bytes at server/],
  ["kv-snapshot-ahead", "lab3b/snapshot-rpc", "api", /it holds "v\d+;", which is written by the entry at index \d+/],
];
const scenarios = lab3.suites.flatMap((suite) => suite.scenarios);

function play(engine: Engine, id: string, run = 0) {
  const scenario = scenarios.find((one) => one.id === id);
  if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
  return playScenario(scenario, runSeed(1, id, run), engine);
}

describe("a mistake shows at its moment, with its property, and with what contradicts itself", async () => {
  const folder = join(ROOT, "test/wrong/kv");
  const entries = loadCorpus(
    { wrong: [folder], right: [] },
    lab3.form.file,
    lab3.suites.map(({ id }) => id),
  );
  const wanted = entries.filter(({ id }) => id === "f-one-server" || SHOWN.some(([shown]) => shown === id));
  const built = await buildCorpus(wanted, lab3.form);

  test.each(["partitions-one", "partitions", "restarts-one", "restarts", "restarts-partitions", "swarm"])(
    "a store that is one server's own does not pass lab3a/%s",
    (name) => {
      const load = built.find((one) => one.id === "f-one-server")?.load;
      if (load === undefined) throw new Error("there is no f-one-server");
      const { verdict, failure } = play(new Engine({ ...load, ...realmTexts }), `lab3a/${name}`);
      expect([verdict, failure?.property]).toEqual(["failed", "liveness"]);
      expect(failure?.expected).toMatch(/^one of server \d.* to lead within 30 s/);
      expect(failure?.during).toMatch(/^server \d, which led, has crashed; another takes its place/);
    },
  );

  const shown = SHOWN.map(([id, scenario, property, said, run = 0]) => ({ id, scenario, property, said, run }));
  test.each(shown)("$id in $scenario: $property", ({ id, scenario, property, said, run }) => {
    const load = built.find((one) => one.id === id)?.load;
    if (load === undefined) throw new Error(`there is no ${id}`);
    const { verdict, failure } = play(new Engine({ ...load, ...realmTexts }), scenario, run);
    expect([verdict, failure?.property]).toEqual(["failed", property]);
    expect(failure?.seen).toMatch(said);
  });
});

test("the reference passes at all of these moments", () => {
  // Its runs there are golden ones, which `test/run/goldens.test.ts` plays.
  const golden = readGoldens(readFileSync(join(ROOT, GOLDENS_FILE), "utf8"));
  const verdictOf = (id: string) => {
    const run = `reference ${id}@${runSeed(1, id, 0)} `;
    return golden
      .find((line) => line.startsWith(run))
      ?.slice(run.length)
      .split(" ")[0];
  };
  const ids = [...new Set(SHOWN.map(([, id]) => id))];
  expect(ids.map((id) => [id, verdictOf(id)])).toEqual(ids.map((id) => [id, "passed"]));
});
