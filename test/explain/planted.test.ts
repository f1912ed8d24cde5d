import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { type BuiltEntry, buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { type PlayResult, playScenario } from "../../grader/harness/run-scenario.ts";
import { describeRun, headline } from "../../grader/report/failure-text.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { explanationOf } from "../../grader/run/explanation.ts";
import { toRunResult } from "../../grader/run/run-result.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { engineFor } from "../host/fixture.ts";
import { SCENARIOS } from "../wrong/play.ts";

/** The usual mistakes of a first Raft, planted in the reference; where each shows, and which rule is named. */
const PLANTED: Readonly<Record<string, readonly [scenario: string, run: number, rule: string | null]>> = {
  "p-01-vote-not-saved": ["lab2c/crash-before-persist", 0, "one-vote-a-term"],
  "p-03-every-entry-truncates": ["lab2b/late-requests", 0, "log-shorter-than-promised"],
  "p-03b-heartbeats-truncate-too": ["lab2b/rpc-bytes", 0, "refuses-an-entry-that-it-has"],
  "p-04-old-term-committed": ["lab2b/earlier-term-entries", 0, "old-term-committed-by-counting"],
  "p-05-match-is-own-log-end": ["lab2b/concurrent-starts", 0, "applied-without-a-majority"],
  "p-06-stale-answers": ["lab2a/late-votes", 0, "leader-without-a-majority"],
  "p-08-no-step-down-on-answers": ["lab2a/one-way-links", 0, "leads-on-in-an-older-term"],
  "p-10-sort-as-text": ["lab2b/backup", 0, "applied-without-a-majority"],
  "p-11f-snapshot-not-handed-over": ["lab2d/snapshot-install", 0, "snapshot-not-handed-over"],
  "p-11h-applied-not-moved": ["lab2d/snapshot-install", 0, null],
  "p-12b-one-fixed-timeout": ["lab2a/initial-election", 0, null],
  "p-12c-not-restarted-by-an-election": ["lab2a/re-election", 0, null],
  "p-13-commit-up-to-own-end": ["lab2b/rejoin", 1, "applied-beyond-what-was-compared"],
  "p-14-heartbeats-go-on": ["lab2a/many-elections", 0, "heartbeats-without-leading"],
};

const HERE = join(dirname(fileURLToPath(import.meta.url)), "planted");
const entries = loadCorpus(
  { wrong: [HERE], right: [] },
  lab2.form.file,
  lab2.suites.map(({ id }) => id),
).filter(({ id }) => id in PLANTED);
const built = new Map<string, BuiltEntry>();

beforeAll(async () => {
  for (const entry of await buildCorpus(entries, lab2.form)) built.set(entry.id, entry);
});

function played({ load }: BuiltEntry, id: string, run: number, isKept = true): PlayResult {
  const scenario = SCENARIOS.get(id);
  if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
  return playScenario(scenario, runSeed(1, id, run), engineFor(load.code), { keepTrace: isKept });
}

/** What a student reads of it. */
function told({ mapper }: BuiltEntry, scenario: string, result: PlayResult): string[] {
  const { loss: _, ...run } = result;
  const explanation = explanationOf(scenario, result);
  const shown = toRunResult(scenario, 1, { ...run, wallMs: 0, ...(explanation && { explanation }) }, mapper);
  return [`${headline(shown)} at ${shown.virtualMs / 1000} s`, ...describeRun(shown, makeStyle(false))];
}

// `npx vitest run test/explain/planted.test.ts -u` writes the messages anew.
test("what is said of each planted mistake", async () => {
  const lines: string[] = [];
  for (const [id, [scenario, run, rule]] of Object.entries(PLANTED)) {
    const entry = built.get(id) as BuiltEntry;
    const result = played(entry, scenario, run);
    const departures = explanationOf(scenario, result)?.departures ?? [];
    expect({ id, rules: [...new Set(departures.map((one) => one.rule))].includes(rule ?? "") }).toEqual({
      id,
      rules: rule !== null,
    });
    const text = told(entry, scenario, result).map((line) => `    ${line}`.trimEnd());
    lines.push(`${id}: ${entry.summary}`, `  ${scenario} run ${run}`, ...text, "");
  }
  await expect(lines.join("\n")).toMatchFileSnapshot(join(HERE, "messages.txt"));
});

test("a trace that lacks its beginning names no rule, and nothing is told of a run without a trace", () => {
  const entry = built.get("p-06-stale-answers") as BuiltEntry;
  const whole = played(entry, "lab2a/late-votes", 0);
  const cut = { ...whole, trace: whole.trace.slice(40) };
  expect(explanationOf("lab2a/late-votes", whole)?.departures.length).toBeGreaterThan(0);
  expect(explanationOf("lab2a/late-votes", cut)?.departures ?? []).toEqual([]);
  expect(explanationOf("lab2a/late-votes", played(entry, "lab2a/late-votes", 0, false))).toBeUndefined();
});
