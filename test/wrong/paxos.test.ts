import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { Engine } from "../../grader/host/engine.ts";
import { loadOf } from "../../grader/run/load.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { explainPaxos } from "../../labs/paxos/explain/index.ts";
import { paxos } from "../../labs/paxos/index.ts";
import { ROOT } from "../cli/run-cli.ts";
import { realmTexts } from "../host/fixture.ts";

/** Each mistake at a moment where it shows, what is violated, and what is said of who departed from the algorithm. */
const SHOWN: readonly (readonly [id: string, scenario: string, property: string, departure: RegExp | null])[] = [
  [
    "px-promise-not-durable",
    "restarts",
    "agreement",
    /accepted ballot \d+ in slot 1 after having promised ballot \d+ at .*, before it crashed/,
  ],
  [
    "px-saved-after-answer",
    "restarts",
    "agreement",
    /says that it accepted ballot \d+ in slot 4, and has saved nothing/,
  ],
  [
    "px-accept-does-not-promise",
    "missed-prepare",
    "agreement",
    /accepted ballot \d+ in slot 1 after having accepted ballot \d+/,
  ],
  [
    "px-promise-any-ballot",
    "old-ballot-returns",
    "agreement",
    /promised ballot \d+ in slot 2 after having promised ballot \d+/,
  ],
  [
    "px-promise-clears-accepted",
    "reported-value",
    "agreement",
    /reports nothing; it had accepted "value \d" under ballot/,
  ],
  [
    "px-first-reported-value",
    "highest-ballot",
    "agreement",
    /proposes "value \d" .*though its promises reported "value \d" of ballot \d+ by peer/,
  ],
  ["f-one-decides", "reported-value", "liveness", null],
  ["f-one-decides", "restarts", "liveness", null],
  ["f-one-decides", "swarm", "liveness", null],
  ["px-ballots-not-unique", "basic", "agreement", /uses ballot \d in slot 2, which peer \d had used there/],
  [
    "px-ballot-reused-after-restart",
    "proposer-restarts",
    "agreement",
    /proposes "value \d" under ballot 1\.\d in slot \d, and had proposed "value \d" under it/,
  ],
  [
    "px-promise-counted-twice",
    "doubled-promises",
    "agreement",
    /with promises of it by peers \d and \d at most, and a majority is 3/,
  ],
  [
    "px-decides-what-it-accepts",
    "highest-ballot",
    "agreement",
    /nobody told it of a decision, it was only asked to accept ballot/,
  ],
  ["px-own-acceptance-forced", "own-acceptor", "agreement", null],
  ["px-learn-across-ballots", "two-ballots", "agreement", null],
  ["px-value-in-one-field", "basic", "validity", null],
  ["px-sequential-await", "deaf", "liveness", null],
  ["px-last-start-wins", "old", "validity", null],
  ["px-empty-text-ignored", "reported-value", "agreement", null],
  ["px-same-value-keeps-ballot", "highest-ballot", "agreement", null],
  ["px-promised-is-accepted-after-boot", "highest-ballot", "agreement", null],
  ["px-ballots-by-three", "two-ballots", "agreement", /uses ballot \d+ in slot \d, which peer \d had used there/],
  ["px-promise-looks-first", "old-ballot-returns", "agreement", /after having promised ballot/],
  ["px-ballot-in-one-field", "old-ballot-returns", "agreement", null],
  ["px-told-before-saved", "restarts", "agreement", null],
  [
    "px-round-saved-where-fresh",
    "proposer-restarts",
    "agreement",
    /proposes "value \d+" under ballot .* and had proposed "value/,
  ],
  ["px-message-promise-not-durable", "restarts", "agreement", null],
  ["px-message-last-reported-value", "highest-ballot", "agreement", null],
];
const scenarios = paxos.suites.flatMap((suite) => suite.scenarios);

function play(engine: Engine, name: string) {
  const scenario = scenarios.find(({ id }) => id.endsWith(`a/${name}`));
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  return playScenario(scenario, runSeed(1, scenario.id, 0), engine, { keepTrace: true });
}

describe("a mistake shows at its moment, and who made it is told", async () => {
  const entries = loadCorpus(
    { wrong: [join(ROOT, "test/wrong/paxos")], right: [] },
    paxos.form.file,
    paxos.suites.map(({ id }) => id),
  );
  const wanted = entries.filter(({ id }) => SHOWN.some(([shown]) => shown === id));
  const built = await buildCorpus(wanted, paxos.form);

  test.each(SHOWN)("%s in %s: %s", (id, scenario, property, departure) => {
    const load = built.find((one) => one.id === id)?.load;
    if (load === undefined) throw new Error(`there is no ${id}`);
    const result = play(new Engine({ ...load, ...realmTexts }), scenario);
    expect([result.verdict, result.failure?.property]).toEqual(["failed", property]);
    const { departures, facts } = explainPaxos(result);
    if (departure !== null) expect(departures.map(({ text }) => text).join("\n")).toMatch(departure);
    if (property === "agreement") expect(facts.map(({ label }) => label)).toEqual(expect.arrayContaining(["decided"]));
  });
});

test.each(["reference/paxos", "test/right/paxos/by-network"])(
  "%s passes at all of these moments, and no departure is told of it",
  async (folder) => {
    const bundle = await bundleSubmission(openSubmission(join(ROOT, folder), paxos.form));
    const engine = new Engine({ ...loadOf(bundle, paxos.form), ...realmTexts });
    for (const name of new Set(SHOWN.map(([, scenario]) => scenario))) {
      const result = play(engine, name);
      expect([name, result.verdict, explainPaxos(result).departures]).toEqual([name, "passed", []]);
    }
  },
);
