/**
 * Searches the instances of a lab for what is wrong with the submissions of a corpus, plays random schedules of the same ones, and prints
 * who found what, after which CPU time:
 *
 *   node scripts/search-figures.mjs --lab paxos --wrong test/wrong/paxos
 *
 * A search counts when the ordinary kernel plays its script alike. Random schedules are the runs of a submission's own stage, all of its
 * scenarios once and then again, until one fails. `--prefixes` beginnings of orders in each instance at most, and `--seconds` of CPU
 * time for random schedules. `--instance` searches one only; `--only a,b` takes submissions whose id contains one of these, `--except`
 * leaves such ones out: nothing ends what loops for ever. `--right test/right/paxos` shows how far searches of right ones come.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type BuiltEntry, buildCorpus } from "../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../grader/calibrate/corpus/load.ts";
import { playScenario } from "../grader/harness/run-scenario.ts";
import { Engine } from "../grader/host/engine.ts";
import { loadRealmTexts } from "../grader/host/realm-texts.ts";
import { coverageText } from "../grader/report/coverage-text.ts";
import { runSeed } from "../grader/run/seeds.ts";
import { distFile } from "../grader/sandbox/dist-file.ts";
import { DEFAULT_CAPS, searchInstance } from "../grader/search/search.ts";
import { playScript } from "../grader/shrink/play-script.ts";
import { signatureOf } from "../grader/shrink/signature.ts";
import { labs, theatreOf } from "../labs/index.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    lab: { type: "string", default: "paxos" },
    wrong: text,
    right: text,
    instance: text,
    prefixes: text,
    seconds: text,
    only: text,
    except: text,
    help: { type: "boolean" },
  },
});
const lab = labs.find(({ id }) => id === values.lab);
const folder = values.wrong ?? values.right;
if (lab === undefined || folder === undefined || values.help) {
  console.error("usage: node scripts/search-figures.mjs [--lab <lab>] --wrong <folder> | --right <folder>");
  console.error("       [--instance <name>] [--prefixes <n>] [--seconds <n>] [--only <ids>] [--except <ids>]");
  process.exit(2);
}
const { id: labId, form, suites, instances: all = [] } = lab;
const instances = all.filter(({ name }) => values.instance === undefined || name === values.instance);
const prefixes = Number(values.prefixes ?? 300_000);
const seconds = Number(values.seconds ?? 10);
const realm = loadRealmTexts(distFile("realm"));
const holds = (id: string, list: string | undefined) => list?.split(",").some((part) => id.includes(part)) ?? false;
const isWrong = values.wrong !== undefined;
const entries = loadCorpus(
  { wrong: isWrong ? [resolve(folder)] : [], right: isWrong ? [] : [resolve(folder)] },
  form.file,
  suites.map(({ id }) => id),
).filter(({ id }) => (values.only === undefined || holds(id, values.only)) && !holds(id, values.except));

const total = { search: { found: 0, seconds: 0 }, random: { found: 0, seconds: 0 } };
const built = await buildCorpus(entries, form);
for (const entry of built) {
  if (!isWrong) {
    console.log(`${entry.id}\n${coverages(entry).join("\n")}`);
    continue;
  }
  const [bySearch, byRandom] = [searched(entry), played(entry)];
  for (const [how, { where, took }] of [["search", bySearch] as const, ["random", byRandom] as const]) {
    total[how].seconds += took;
    if (where !== null) total[how].found++;
  }
  console.log(`${entry.id.padEnd(36)} search: ${told(bySearch)} random: ${told(byRandom)}`);
}
for (const [how, { found, seconds: took }] of isWrong ? Object.entries(total) : []) {
  const rate = (found / Math.max(took, 0.001)).toFixed(2);
  console.log(`${how}: ${found} of ${built.length} found in ${took.toFixed(1)} s of CPU time: ${rate} a second`);
}

interface Hunt {
  /** Where it was found; null: it was not. */
  readonly where: string | null;
  /** Seconds of CPU time. */
  readonly took: number;
}

function told({ where, took }: Hunt): string {
  return `${(where ?? "not found").padEnd(44)} ${took.toFixed(1).padStart(5)} s `;
}

function searched(entry: BuiltEntry): Hunt {
  const clock = process.cpuUsage();
  const engine = engineOf(entry);
  for (const instance of instances) {
    const theatre = theatreOf(labId, instance.options ?? {});
    const { found } = searchInstance(labId, theatre, instance, engine, { ...DEFAULT_CAPS, prefixes });
    const first = found.find(({ script, signature }) => signatureOf(playScript(theatre, script, engine)) === signature);
    if (first !== undefined)
      return {
        where: `${instance.name} after ${first.prefixes}, ${first.signature.split(" ", 1)[0]}`,
        took: since(clock),
      };
  }
  return { where: null, took: since(clock) };
}

function played(entry: BuiltEntry): Hunt {
  const clock = process.cpuUsage();
  const engine = engineOf(entry);
  const scenarios = suites.find(({ id }) => id === entry.stage)?.scenarios ?? [];
  for (let run = 0; scenarios.length > 0; run++) {
    for (const scenario of scenarios) {
      const { verdict } = playScenario(scenario, runSeed(1, scenario.id, run), engine);
      if (verdict !== "passed") return { where: `${scenario.id} run ${run + 1}`, took: since(clock) };
      if (since(clock) >= seconds) return { where: null, took: since(clock) };
    }
  }
  return { where: null, took: since(clock) };
}

function coverages(entry: BuiltEntry): string[] {
  const engine = engineOf(entry);
  return instances.map((instance) => {
    const clock = process.cpuUsage();
    const theatre = theatreOf(labId, instance.options ?? {});
    const { coverage, found } = searchInstance(labId, theatre, instance, engine, { ...DEFAULT_CAPS, prefixes });
    const all = `${coverageText(coverage, instance)}, ${coverage.histories} steps${found.length > 0 ? ", FOUND" : ""}`;
    return `  ${instance.name}: ${all}: ${since(clock).toFixed(1)} s of CPU time`;
  });
}

function engineOf({ load }: BuiltEntry): Engine {
  return new Engine({ ...load, ...realm });
}

function since(clock: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(clock);
  return (user + system) / 1e6;
}
