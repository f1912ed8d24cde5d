/**
 * Plays submissions of a corpus in this process, and counts what the rules of the explanations say of them:
 *
 *   node scripts/departures.mjs --right test/right/raft --runs 8      silent on what is right? exit status 1 when one speaks
 *   node scripts/departures.mjs --wrong test/wrong/raft               of how many safety failures is a departure named?
 *
 * `--lab` says of which lab, by default of lab2. `--right` plays so many runs of each scenario, from run `--from` on, of those
 * whose id holds `--scenario`; `--wrong` the run that its killers.json names, or else the first that fails. `--only a,b` takes submissions whose id contains one of these;
 * `--show` prints each explanation as a student sees it. Nothing ends what loops for ever: leave such ones out by `--except`.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type BuiltEntry, buildCorpus } from "../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../grader/calibrate/corpus/load.ts";
import { readKillers, SURVIVES } from "../grader/calibrate/killers.ts";
import { type PlayResult, playScenario } from "../grader/harness/run-scenario.ts";
import { Engine } from "../grader/host/engine.ts";
import { loadRealmTexts } from "../grader/host/realm-texts.ts";
import { describeRun, headline } from "../grader/report/failure-text.ts";
import { makeStyle } from "../grader/report/style.ts";
import { explanationOf } from "../grader/run/explanation.ts";
import { toRunResult } from "../grader/run/run-result.ts";
import { runSeed } from "../grader/run/seeds.ts";
import { distFile } from "../grader/sandbox/dist-file.ts";
import { explainerOf } from "../labs/explain.ts";
import { labs } from "../labs/index.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    lab: { type: "string", default: "lab2" },
    right: text,
    wrong: text,
    runs: text,
    from: text,
    scenario: text,
    only: text,
    except: text,
    show: { type: "boolean" },
  },
});
const lab = labs.find(({ id }) => id === values.lab);
const explainer = explainerOf(values.lab);
if (lab === undefined || explainer === undefined) {
  console.error(`error: --lab ${values.lab}: there is no such lab, or nobody explains its runs`);
  process.exit(2);
}
const explain = explainer;
const { form, safetyProperties, suites } = lab;
const SCENARIOS = suites.flatMap(({ scenarios }) => scenarios);
const realm = loadRealmTexts(distFile("realm"));
const names = (list: string | undefined) => list?.split(",") ?? [];
const holds = (id: string, list: string | undefined) => names(list).some((part) => id.includes(part));

const folder = values.right ?? values.wrong;
if (folder === undefined) {
  console.error("error: say --right <folder> or --wrong <folder>");
  process.exit(2);
}
const isRight = values.right !== undefined;
const lists = isRight ? { right: [resolve(folder)], wrong: [] } : { right: [], wrong: [resolve(folder)] };
const entries = loadCorpus(
  lists,
  form.file,
  suites.map(({ id }) => id),
).filter(
  ({ id, noEffect }) =>
    noEffect === undefined && (values.only === undefined || holds(id, values.only)) && !holds(id, values.except),
);
const built = await buildCorpus(entries, form);
if (isRight) playRight();
else playWrong();

function playRight(): void {
  const scenarios = SCENARIOS.filter(({ id }) => values.scenario === undefined || holds(id, values.scenario));
  const from = Number(values.from ?? 0);
  const runs = Number(values.runs ?? 1);
  let played = 0;
  let spoke = 0;
  for (const entry of built) {
    const engine = engineOf(entry);
    let own = 0;
    for (const scenario of scenarios) {
      for (let run = from; run < from + runs; run++) {
        const result = playScenario(scenario, runSeed(1, scenario.id, run), engine, { keepTrace: true });
        const { departures } = explain(result);
        played++;
        if (result.verdict !== "passed") console.log(`${entry.id}: ${scenario.id} run ${run}: ${result.verdict}`);
        if (departures.length === 0) continue;
        own++;
        for (const { rule, text, timeUs } of departures) {
          console.log(`${entry.id}: ${scenario.id} run ${run} at ${timeUs} µs: ${rule}: ${text}`);
        }
      }
    }
    spoke += own;
    console.log(`${entry.id}: ${own === 0 ? "silent" : `a rule spoke in ${own}`} of ${scenarios.length * runs} runs`);
  }
  console.log(`${played} runs of ${built.length} right submissions: a rule spoke in ${spoke}`);
  if (spoke > 0) process.exitCode = 1;
}

function playWrong(): void {
  const counts = { safety: 0, named: 0, other: 0, otherNamed: 0 };
  const list = join(folder ?? "", "killers.json");
  const killers = existsSync(list) ? readKillers(list) : new Map();
  for (const entry of built) {
    const killer = killers.get(entry.id);
    if (killer === SURVIVES) continue;
    const found = killer === undefined ? firstFailing(entry) : play(entry, killer.scenario, killer.index);
    if (found === null || found.result.verdict === "passed") {
      console.log(`${entry.id}: does not fail`);
      continue;
    }
    tell(entry, found, counts);
  }
  const share = ((100 * counts.named) / Math.max(1, counts.safety)).toFixed(0);
  console.log(
    `a departure is named in ${counts.named} of ${counts.safety} safety failures (${share} %), and in ${counts.otherNamed} of ${counts.other} others`,
  );
}

interface Found {
  readonly scenario: string;
  readonly run: number;
  readonly result: PlayResult;
}

function tell(
  entry: BuiltEntry,
  { scenario, run, result }: Found,
  counts: { safety: number; named: number; other: number; otherNamed: number },
): void {
  const explanation = explanationOf(scenario, result);
  const isSafety = safetyProperties.some((property) => property === result.failure?.property);
  const isNamed = (explanation?.departures.length ?? 0) > 0;
  counts[isSafety ? "safety" : "other"]++;
  if (isNamed) counts[isSafety ? "named" : "otherNamed"]++;
  const rules = new Set(explanation?.departures.map(({ rule }) => rule));
  console.log(
    `${entry.id}: ${scenario} run ${run}: ${result.failure?.property ?? result.verdict}: ${isNamed ? [...rules].join(", ") : "-"}`,
  );
  if (!values.show) return;
  const { loss: _, ...played } = result;
  const told = toRunResult(scenario, 0, { ...played, wallMs: 0, ...(explanation && { explanation }) }, entry.mapper);
  console.log(`  (${entry.summary})\n  ${headline(told)} at ${told.virtualMs / 1000} s`);
  for (const line of describeRun(told, makeStyle(false))) console.log(`    ${line}`.trimEnd());
  console.log("");
}

function firstFailing(entry: BuiltEntry): Found | null {
  for (const { id } of SCENARIOS.filter(({ id }) => id.startsWith(`${entry.stage}/`))) {
    for (let run = 0; run < 2; run++) {
      const found = play(entry, id, run);
      if (found?.result.verdict !== "passed") return found;
    }
  }
  return null;
}

function play(entry: BuiltEntry, id: string, run: number): Found | null {
  const scenario = SCENARIOS.find((one) => one.id === id);
  if (scenario === undefined) return null;
  return {
    scenario: id,
    run,
    result: playScenario(scenario, runSeed(1, id, run), engineOf(entry), { keepTrace: true }),
  };
}

function engineOf({ load }: BuiltEntry): Engine {
  return new Engine({ ...load, ...realm });
}
