import type { Scenario } from "../harness/scenario.ts";
import { defaultRunsOf } from "../run/grade.ts";
import { graderHash } from "../run/grader-hash.ts";
import type { Form } from "../run/load.ts";
import { Aborted } from "../run/player.ts";
import { RunPool } from "../run/pool.ts";
import type { Boundary } from "../run/result.ts";
import type { SafetyRules } from "../run/safety-cap.ts";
import { type BuiltEntry, buildCorpus } from "./corpus/build.ts";
import { CorpusError } from "./corpus/corpus-error.ts";
import { type CorpusEntry, loadCorpus } from "./corpus/load.ts";
import { CorpusPlayer, inLanes } from "./corpus-player.ts";
import { BUDGET_CORES, costMs } from "./cost.ts";
import {
  type CellStatistics,
  expectedGradingMs,
  type Grading,
  type GradingRun,
  gradingOrder,
  playGrading,
} from "./gradings.ts";
import { type Killers, killerFirst, readKillers, SURVIVES, writeKillers } from "./killers.ts";
import { baseSeed, matrixSeed, type PlannedRun, planGradings, planRuns, scenariosOf } from "./plan.ts";
import type { CalibrationResult, CalibrationSize, ScenarioColumn } from "./result.ts";
import { findingOf, RunStore } from "./run-store.ts";
import { summarise } from "./summarise.ts";

export interface CalibrationRequest {
  /** `lab2`, or one stage of it. */
  readonly lab: string;
  readonly form: Form;
  /** Ids of all suites of the lab. */
  readonly suites: readonly string[];
  /** What violations of safety cost, beyond the scenarios that saw them. */
  readonly safety: SafetyRules;
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
  /** A file with the runs that killed the last time, which a quick calibration begins with, and brings up to date. */
  readonly killers?: string;
  /** A file that keeps every run, and is gone on with. */
  readonly journal?: string;
  /** Where the patched submissions are to be kept. */
  readonly folders?: string;
  /** Submissions are played with other names on the wire, on which nothing may depend. */
  readonly renamed?: boolean;
  /** See `PoolOptions`: the corpus is ours, and deceives nobody. */
  readonly boundary?: Boundary;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CalibrationProgress) => void;
}

export interface CalibrationProgress {
  readonly phase: "pilot" | "matrix" | "gradings";
  /** Runs, or gradings in the last phase. */
  done: number;
  readonly of: number;
  /** Runs that were played, in all phases. */
  readonly played: number;
}

/** Of a budget of minutes, what the matrix and the right ones may take; the gradings get what is left then. */
const MATRIX_SHARE = 0.6;

/** The corpus does not rely on weak ones, and they live long: a hundred gradings of them would take longer than all others. */
const WEAK_GRADINGS = 5;

/**
 * Plays known-wrong and known-right submissions, and measures how the scenarios tell them apart. The outcome depends on the
 * corpus, the scenarios and the seed alone. Throws `CorpusError` when there is something wrong with the corpus.
 */
export async function calibrate(request: CalibrationRequest): Promise<CalibrationResult> {
  const startedMs = performance.now();
  const scenarios = request.scenarios.map(
    (scenario): ScenarioColumn => ({
      id: scenario.id,
      title: scenario.title,
      suite: scenario.id.slice(0, scenario.id.indexOf("/")),
      points: scenario.points,
      defaultRuns: defaultRunsOf(scenario),
    }),
  );
  const killers: Killers = request.killers === undefined ? new Map() : readKillers(request.killers);
  const { chosen, leftOut } = chooseEntries(request, scenarios, killers);
  const entries = await buildCorpus(chosen, request.form, {
    ...(request.folders !== undefined && { keepIn: request.folders }),
    ...(request.renamed !== undefined && { renamed: request.renamed }),
  });
  const store = new RunStore(request.journal);
  const pool = new RunPool(request.workers, Promise.resolve((entries[0] as BuiltEntry).load), {
    ...(request.boundary && { boundary: request.boundary }),
  });
  const { signal } = request;
  signal?.addEventListener("abort", () => pool.abort(), { once: true });
  if (signal?.aborted) pool.abort();
  const calibration = new Calibration(request, scenarios, entries, killers, store, pool);
  try {
    await calibration.play();
  } catch (error) {
    if (!(error instanceof Aborted)) throw error;
  } finally {
    await pool.close();
  }
  const isInterrupted = signal?.aborted === true;
  if (request.killers !== undefined && !isInterrupted) writeKillers(request.killers, killers, calibration.gradings);
  return summarise({
    lab: request.lab,
    seed: request.seed,
    grader: graderHash(),
    size: request.size,
    safety: request.safety,
    scenarios,
    chosen,
    leftOut,
    entries,
    runs: calibration.runs,
    gradings: calibration.gradings,
    store,
    isInterrupted,
    wallMs: Math.round(performance.now() - startedMs),
  });
}

/** What is played in a calibration, one phase after the other. What is known at an interruption stays in its fields. */
class Calibration {
  runs: readonly PlannedRun<BuiltEntry>[] = [];
  readonly gradings = new Map<string, Grading[]>();
  private readonly player: CorpusPlayer;
  private readonly wrong: readonly BuiltEntry[];
  private readonly costs = new Map<string, number>();
  private progress: Omit<CalibrationProgress, "played"> = { phase: "pilot", done: 0, of: 0 };

  constructor(
    private readonly request: CalibrationRequest,
    private readonly scenarios: readonly ScenarioColumn[],
    private readonly entries: readonly BuiltEntry[],
    private readonly killers: Killers,
    private readonly store: RunStore,
    pool: RunPool,
  ) {
    this.player = new CorpusPlayer(pool, store, () => this.tell());
    this.wrong = entries.filter(({ kind }) => kind === "wrong");
  }

  async play(): Promise<void> {
    const { sample, seeds } = this.request.size;
    const budgetMs = sample.kind === "minutes" ? sample.minutes * 60_000 * BUDGET_CORES : Number.POSITIVE_INFINITY;
    if (sample.kind === "minutes") await this.playPilot();
    if (this.request.size.quick) return this.playQuick(budgetMs);
    this.runs = this.planMatrix(budgetMs * MATRIX_SHARE);
    await this.playRuns("matrix", this.runs);
    // The first grading of each shows what more of them cost, and which scenarios to begin with.
    await this.playGradings(this.wrong.map((entry) => ({ ...this.courseOf(entry), nth: 0 })));
    const courses = this.wrong.map((entry) => this.courseOf(entry));
    const most = sample.kind === "share" ? Math.max(1, Math.round(seeds * sample.share)) : seeds;
    const plans = courses.map(({ entry: { weak }, costMs }) => ({
      costMs,
      most: (weak ? Math.min(most, WEAK_GRADINGS) : most) - 1,
    }));
    const counts = planGradings(plans, budgetMs - this.spentMs());
    await this.playGradings(
      courses.flatMap((course, i) => Array.from({ length: counts[i] ?? 0 }, (_, at) => ({ ...course, nth: at + 1 }))),
    );
  }

  /** One grading of each wrong one, up to its first kill; the right ones share the sample. */
  private async playQuick(budgetMs: number): Promise<void> {
    const right = this.entries.filter(({ kind }) => kind === "right");
    this.runs = this.planMatrix(budgetMs, right);
    await this.playRuns("matrix", this.runs);
    await this.playGradings(
      this.wrong.map((entry) => {
        const course = this.courseOf(entry);
        return { ...course, order: killerFirst(course.order, this.killers.get(entry.id)), nth: 0 };
      }),
    );
  }

  /** One run of each scenario, of a submission that lives through it when there is one: what it costs. */
  private async playPilot(): Promise<void> {
    const entry = this.entries.find(({ kind }) => kind === "right") ?? (this.entries[0] as BuiltEntry);
    const seedOf = (id: string) => matrixSeed(this.request.seed, 0, id);
    const pilot = this.scenarios.map(({ id }) => ({ entry, scenario: id, seed: seedOf(id) }));
    await this.playRuns("pilot", pilot);
    for (const run of pilot)
      for (const { scenario, outcome } of this.outcomeOf(run)) this.costs.set(scenario, costMs(outcome));
  }

  private planMatrix(budgetMs: number, entries = this.entries): readonly PlannedRun<BuiltEntry>[] {
    const { seed, size } = this.request;
    const { scenarios } = this;
    const costOf = (scenario: string) => this.costs.get(scenario) ?? 1;
    const plan = { entries, scenarios, seed, runs: size.runs, costOf };
    if (size.sample.kind !== "share") return planRuns({ ...plan, budgetMs });
    const all = planRuns({ ...plan, budgetMs: Number.POSITIVE_INFINITY });
    const totalMs = all.reduce((sum, { scenario }) => sum + costOf(scenario), 0);
    return planRuns({ ...plan, budgetMs: totalMs * size.sample.share });
  }

  private async playRuns(phase: CalibrationProgress["phase"], runs: readonly PlannedRun<BuiltEntry>[]): Promise<void> {
    this.begin(phase, runs.length);
    await inLanes(runs, this.request.workers, async ({ entry, scenario, seed }) => {
      await this.player.outcome(entry, scenario, seed);
      this.progress.done++;
    });
  }

  private async playGradings(rounds: readonly (Course & { readonly nth: number })[]): Promise<void> {
    this.begin("gradings", rounds.length);
    await inLanes(rounds, this.request.workers, async ({ entry, order, nth }) => {
      const play = (scenario: string, seed: number) => this.player.outcome(entry, scenario, seed);
      const grading = await playGrading(order, baseSeed(this.request.seed, nth), play);
      if (grading !== null) this.gradings.set(entry.id, [...(this.gradings.get(entry.id) ?? []), grading]);
      this.progress.done++;
    });
  }

  /** How a grading of it goes, by all that is known of it now. */
  private courseOf(entry: BuiltEntry): Course {
    const { own } = scenariosOf(entry, this.scenarios);
    const played = this.playedOf(entry);
    const statistics = new Map<string, CellStatistics>(
      own.map(({ id }) => {
        const outcomes = played.filter(({ scenario }) => scenario === id).map(({ outcome }) => outcome);
        const kills = outcomes.filter((outcome) => findingOf(outcome) !== null).length;
        const mean = outcomes.reduce((sum, outcome) => sum + costMs(outcome), 0) / outcomes.length;
        return [id, { kills, runs: outcomes.length, costMs: outcomes.length > 0 ? mean : (this.costs.get(id) ?? 1) }];
      }),
    );
    const order = gradingOrder(own, statistics);
    return { entry, order, costMs: expectedGradingMs(order, statistics) };
  }

  private spentMs(): number {
    const played = this.entries.flatMap((entry) => this.playedOf(entry));
    return played.reduce((sum, { outcome }) => sum + costMs(outcome), 0);
  }

  private playedOf(entry: BuiltEntry): PlayedRun[] {
    return [
      ...this.runs.filter((run) => run.entry === entry).flatMap((run) => this.outcomeOf(run)),
      ...(this.gradings.get(entry.id) ?? []).flatMap((grading) => grading.played),
    ];
  }

  /** One or, when it was not played, none. */
  private outcomeOf({ entry, scenario, seed }: PlannedRun<BuiltEntry>): PlayedRun[] {
    const outcome = this.store.get(entry.hash, scenario, seed);
    return outcome === undefined ? [] : [{ scenario, outcome }];
  }

  private begin(phase: CalibrationProgress["phase"], of: number): void {
    this.progress = { phase, done: 0, of };
    this.tell();
  }

  private tell(): void {
    this.request.onProgress?.({ ...this.progress, played: this.player.played });
  }
}

/** How a default grading of a submission goes. */
interface Course {
  readonly entry: BuiltEntry;
  readonly order: readonly GradingRun[];
  /** What it is estimated to take. */
  readonly costMs: number;
}

/** A run that was played, and what it came to. */
type PlayedRun = Grading["played"][number];

/** What of the corpus is asked for, belongs to the scenarios, and can be told by one grading when that is all there is. */
function chooseEntries(
  request: CalibrationRequest,
  scenarios: readonly ScenarioColumn[],
  killers: Killers,
): { readonly chosen: readonly CorpusEntry[]; readonly leftOut: readonly string[] } {
  const corpus = loadCorpus(request, request.form.file, request.suites);
  const suites = new Set(scenarios.map(({ suite }) => suite));
  const asked = corpus.filter(
    ({ id, stage }) => (stage === undefined || suites.has(stage)) && id.includes(request.only ?? ""),
  );
  const isLeftOut = ({ id, weak }: CorpusEntry) =>
    request.size.quick === true && (weak || killers.get(id) === SURVIVES);
  const chosen = asked.filter((entry) => !isLeftOut(entry));
  const leftOut = asked.filter(isLeftOut).map(({ id }) => id);
  if (chosen.some(({ noEffect }) => noEffect === undefined)) return { chosen, leftOut };
  if (leftOut.length > 0)
    throw new CorpusError(`--quick leaves out ${leftOut.join(", ")}, and nothing else is asked for`);
  if (request.only !== undefined)
    throw new CorpusError(`--only ${request.only} matches no submission that can be played`);
  throw new CorpusError(`no submission is of a stage of ${request.lab}`);
}
