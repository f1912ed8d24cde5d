import { join } from "node:path";
import { labs } from "../../../labs/index.ts";
import { describeFailure } from "../../report/failure-text.ts";
import { makeStyle } from "../../report/style.ts";
import { DEFAULT_RUNS, DEFAULT_SEED, grade } from "../../run/grade.ts";
import type { ScenarioResult, Verdict } from "../../run/result.ts";
import { CheckCache, openSubmission } from "../../submission/index.ts";
import { cacheFolder } from "../input/cache-folder.ts";
import { LastGradings } from "../input/last-grading.ts";
import { requireNativeParts } from "../input/native-parts.ts";
import { defaultWorkers } from "../input/options.ts";
import { isForUsers } from "../input/usage-error.ts";
import { commandOn } from "../output/command-text.ts";
import { internalErrorText } from "../output/internal-error.ts";

/** What tests ask this process for, once. */
export interface TestOrder {
  readonly lab: string;
  readonly folder: string;
  /** Of scenarios of that lab. */
  readonly ids: readonly string[];
  readonly runs?: number;
  readonly seed?: number;
}

/** What came of one scenario. */
export interface ScenarioNews {
  readonly id: string;
  readonly verdict: Verdict;
  /** Why it did not pass, as a grading tells it; empty when it did. */
  readonly text: string;
  /** Where in the submission it happened; `path` is absolute. */
  readonly place?: { readonly path: string; readonly line: number; readonly column: number; readonly function: string };
}

/** Whoever asked hears nothing more: what is under way is of no use, and what is decided is still remembered. */
const asker = new AbortController();
process.on("disconnect", () => {
  asker.abort();
  setTimeout(() => process.exit(), GRACE_MS).unref();
});
process.once("message", (order: TestOrder) => {
  play(order).then(
    () => process.exit(),
    (error: unknown) => {
      process.stderr.write(isForUsers(error) ? `${error.message}\n` : internalErrorText(error), () => process.exit(1));
    },
  );
});

const GRACE_MS = 2_000;

/** Plays the scenarios in one grading of one's own, and tells of each as soon as it is decided. */
async function play({ lab: labId, folder, ids, runs = DEFAULT_RUNS, seed = DEFAULT_SEED }: TestOrder): Promise<void> {
  requireNativeParts();
  const lab = labs.find(({ id }) => id === labId);
  if (lab === undefined) throw new Error(`there is no lab ${labId}`);
  const { dir } = openSubmission(folder, lab.form);
  const scenarios = lab.suites.flatMap((suite) => suite.scenarios).filter(({ id }) => ids.includes(id));
  const caches = cacheFolder();
  const told = new Set<string>();
  const tell = (scenario: ScenarioResult) => {
    if (told.has(scenario.id)) return;
    told.add(scenario.id);
    if (process.connected) process.send?.(newsOf(scenario, dir));
  };
  const result = await grade({
    lab: lab.id,
    form: lab.form,
    scenarios,
    submission: folder,
    seed,
    runs,
    workers: defaultWorkers(),
    ...(caches !== null && { cache: new CheckCache(join(caches, "type-check")) }),
    boundary: "none",
    signal: asker.signal,
    onEvent: (event) => {
      if (event.kind === "scenario" && event.result.verdict !== "skipped") tell(event.result);
    },
  });
  if (caches !== null) new LastGradings(caches).note(folder, lab, result);
  for (const scenario of result.scenarios) tell(scenario);
  // The last of it is on its way.
  await new Promise<void>((resolve) => {
    if (process.connected) process.once("disconnect", resolve).disconnect();
    else resolve();
  });
}

function newsOf(scenario: ScenarioResult, dir: string): ScenarioNews {
  const { id, verdict, message = "", runs } = scenario;
  if (verdict === "passed") return { id, verdict, text: "" };
  if (verdict === "skipped" || verdict === "ungradable") return { id, verdict, text: message };
  const text = describeFailure(scenario, ({ replay }) => commandOn(replay, undefined), makeStyle(false))
    .slice(1)
    .join("\n");
  const [place] = runs.find((run) => run.verdict !== "passed")?.places ?? [];
  if (place === undefined) return { id, verdict, text };
  const { file, line, column, function: name = "<anonymous>" } = place;
  return { id, verdict, text, place: { path: join(dir, file), line, column, function: name } };
}
