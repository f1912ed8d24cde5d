import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type BuiltEntry, buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { Engine } from "../../grader/host/engine.ts";
import { explanationOf } from "../../grader/run/explanation.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { lab3 } from "../../labs/kv/index.ts";
import { ROOT } from "../cli/run-cli.ts";
import { realmTexts } from "../host/fixture.ts";

/** Where mistakes show, which rule of stores is named, and what is said. */
const NAMED: Readonly<Record<string, readonly [scenario: string, rule: string, said: RegExp]>> = {
  "kv-no-dedup": [
    "lab3a/lost-reply",
    "applied-twice",
    /^server \d applied clerk 0's append of "v2;" under k more than once, at indices 2 and 3;/,
  ],
  "kv-local-get": [
    "lab3a/stale-leader-read",
    "answered-from-an-old-state",
    /^server \d answered clerk 0's get of k from a state that lacks clerk 1's put/,
  ],
  "kv-wait-by-index-only": [
    "lab3a/usurped-index",
    "answered-before-it-was-committed",
    /stood in the saved log of server \d: that is no majority of 5$/,
  ],
  "kv-new-number-each-try": ["lab3a/lost-reply", "retry-looks-new", /what differs from try to try is serial$/],
};
/** One thing written twice, and nothing written: what is seen of an operation is then not its own. */
const ODD = "lab3a/basic";
/** Entries that stand in the log more than once; requests that are a text, of JSON. */
const RIGHT = ["kv-duplicates-through-the-log", "kv-plain-javascript"];
const built = new Map<string, BuiltEntry>();

beforeAll(async () => {
  const entries = loadCorpus(
    { wrong: [join(ROOT, "test/wrong/kv")], right: [join(ROOT, "test/right/kv")] },
    lab3.form.file,
    lab3.suites.map(({ id }) => id),
  );
  const wanted = entries.filter(({ id }) => id in NAMED || RIGHT.includes(id));
  for (const entry of await buildCorpus(wanted, lab3.form)) built.set(entry.id, entry);
});

function explained(id: string, scenarioId: string) {
  const scenario = lab3.suites.flatMap((suite) => suite.scenarios).find((one) => one.id === scenarioId);
  const entry = built.get(id);
  if (scenario === undefined || entry === undefined) throw new Error(`there is no ${scenarioId} or no ${id}`);
  const engine = new Engine({ ...entry.load, ...realmTexts });
  const played = playScenario(scenario, runSeed(1, scenarioId, 0), engine, { keepTrace: true });
  // What is told is told of runs that failed; of others it shows whether a rule would speak.
  return explanationOf(scenarioId, { ...played, verdict: "failed" });
}

describe("of a store that is wrong it is told where it departed from what a store must do", () => {
  test.each(Object.entries(NAMED))("%s in %j", (id, [scenario, rule, said]) => {
    const departure = explained(id, scenario)?.departures.find((one) => one.rule === rule);
    expect(departure?.text).toMatch(said);
  });

  test.each(RIGHT)("and nothing of %s, which is right", (id) => {
    const scenarios = [...Object.values(NAMED).map(([scenario]) => scenario), ODD];
    const departures = scenarios.map((scenario) => explained(id, scenario)?.departures ?? []);
    expect(departures.flat()).toEqual([]);
  });
});
