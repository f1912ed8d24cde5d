import type { Judging } from "../check/failure.ts";
import type { PlayResult } from "../harness/run-scenario.ts";
import type { Lab, Scenario } from "../harness/scenario.ts";
import type { JobLimits } from "../sandbox/confine/job.ts";
import type { Sandbox } from "../sandbox/confine/sandbox.ts";
import type { HostLimits } from "../sandbox/limits.ts";
import type { Search, Trial, Try } from "../shrink/candidate.ts";
import type { StepOutcome } from "../shrink/play-script.ts";
import type { Recording } from "../shrink/recorder.ts";
import type { Script } from "../shrink/script.ts";
import { type Asked, DEFAULT_SHRINK_BUDGET, type FailedRun, PENDING, shrinkRun } from "../shrink/shrink.ts";
import type { EndedBy } from "../shrink/shrinker.ts";
import { signatureOf } from "../shrink/signature.ts";
import { toldTrace } from "../shrink/told-trace.ts";
import type { FieldChange, TraceRecord } from "../sim/trace.ts";
import { makeSourceMapper, openSubmission } from "../submission/index.ts";
import { Budget } from "./budget.ts";
import { BUILD_LIMITS, buildBundle } from "./build.ts";
import { playConfirmed } from "./confirm.ts";
import { fieldsIn } from "./fields.ts";
import { loadOf } from "./load.ts";
import { Aborted, type Played, type Player } from "./player.ts";
import { RunPool } from "./pool.ts";
import type { RunResult } from "./result.ts";
import { toRunResult } from "./run-result.ts";

export interface ExplainRequest {
  readonly lab: Lab;
  readonly scenario: Scenario;
  readonly submission: string;
  /** The run's own seed. */
  readonly seed: number;
  readonly workers: number;
  /** How many scripts are played (`DEFAULT_SHRINK_BUDGET`); a long one counts for several. */
  readonly budget?: number;
  /** What all of them may take; then shrinking ends, too. */
  readonly time?: StoryTime;
  /** The first time, shrinking ends, and what is known by then is told; the second time everything does. */
  readonly enough?: AbortSignal;
  readonly signal?: AbortSignal;
  /** Without it, hosts are ordinary processes. */
  readonly sandbox?: Sandbox;
  readonly limits?: Partial<HostLimits>;
  /** What building the submission may take, where it differs. */
  readonly buildLimits?: Partial<JobLimits>;
  /** Play the story once more for what is in the peers' fields. */
  readonly wantsFields?: boolean;
  /** The run is played and fails: how many steps it has, and how many are left so far. */
  readonly onProgress?: (from: number, left: number) => void;
}

/** The shortest script that fails as a run does, as it was played on fresh hosts. */
export interface Story {
  readonly script: Script;
  readonly outcomes: readonly StepOutcome[];
  /** Without the middle of a long wait at its end. */
  readonly trace: readonly TraceRecord[];
  /** What each step changed in the fields of its peer's object, or a sentence that says why this is not known. */
  readonly fields?: readonly FieldChange[] | string;
  readonly result: RunResult;
  /** How many steps the run had, and how many things happened in it. */
  readonly from: { readonly steps: number; readonly events: number };
  /** Why it may not be as short as it could be. */
  readonly endedBy?: EndedBy;
}

export interface Explained {
  /** The run itself. */
  readonly result: RunResult;
  readonly story?: Story;
  /** Why there is no story; absent too when the run passed. */
  readonly why?: string;
}

/** CPU time and wall time as budgets of a submission measure them: of hosts, less what anybody waited for a CPU. */
export interface StoryTime {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/**
 * Ten times what `DEFAULT_SHRINK_BUDGET` replays take. A run that burns or sleeps just below the limits of a run, and then fails,
 * would else be replayed for hours, and all other stories of a class would wait for it.
 */
const STORY_TIME: StoryTime = { cpuMs: 200_000, wallMs: 400_000 };
/** Nobody is graded by it, so that nothing is lost when it is used up: it only measures. */
const ENDLESS = { cpuMs: Infinity, cpuMsPerRun: 0, wallMs: Infinity, wallMsPerRun: 0 };

/** Verdicts of runs that end where something can be left out; what was measured costs seconds each time. */
const SHRINKABLE: ReadonlySet<string> = new Set(["failed", "crashed"]);

/** What these say is not broken by what is done, but by what does not come, or by how much there is of it. */
const ABOUT_TIME: ReadonlySet<string> = new Set(["liveness", "efficiency", "resource"]);

/**
 * Plays one run, and makes the shortest script of it that fails in the same way, every one of them played across the boundary.
 * Throws `UngradableError` when the submission does not load, and `Aborted`.
 */
export async function explainRun(request: ExplainRequest): Promise<Explained> {
  const { lab, scenario, submission: dir, seed, workers, signal, sandbox, limits, buildLimits } = request;
  const submission = openSubmission(dir, lab.form);
  const bundle = buildBundle(submission, sandbox?.confinement, { ...BUILD_LIMITS, ...buildLimits });
  const load = bundle.then((built) => loadOf(built, lab.form));
  const spent = new Budget(ENDLESS, () => 0);
  const { cpuMs, wallMs } = request.time ?? STORY_TIME;
  const over = () =>
    request.enough?.aborted === true ? "interrupt" : spent.cpuMs >= cpuMs || spent.wallMs >= wallMs ? "time" : null;
  const pool = new RunPool(workers, load, {
    atFirst: 1,
    budget: spent,
    ...(sandbox && { sandbox }),
    ...(limits && { limits }),
  });
  signal?.addEventListener("abort", () => pool.abort(), { once: true });
  if (signal?.aborted) pool.abort();
  try {
    const mapper = makeSourceMapper((await bundle).sourceMap);
    const hasScripts = lab.stage !== undefined;
    const wanted = hasScripts ? ({ record: true } as const) : ({ explain: true } as const);
    const run = { scenarioId: scenario.id, seed, options: { keepTrace: true }, ...wanted } as const;
    const played = await playConfirmed(pool, run);
    const result = toRunResult(scenario.id, seed, played, mapper);
    if (!hasScripts && played.verdict !== "passed") return { result, why: `runs of ${lab.id} have no scripts` };
    const { recording } = played;
    if (played.verdict === "passed" || recording === undefined) return { result };
    if (!SHRINKABLE.has(played.verdict)) return { result, why: whyNot(played.verdict) };
    const failed = failedRunOf(
      lab,
      scenario,
      seed,
      { ...played, verdict: played.verdict as Played["verdict"] },
      recording,
    );
    if (failed === null) return { result };
    const { signature } = failed;
    const order = { scenarioId: scenario.id, seed };
    const play = (one: Try) => trialOf(pool.play({ ...order, ...one }));
    const search = shrinkRun(failed, {
      lanes: workers,
      budget: request.budget ?? DEFAULT_SHRINK_BUDGET,
      over,
      onProgress: (left) => request.onProgress?.(recording.steps.length, left),
    });
    const shrinkage = await searched(search, play);
    if (shrinkage.kind === "none") return { result, why: shrinkage.why };
    const { script, from, endedBy } = shrinkage;
    const told = await confirmed(pool, { ...order, script, options: { keepTrace: true }, explain: true }, signature);
    if (told === null) return { result, why: "what was left of it did not fail twice in the same way" };
    const { outcomes = [] } = told;
    const { trace, placed } = toldTrace(told.trace, outcomes, script.steps);
    const fields =
      request.wantsFields === true && signal?.aborted !== true
        ? await fieldsIn(pool, await load, { ...order, script }, told.traceHash)
        : undefined;
    const story = {
      script: { ...script, breaks: signature },
      outcomes,
      trace,
      ...(fields !== undefined && { fields: typeof fields === "string" ? fields : fields.map(placed) }),
      result: toRunResult(scenario.id, seed, told, mapper),
      from: { steps: from, events: played.trace.length },
      ...(endedBy && { endedBy }),
    };
    return { result, story };
  } finally {
    await pool.close();
  }
}

/** A run that failed, as it is shrunk; null when it has no signature. */
export function failedRunOf(
  lab: Lab,
  scenario: Scenario,
  seed: number,
  played: Pick<PlayResult, "verdict" | "failure" | "crash" | "judged" | "virtualMs">,
  recording: Recording,
): FailedRun | null {
  const signature = signatureOf(played);
  if (signature === null) return null;
  const options = scenario.options as NonNullable<Script["options"]>;
  const { judged } = played;
  return {
    lab: lab.id,
    scenario: scenario.id,
    seed,
    ...(Object.keys(options).length > 0 && { options }),
    ...(lab.freeOptions && { freeOptions: lab.freeOptions }),
    recording,
    signature,
    failedUs: Math.round(1000 * played.virtualMs),
    asked: askedOf(lab, judged),
    isAboutTime: ABOUT_TIME.has(played.failure?.property ?? ""),
  };
}

function askedOf(lab: Lab, judged: Judging | undefined): readonly Asked[] {
  if (judged === undefined) return [];
  const named = lab.expectationOf?.(judged.expect) ?? null;
  const needs = named === null ? undefined : lab.expectations?.[named.name]?.needs;
  const asked = named === null ? [] : [{ ...named, ...(needs && { needs }), sinceUs: judged.sinceUs }];
  return [...asked, ...askedOf(lab, judged.outer)];
}

/** Plays what a search asks for until it has found what it looks for. */
export async function searched<T>(search: Search<T>, play: (one: Try) => Promise<Trial>): Promise<T> {
  let next = search.next();
  while (next.done !== true) next = search.next(await Promise.all(next.value.map(play)));
  return next.value;
}

export async function trialOf(play: Promise<Played>): Promise<Trial> {
  const played = await play;
  const { outcomes = [], effort = 0 } = played;
  return { signature: played.isPending ? PENDING : signatureOf(played), outcomes, effort };
}

/** Plays a script twice, each time on a fresh host; null unless it fails both times as it should, and in the same run. */
async function confirmed(
  player: Player,
  order: Parameters<Player["play"]>[0],
  signature: string,
): Promise<Played | null> {
  const [one, other] = [
    await player.play({ ...order, freshHost: true }),
    await player.play({ ...order, freshHost: true }),
  ];
  const isSame = one.traceHash === other.traceHash && signatureOf(other) === signature;
  return isSame && signatureOf(one) === signature ? one : null;
}

export { Aborted };

function whyNot(verdict: string): string {
  return verdict === "hung"
    ? `played once more it took longer than a run may, which counts as "hung", and that is not shrunk`
    : `a run that ends as "${verdict}" is not shrunk`;
}
