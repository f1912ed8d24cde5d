/**
 * Shrinks the failing run of each known-wrong submission of a corpus in this process, and says how short its story is:
 *
 *   node scripts/stories.mjs --wrong test/wrong/raft [--every 7] [--first 0] [--budget 2000]
 *
 * `--lab` says of which lab, by default of lab2. Each is the run that its killers.json names, or else the first that fails. Its script is read back from its file, must fail
 * alike, and is played on the reference, where it must pass. `--only a,b` takes submissions whose id contains one of these,
 * `--every n` every n-th from `--first` on; `--show` prints the scripts. Exit status 1 when there is one without a script, or one
 * that does not hold. Nothing ends what loops for ever: leave such ones out by `--except`.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type BuiltEntry, buildCorpus } from "../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../grader/calibrate/corpus/load.ts";
import { readKillers, SURVIVES } from "../grader/calibrate/killers.ts";
import { playScenario } from "../grader/harness/run-scenario.ts";
import { Engine } from "../grader/host/engine.ts";
import { loadRealmTexts } from "../grader/host/realm-texts.ts";
import { failedRunOf } from "../grader/run/explain.ts";
import { loadOf } from "../grader/run/load.ts";
import { runSeed } from "../grader/run/seeds.ts";
import { distFile } from "../grader/sandbox/dist-file.ts";
import type { Trial, Try } from "../grader/shrink/candidate.ts";
import { playScript, type ScriptOptions, type ScriptPlay } from "../grader/shrink/play-script.ts";
import { Recorder } from "../grader/shrink/recorder.ts";
import type { Script } from "../grader/shrink/script.ts";
import { DEFAULT_SHRINK_BUDGET, type FailedRun, PENDING, shrinkRun } from "../grader/shrink/shrink.ts";
import { signatureOf } from "../grader/shrink/signature.ts";
import { parseScript } from "../grader/shrink/text/parse.ts";
import { writeScript } from "../grader/shrink/text/write.ts";
import { toldTrace } from "../grader/shrink/told-trace.ts";
import { bundleSubmission, openSubmission } from "../grader/submission/index.ts";
import { labs, languagesOf, theatreOf } from "../labs/index.ts";
import { medianOf as median } from "./measure/figures.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    lab: { type: "string", default: "lab2" },
    wrong: text,
    every: text,
    first: text,
    budget: text,
    only: text,
    except: text,
    show: { type: "boolean" },
  },
});
const found = labs.find(({ id }) => id === values.lab);
if (found?.stage === undefined) {
  console.error(`error: --lab ${values.lab}: there is no such lab, or its runs have no scripts`);
  process.exit(2);
}
const lab = found;
const SCENARIOS = lab.suites.flatMap(({ scenarios }) => scenarios);
const LANGUAGES = languagesOf([lab]);
const realm = loadRealmTexts(distFile("realm"));
const holds = (id: string, list: string | undefined) => list?.split(",").some((part) => id.includes(part)) ?? false;

if (values.wrong === undefined) {
  console.error("error: say --wrong <folder>");
  process.exit(2);
}
const folder = resolve(values.wrong);
const list = join(folder, "killers.json");
const killers = existsSync(list) ? readKillers(list) : new Map();
const [every, first] = [Number(values.every ?? 1), Number(values.first ?? 0)];
const entries = loadCorpus(
  { wrong: [folder], right: [] },
  lab.form.file,
  lab.suites.map(({ id }) => id),
)
  .filter(({ id, noEffect }) => noEffect === undefined && killers.get(id) !== SURVIVES)
  .filter(({ id }) => (values.only === undefined || holds(id, values.only)) && !holds(id, values.except))
  .filter((_, at) => at % every === first % every);

/** A failing run, and what came of shrinking it. */
interface Shrunken {
  readonly property: string;
  readonly steps: number;
  readonly events: readonly [before: number, after: number];
  readonly plays: number;
  readonly cpuMs: number;
}

const reference = await bundleSubmission(openSubmission(join("reference", lab.home), lab.form));
const all: Shrunken[] = [];
const without: string[] = [];
const unsound: string[] = [];
for (const entry of await buildCorpus(entries, lab.form)) {
  const shrunken = shrink(entry);
  if (shrunken !== null) all.push(shrunken);
}
for (const kind of ["safety", "other"]) {
  const some = all.filter(({ property }) => (kind === "safety") === isSafety(property));
  const long = some.filter(({ events }) => events[0] >= 500);
  const fewer = (from: readonly Shrunken[]) =>
    median(from.map(({ events: [before, after] }) => 100 * (1 - after / before))).toFixed(0);
  console.log(
    `${kind}: ${some.length} stories; medians: ${median(some.map(({ steps }) => steps))} steps, ${fewer(some)} % fewer events (${fewer(long)} % of ${long.length} long ones), ${median(some.map(({ plays }) => plays))} plays, ${(median(some.map(({ cpuMs }) => cpuMs)) / 1000).toFixed(1)} s of CPU; at most ${(Math.max(0, ...some.map(({ cpuMs }) => cpuMs)) / 1000).toFixed(1)} s`,
  );
}
console.log(`${without.length} without a script${without.length > 0 ? `: ${without.join(", ")}` : ""}`);
console.log(`${unsound.length} that do not hold${unsound.length > 0 ? `: ${unsound.join(", ")}` : ""}`);
if (without.length + unsound.length > 0) process.exitCode = 1;

function isSafety(property: string): boolean {
  return lab.safetyProperties.some((one) => one === property);
}

function shrink(entry: BuiltEntry): Shrunken | null {
  const engine = new Engine({ ...entry.load, ...realm });
  const failing = failingRun(entry, engine);
  if (failing === null) {
    console.log(`${entry.id}: does not fail by what it does`);
    return null;
  }
  const { run, events, property, name } = failing;
  const fromMs = cpuMs();
  let plays = 0;
  const trial = ({ script, ...how }: Try): Trial => {
    plays++;
    const { isPending, outcomes, effort, ...result } = play(script, engine, how);
    return { signature: isPending ? PENDING : signatureOf(result), outcomes, effort };
  };
  const search = shrinkRun(run, { lanes: 2, budget: Number(values.budget ?? DEFAULT_SHRINK_BUDGET) });
  let next = search.next();
  while (next.done !== true) next = search.next(next.value.map(trial));
  const shrunk = next.value;
  const tookMs = cpuMs() - fromMs;
  const about = `${entry.id}: ${name}: ${run.signature}`;
  if (shrunk.kind === "none") {
    without.push(`${entry.id} (${run.signature})`);
    console.log(`${about}: none after ${plays} plays, ${(tookMs / 1000).toFixed(1)} s: ${shrunk.why}`);
    return null;
  }
  const script = parseScript(writeScript(shrunk.script), LANGUAGES);
  const again = play(script, engine, { keepTrace: true });
  const told = toldTrace(again.trace, again.outcomes, script.steps).trace.length;
  const onReference = play(script, new Engine({ ...loadOf(reference, lab.form), ...realm }));
  const took = onReference.outcomes.filter(({ nothing }) => nothing === undefined).length;
  const isSound = signatureOf(again) === run.signature && onReference.verdict === "passed";
  if (!isSound) unsound.push(`${entry.id} (${signatureOf(again)}; the reference: ${signatureOf(onReference)})`);
  const { steps } = script;
  console.log(
    `${about}: ${run.recording.steps.length} -> ${steps.length} steps, ${events} -> ${told} events${told === again.trace.length ? "" : `, of ${again.trace.length} played`}, ${plays} plays, ${(tookMs / 1000).toFixed(1)} s${shrunk.endedBy === undefined ? "" : ` (${shrunk.endedBy})`}; ${took} took place on the reference${isSound ? "" : ": DOES NOT HOLD"}`,
  );
  if (values.show) console.log(writeScript(script));
  return { property, steps: steps.length, events: [events, told], plays, cpuMs: tookMs };
}

function failingRun(entry: BuiltEntry, engine: Engine) {
  const killer = killers.get(entry.id);
  const scenarios = SCENARIOS.filter(({ id }) => id.startsWith(`${entry.stage}/`));
  const tries =
    killer === undefined || killer === SURVIVES
      ? scenarios.flatMap(({ id }) => [0, 1].map((index) => ({ scenario: id, index })))
      : [killer];
  for (const { scenario: id, index } of tries) {
    const scenario = SCENARIOS.find((one) => one.id === id);
    if (scenario === undefined) continue;
    const seed = runSeed(1, id, index);
    const recorder = new Recorder();
    const played = playScenario(scenario, seed, engine, { keepTrace: true }, recorder);
    if (played.verdict !== "failed" && played.verdict !== "crashed") continue;
    const run: FailedRun | null = failedRunOf(lab, scenario, seed, played, recorder.recording());
    const property = played.failure?.property ?? played.verdict;
    if (run !== null) return { run, events: played.trace.length, property, name: `${id} run ${index}` };
  }
  return null;
}

function play(script: Script, engine: Engine, options: ScriptOptions = {}): ScriptPlay {
  return playScript(theatreOf(lab.id, script.options ?? {}), script, engine, options);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
