import type { Scenario } from "../harness/scenario.ts";
import { defaultRunsOf } from "../run/grade.ts";
import { graderHash } from "../run/grader-hash.ts";
import { Aborted, type Load } from "../run/player.ts";
import { RunPool } from "../run/pool.ts";
import { type BuiltEntry, buildCorpus } from "./corpus/build.ts";
import { CorpusError } from "./corpus/corpus-error.ts";
import { type CorpusEntry, loadCorpus } from "./corpus/load.ts";
import { CorpusPlayer, inLanes } from "./corpus-player.ts";
import { BUDGET_CORES, costMs } from "./cost.ts";
import { type CellStatistics, expectedGradingMs, type Grading, gradingOrder, playGrading } from "./gradings.ts";
import { matrixSeed, type PlannedRun, planGradings, planRuns, scenariosOf } from "./plan.ts";
import type { CalibrationResult, CalibrationSize, ScenarioColumn } from "./result.ts";
import { findingOf, RunStore } from "./run-store.ts";
import { summarise } from "./summarise.ts";

export interface CalibrationRequest {
  /** `lab2`, or one stage of it. */
  readonly lab: string;
  readonly peer: Load["iface"];
  /** Ids of all suites of the lab. */
  readonly suites: readonly string[];
  /** What is calibrated: the columns of the matrix. */
  readonly scenarios: readonly Scenario[];
  /** Corpus folders. */
  readonly wrong: readonly string[];
  readonly right: readonly string[];
  /** Submissions whose id contains it. */
  readonly only?: string;
  readonly size: CalibrationSize;
  readonly seed: number;
  readonly workers: number;
  /** A file that keeps every run, and is gone on with. */
  readonly journal?: string;
  /** Where the patched submissions are to be kept. */
  readonly folders?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CalibrationProgress) => void;
}

export interface CalibrationProgress {
  readonly phase: "pilot" | "matrix" | "gradings";
  /** Runs, or gradings in the last phase. */
  readonly done: number;
  readonly of: number;
  /** Runs that were played, in all phases. */
  readonly played: number;
}

/** Of a budget of minutes, what the matrix and the right ones may take; the gradings get what is left then. */
const MATRIX_SHARE = 0.6;

/**
 * Plays known-wrong and known-right submissions, and measures how the scenarios tell them apart. The outcome depends on the
 * corpus, the scenarios and the seed alone. Throws `CorpusError` when there is something wrong with the corpus.
 */
export async function calibrate(request: CalibrationRequest): Promise<CalibrationResult> {
  const startedMs = performance.now();
  const { seed, size, signal, workers } = request;
  const scenarios = request.scenarios.map(
    (scenario): ScenarioColumn => ({
      id: scenario.id,
      title: scenario.title,
      suite: scenario.id.slice(0, scenario.id.indexOf("/")),
      defaultRuns: defaultRunsOf(scenario),
    }),
  );
  const chosen = chooseEntries(request, scenarios);
  const entries = await buildCorpus(chosen, request.peer, request.folders);
  const store = new RunStore(request.journal);
  const progress = { phase: "pilot" as CalibrationProgress["phase"], done: 0, of: 0 };
  const tell = () => request.onProgress?.({ ...progress, played: player.played });
  const pool = new RunPool(workers, Promise.resolve((entries[0] as BuiltEntry).load));
  const player = new CorpusPlayer(pool, store, tell);
  signal?.addEventListener("abort", () => pool.abort(), { once: true });
  if (signal?.aborted) pool.abort();

  const playRuns = async (phase: CalibrationProgress["phase"], runs: readonly PlannedRun<BuiltEntry>[]) => {
    Object.assign(progress, { phase, done: 0, of: runs.length });
    tell();
    await inLanes(runs, workers, async ({ entry, scenario, seed: runSeed }) => {
      await player.outcome(entry, scenario, runSeed);
      progress.done++;
    });
  };

  let runs: readonly PlannedRun<BuiltEntry>[] = [];
  const gradings = new Map<string, Grading[]>();
  try {
    const costs = new Map<string, number>();
    if (size.sample.kind === "minutes") {
      const pilot = pilotRuns(entries, scenarios, seed);
      await playRuns("pilot", pilot);
      for (const { entry, scenario, seed: runSeed } of pilot)
        costs.set(scenario, costMs(await player.outcome(entry, scenario, runSeed)));
    }
    const costOf = (scenario: string) => costs.get(scenario) ?? 1;
    const budgetMs = size.sample.kind === "minutes" ? size.sample.minutes * 60_000 * BUDGET_CORES : Infinity;
    const plan = { entries, scenarios, seed, runs: size.runs, costOf };
    runs = planRuns({
      ...plan,
      budgetMs: matrixBudget(size, budgetMs, planRuns({ ...plan, budgetMs: Infinity }), costOf),
    });
    await playRuns("matrix", runs);

    const wrong = entries.filter(({ kind }) => kind === "wrong");
    const courses = wrong.map((entry) => {
      const { own } = scenariosOf(entry, scenarios);
      const statistics = statisticsOf(entry, own, runs, store, costOf);
      const order = gradingOrder(own, statistics);
      return { entry, order, costMs: expectedGradingMs(order, statistics) };
    });
    const spentMs = runs.reduce((sum, run) => sum + costIn(store, run, costOf), 0);
    const seeds = size.sample.kind === "share" ? Math.max(1, Math.round(size.seeds * size.sample.share)) : size.seeds;
    const counts = planGradings(
      courses.map((course) => course.costMs),
      seeds,
      budgetMs - spentMs,
    );
    const games = courses.flatMap((course, i) =>
      Array.from({ length: counts[i] ?? 1 }, (_, nth) => ({ ...course, baseSeed: seed + nth })),
    );
    Object.assign(progress, { phase: "gradings", done: 0, of: games.length });
    tell();
    await inLanes(games, workers, async ({ entry, order, baseSeed }) => {
      const grading = await playGrading(order, baseSeed, (scenario, runSeed) =>
        player.outcome(entry, scenario, runSeed),
      );
      const known = gradings.get(entry.id) ?? [];
      if (grading !== null) gradings.set(entry.id, [...known, grading]);
      progress.done++;
    });
  } catch (error) {
    if (!(error instanceof Aborted)) throw error;
  } finally {
    await pool.close();
  }
  return summarise({
    lab: request.lab,
    seed,
    grader: graderHash(),
    size,
    scenarios,
    chosen,
    entries,
    runs,
    gradings,
    store,
    isInterrupted: signal?.aborted === true,
    wallMs: Math.round(performance.now() - startedMs),
  });
}

/** What of the corpus is asked for, and belongs to the scenarios. */
function chooseEntries(request: CalibrationRequest, scenarios: readonly ScenarioColumn[]): readonly CorpusEntry[] {
  const corpus = loadCorpus(request, request.peer.file, request.suites);
  const suites = new Set(scenarios.map(({ suite }) => suite));
  const chosen = corpus.filter(
    ({ id, stage }) => (stage === undefined || suites.has(stage)) && id.includes(request.only ?? ""),
  );
  if (chosen.some(({ noEffect }) => noEffect === undefined)) return chosen;
  if (request.only !== undefined)
    throw new CorpusError(`--only ${request.only} matches no submission that can be played`);
  throw new CorpusError(`no submission is of a stage of ${request.lab}`);
}

/** One run of each scenario, of a submission that lives through it when there is one: what it costs. */
function pilotRuns(
  entries: readonly BuiltEntry[],
  scenarios: readonly ScenarioColumn[],
  seed: number,
): PlannedRun<BuiltEntry>[] {
  const entry = entries.find(({ kind }) => kind === "right") ?? (entries[0] as BuiltEntry);
  return scenarios.map(({ id }) => ({ entry, scenario: id, seed: matrixSeed(seed, 0, id) }));
}

function matrixBudget(
  { sample }: CalibrationSize,
  budgetMs: number,
  all: readonly PlannedRun[],
  costOf: (scenario: string) => number,
): number {
  if (sample.kind !== "share") return budgetMs * MATRIX_SHARE;
  return sample.share * all.reduce((sum, { scenario }) => sum + costOf(scenario), 0);
}

function statisticsOf(
  entry: BuiltEntry,
  own: readonly ScenarioColumn[],
  runs: readonly PlannedRun<BuiltEntry>[],
  store: RunStore,
  costOf: (scenario: string) => number,
): ReadonlyMap<string, CellStatistics> {
  const ofEntry = runs.filter((run) => run.entry === entry);
  return new Map(
    own.map(({ id }) => {
      const played = ofEntry.filter(({ scenario }) => scenario === id);
      const outcomes = played.flatMap((run) => store.get(entry.hash, id, run.seed) ?? []);
      const kills = outcomes.filter((outcome) => findingOf(outcome) !== null).length;
      const mean = outcomes.reduce((sum, outcome) => sum + costMs(outcome), 0) / outcomes.length;
      return [id, { kills, runs: outcomes.length, costMs: outcomes.length === 0 ? costOf(id) : mean }];
    }),
  );
}

function costIn(store: RunStore, { entry, scenario, seed }: PlannedRun<BuiltEntry>, costOf: (s: string) => number) {
  const outcome = store.get(entry.hash, scenario, seed);
  return outcome === undefined ? costOf(scenario) : costMs(outcome);
}
