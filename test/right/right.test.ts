import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { type BuiltEntry, buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { explainRaft } from "../../labs/raft/explain/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { engineFor } from "../host/fixture.ts";
import { SCENARIOS } from "../wrong/play.ts";

const HERE = fileURLToPath(new URL(`./${lab2.home}/`, import.meta.url));
const SUITES = lab2.suites.map(({ id }) => id);
/** Those in which timing, indices, refusals and numbers of messages matter most; each submission gets some of them. */
const SELECTION = [
  "lab2a/re-election",
  "lab2a/one-way-links",
  "lab2a/rival-candidates",
  "lab2b/rpc-bytes",
  "lab2b/concurrent-starts",
  "lab2b/count",
  "lab2b/late-requests",
  "lab2b/isolated-leader-rejoins",
  "lab2b/half-repaired",
  "lab2c/all-restart",
  "lab2c/crash-before-persist",
  "lab2c/chaos-drops",
  "lab2d/snapshot-install",
  "lab2d/late-snapshots",
  "lab2d/snapshot-ends",
];
const SCENARIOS_EACH = 3;

const entries = loadCorpus({ wrong: [], right: [HERE] }, lab2.form.file, SUITES);
const built = new Map<string, BuiltEntry>();

beforeAll(async () => {
  for (const entry of await buildCorpus(entries, lab2.form)) built.set(entry.id, entry);
});

/** Plays one run of each, and gives those that did not pass, and what a rule of the explanations said of one. */
function failures(code: string, scenarioIds: readonly string[]): unknown[] {
  const engine = engineFor(code);
  return scenarioIds.flatMap((id) => {
    const scenario = SCENARIOS.get(id);
    if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
    const { verdict, failure, peers, trace } = playScenario(scenario, runSeed(1, id, 0), engine, { keepTrace: true });
    const { departures } = explainRaft({ verdict, peers, trace });
    return verdict === "passed" && departures.length === 0 ? [] : [{ id, verdict, failure, departures }];
  });
}

test("every right submission is described, and the README names each", () => {
  const readme = readFileSync(join(HERE, "README.md"), "utf8");
  expect(entries.filter(({ summary }) => summary === "").map(({ id }) => id)).toEqual([]);
  const isNamed = (id: string) => readme.includes(id) || readme.includes(id.replace(/^(backup|refuses)/, ""));
  expect(entries.map(({ id }) => id).filter((id) => !id.startsWith("timing-") && !isNamed(id))).toEqual([]);
  expect(entries.length).toBeGreaterThanOrEqual(50);
});

describe("right submissions pass, and no rule that names what was broken speaks:", () => {
  test.each(entries.map(({ id }, place) => [id, place] as const))("%s", (id, place) => {
    const some = Array.from(
      { length: SCENARIOS_EACH },
      (_, i) => SELECTION[(place + 3 * i) % SELECTION.length] as string,
    );
    expect(failures(built.get(id)?.load.code ?? "", some)).toEqual([]);
  });
});

describe.each([
  ["rich-base", "nccraqRagevrf(args)"],
  ["mailbox", "cbfg(args)"],
])("names on the wire mean nothing: %s, with nonsense in place of them,", (id, method) => {
  let code = "";

  beforeAll(async () => {
    const chosen = entries.filter((entry) => entry.id === id);
    const [renamed] = await buildCorpus(chosen, lab2.form, { renamed: true });
    code = renamed?.load.code ?? "";
  });

  test("has it in its code, as a name that is not translated is not there", () => {
    expect(code).toContain(method);
  });

  test.each(SUITES)("passes %s", (suite) => {
    const some = SELECTION.filter((scenarioId) => scenarioId.startsWith(`${suite}/`));
    expect(some.length).toBeGreaterThan(0);
    expect(failures(code, some)).toEqual([]);
  });
});
