import { randomInt } from "node:crypto";
import { type AuditExtent, planAudits } from "../audit/plan.ts";
import { clusterSizeOf } from "../harness/run-scenario.ts";
import type { Scenario, ScenarioMeta } from "../harness/scenario.ts";
import type { JobLimits } from "../sandbox/confine/job.ts";
import type { Sandbox } from "../sandbox/confine/sandbox.ts";
import type { HostLimits } from "../sandbox/limits.ts";
import type { Form } from "../sim/role.ts";
import { type CheckCache, type SourceMapper, UngradableError } from "../submission/index.ts";
import { Budget, type BudgetLimits, DEFAULT_BUDGET } from "./budget.ts";
import { playConfirmed } from "./confirm.ts";
import type { OwnLayer } from "./own-layers.ts";
import { Aborted, type Load, type Player } from "./player.ts";
import { type PoolShare, RunPool } from "./pool.ts";
import { aboutLayers, buildSources, openSources, type Sources } from "./program.ts";
import type { Boundary, GradingResult, RunResult, ScenarioResult, TypeProblem } from "./result.ts";
import { toRunResult } from "./run-result.ts";
import { NO_CAP, type SafetyRules, scoreOf } from "./safety-cap.ts";
import { type PassPolicy, type RunTask, Schedule } from "./schedule.ts";
import type { BaseSeed } from "./seeds.ts";

/**
 * A grading of so few runs is begun by one worker: what a second one takes until its code is warm does not pay. Others join in
 * when it has been at it for a while.
 */
const FEW_RUNS = 8;
const JOIN_AFTER_MS = 1_000;

/** How many runs each scenario gets when nobody says otherwise. */
export const DEFAULT_RUNS = 4;
export const DEFAULT_SEED = 1;
/** What is said of a scenario that was not decided when a grading was ended early. */
export const UNDECIDED = "the grading was interrupted before it was decided";

/** How many runs a scenario gets in a default grading. */
export function defaultRunsOf(_scenario: ScenarioMeta): number {
  return DEFAULT_RUNS;
}

export interface GradeRequest {
  /** What is graded, as the result names it: `lab2` or `lab2b`. */
  readonly lab: string;
  readonly form: Form;
  readonly scenarios: readonly Scenario[];
  /** The submission's folder, as the user gave it. */
  readonly submission: string;
  /** Layers that stand in place of ours; what comes of it is no grade. */
  readonly layers?: readonly OwnLayer[];
  /** What violations of safety cost beyond the scenarios that saw them. Absent: nothing. */
  readonly safety?: SafetyRules;
  readonly seed: BaseSeed;
  readonly runs: number;
  readonly workers: number;
  readonly allRuns?: boolean;
  /** Keeps the submission from this machine; without it, it runs as an ordinary process. */
  readonly sandbox?: Sandbox;
  /** `none`: a grading of one's own, see `PoolOptions.boundary`; never of what counts. Default: `process`. */
  readonly boundary?: Boundary;
  /** What peers may use, where it differs from the default. */
  readonly limits?: Partial<HostLimits>;
  /** What the whole grading may take, where it differs. */
  readonly budget?: Partial<BudgetLimits>;
  /** Told once, when the submission has used more than its share of the budget: others come first from then on. */
  readonly onSlow?: () => void;
  /** What building the submission in a sandbox may take, where it differs. */
  readonly buildLimits?: Partial<JobLimits>;
  /** Remembers checks of types from one grading to the next; of no use together with a sandbox. */
  readonly cache?: CheckCache;
  /** Plays the runs, beside those of others. Sandbox and limits of the hosts are then those that it was made with. */
  readonly pool?: RunPool;
  /** Instead of `runs` runs of each scenario that must all pass. */
  readonly policyOf?: (scenarioId: string) => PassPolicy;
  /**
   * Which peers are audited. By default every peer of each scenario once; with fewer runs than `DEFAULT_RUNS`, which are
   * for a quick look, none. It changes nothing in the result of a submission that keeps the rules.
   */
  readonly audit?: AuditExtent;
  /** Ends the grading early; what is known by then is the result. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: GradingEvent) => void;
  /** In which order runs are played (see `SchedulePlan`); nothing but the time until something is known follows from it. */
  readonly pick?: (ready: readonly RunTask[]) => number;
}

/** What happens while a grading is under way. */
export type GradingEvent =
  /** The sources are read and hashed, and building them begins. */
  | { readonly kind: "opened" }
  /** The submission loads, and its runs begin. */
  | { readonly kind: "started" }
  | { readonly kind: "run"; readonly task: RunTask; readonly result: RunResult; readonly progress: Progress }
  | { readonly kind: "scenario"; readonly result: ScenarioResult; readonly progress: Progress }
  /** The check of types is through. */
  | { readonly kind: "types"; readonly problems: readonly TypeProblem[] };

export type Progress = Schedule["progress"];

/**
 * Grades one submission: bundles it, checks its types beside, and plays every run that is needed for a verdict on each
 * scenario. Never throws because of the submission.
 */
export async function grade(request: GradeRequest): Promise<GradingResult> {
  const startedMs = performance.now();
  const extent = request.audit ?? (request.runs >= DEFAULT_RUNS ? "each-peer" : "none");
  const schedule = new Schedule({
    scenarios: request.scenarios,
    runs: request.runs,
    baseSeed: request.seed,
    ...(request.allRuns && { allRuns: true }),
    ...(request.policyOf && { policyOf: request.policyOf }),
    // Real chance: a submission that knew when it is audited could keep the rules then.
    audits: (meta, seeds) => {
      const sizes = seeds.map((seed) => clusterSizeOf(meta, seed));
      return planAudits(extent, sizes, randomInt);
    },
    ...(request.pick && { pick: request.pick }),
  });
  const budget = new Budget({ ...DEFAULT_BUDGET, ...request.budget }, () => schedule.plannedRuns, request.onSlow);
  const finish = (more: Partial<GradingResult>, scenarios: readonly ScenarioResult[]): GradingResult => ({
    format: "consensus-labs/result@1",
    lab: request.lab,
    submission: request.submission,
    submissionHash: "",
    boundary: request.pool?.boundary ?? request.boundary ?? "process",
    ...scoreOf(scenarios, request.safety ?? NO_CAP),
    timing: {
      wallMs: Math.round(performance.now() - startedMs),
      cpuMs: Math.round(budget.cpuMs),
      hostPeaksMb: budget.hostPeaksBytes.map((bytes) => Math.round(bytes / 1024 / 1024)),
    },
    ...more,
    scenarios,
  });
  let sources: Sources;
  try {
    sources = openSources(request.submission, request.form, request.layers);
  } catch (error) {
    return finish(...ungradable(error, request.scenarios));
  }
  request.onEvent?.({ kind: "opened" });
  const ownLayers = aboutLayers(sources);
  const about = { submissionHash: sources.submission.hash, ...(ownLayers.length > 0 && { ownLayers }) };
  const { program, types } = buildSources(sources, {
    ...(request.sandbox && { sandbox: request.sandbox }),
    ...(request.buildLimits && { limits: request.buildLimits }),
    ...(request.cache && { cache: request.cache }),
  });
  const load = program.then((built) => built.load);
  const player = request.pool?.playerOf(load, budget) ?? ownPool(request, load, budget);
  request.signal?.addEventListener("abort", () => player.abort(), { once: true });
  if (request.signal?.aborted) player.abort();
  // Whoever interrupts a grading does not wait for its bundler, or its compiler.
  const interrupted = new Promise<null>((resolve) => {
    if (request.signal?.aborted) resolve(null);
    request.signal?.addEventListener("abort", () => resolve(null), { once: true });
  });
  try {
    const built = await Promise.race([interrupted, program]);
    if (built !== null) {
      request.onEvent?.({ kind: "started" });
      types.then((problems) => request.onEvent?.({ kind: "types", problems }));
      const atFirst = request.pool === undefined ? workersAtFirst(request) : request.workers;
      await playAll({ ...request, atFirst, schedule, player, mapper: built.mapper });
    }
    const typeProblems = (await Promise.race([interrupted, types])) ?? [];
    const more = { ...about, ...(typeProblems.length > 0 && { typeProblems }) };
    if (!request.signal?.aborted) return finish(more, schedule.results("not played"));
    return finish({ ...more, interrupted: true }, schedule.results(UNDECIDED));
  } catch (error) {
    const [more, scenarios] = ungradable(error, request.scenarios);
    return finish({ ...about, ...more }, scenarios);
  } finally {
    await player.close();
  }
}

function ownPool(request: GradeRequest, load: Promise<Load>, budget: Budget): PoolShare {
  const { workers, runs, scenarios, sandbox, boundary, limits } = request;
  return new RunPool(Math.min(workers, runs * scenarios.length), load, {
    budget,
    atFirst: workersAtFirst(request),
    ...(sandbox && { sandbox }),
    ...(boundary && { boundary }),
    ...(limits && { limits }),
  });
}

function workersAtFirst({ workers, runs, scenarios }: GradeRequest): number {
  return runs * scenarios.length <= FEW_RUNS ? 1 : workers;
}

export interface PlayAllRequest {
  readonly schedule: Schedule;
  readonly player: Player;
  readonly mapper: SourceMapper;
  /** So many runs at a time. */
  readonly workers: number;
  /** So many of them begin, the others join in later, if there is anything left to do then. Default: all. */
  readonly atFirst?: number;
  readonly onEvent?: (event: GradingEvent) => void;
}

/** Plays what the schedule asks for until every scenario is decided, or the player is aborted. */
export async function playAll(request: PlayAllRequest): Promise<void> {
  const { schedule, player, mapper, workers, atFirst = workers, onEvent } = request;
  let wakeAll = () => {};
  let changed = new Promise<void>((resolve) => {
    wakeAll = resolve;
  });
  const announceChange = () => {
    const wake = wakeAll;
    changed = new Promise<void>((resolve) => {
      wakeAll = resolve;
    });
    wake();
  };
  const playOne = async (task: RunTask) => {
    const run = await playConfirmed(player, task, () => schedule.wants(task));
    const result = toRunResult(task.scenarioId, task.seed, run, mapper);
    if (!schedule.wants(task)) return;
    const decided = schedule.record(task, result);
    const { progress } = schedule;
    onEvent?.({ kind: "run", task, result, progress });
    for (const scenario of decided) onEvent?.({ kind: "scenario", result: scenario, progress });
  };
  const lane = async () => {
    while (!schedule.done) {
      const task = schedule.take();
      if (task === null) await changed;
      else
        await playOne(task).finally(() => {
          schedule.leave(task);
          announceChange();
        });
    }
  };
  const begin = (count: number) => Promise.all(Array.from({ length: Math.max(0, count) }, lane));
  let joining: NodeJS.Timeout | undefined;
  const joined = new Promise<void>((resolve) => {
    joining = setTimeout(resolve, JOIN_AFTER_MS);
  }).then(() => begin(workers - atFirst));
  const lanes = [begin(atFirst), ...(atFirst < workers ? [joined] : [])];
  const allDecided = (async () => {
    while (!schedule.done) await changed;
  })();
  try {
    // Runs that are of no use any more are not waited for.
    await Promise.race([allDecided, Promise.all(lanes)]);
  } catch (error) {
    if (!(error instanceof Aborted)) throw error;
  } finally {
    clearTimeout(joining);
    for (const quiet of lanes) quiet.catch(() => {});
  }
}

function ungradable(error: unknown, scenarios: readonly Scenario[]): [Partial<GradingResult>, ScenarioResult[]] {
  if (!(error instanceof UngradableError)) throw error;
  const { message } = error;
  const results = scenarios.map(
    ({ id, title, points }): ScenarioResult => ({
      id,
      title,
      points: 0,
      maxPoints: points,
      verdict: "ungradable",
      message,
      runs: [],
    }),
  );
  return [{ ungradable: message }, results];
}
