import { processNamesOf } from "../harness/run-scenario.ts";
import type { Scenario } from "../harness/scenario.ts";
import type { JobLimits } from "../sandbox/confine/job.ts";
import type { Sandbox } from "../sandbox/confine/sandbox.ts";
import type { HostLimits } from "../sandbox/limits.ts";
import type { Form } from "../sim/role.ts";
import type { FieldChange, TraceRecord } from "../sim/trace.ts";
import { playConfirmed } from "./confirm.ts";
import { fieldsIn } from "./fields.ts";
import { debuggerUrl, INSPECTED_LIMITS, type Inspection, inspectedProgram } from "./inspect.ts";
import type { OwnLayer } from "./own-layers.ts";
import { RunPool } from "./pool.ts";
import { aboutLayers, buildProgram, openSources } from "./program.ts";
import type { OwnLayerResult, RunResult } from "./result.ts";
import { toRunResult } from "./run-result.ts";

export interface ReplayRequest {
  readonly scenario: Scenario;
  readonly form: Form;
  readonly submission: string;
  /** Layers that stand in place of ours. */
  readonly layers?: readonly OwnLayer[];
  /** The run's own seed. */
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Without it, and without limits of its own, it is played as a grading of one's own is. */
  readonly sandbox?: Sandbox;
  readonly limits?: Partial<HostLimits>;
  /** `false`: only what comes of it is of interest. */
  readonly isAudited?: false;
  /** Under a debugger, for as long as that takes: it is then played once, nothing is confirmed, and no peer audited. */
  readonly inspect?: Inspection;
  /** What building the submission may take, where it differs. */
  readonly buildLimits?: Partial<JobLimits>;
  /** Play it once more for what is in the peers' fields. */
  readonly wantsFields?: boolean;
}

export interface Replay {
  readonly result: RunResult;
  readonly trace: readonly TraceRecord[];
  /** What the processes of the run are called, by their ids. */
  readonly names: readonly string[];
  /** Layers that stood in place of ours. */
  readonly ownLayers: readonly OwnLayerResult[];
  /** What each step changed in the fields of its peer's object, or a sentence that says why this is not known. */
  readonly fields?: readonly FieldChange[] | string;
}

/**
 * Plays one run again as a grading does, which confirms what speaks against the submission, audits every peer, and keeps
 * the trace in whole. The same submission gives the same `traceHash` as in the grading.
 * Throws `UngradableError` when the submission does not load, and `Aborted`.
 */
export async function replay(request: ReplayRequest): Promise<Replay> {
  const { scenario, form, submission: dir, layers, seed, signal, sandbox, limits, inspect, buildLimits } = request;
  const sources = openSources(dir, form, layers);
  const program = buildProgram(sources, {
    ...(sandbox && { sandbox }),
    ...(buildLimits && { limits: buildLimits }),
    ...(inspect && { isInspected: true }),
  });
  const pool = new RunPool(
    1,
    program.then(({ load }) => load),
    {
      ...(sandbox && { sandbox }),
      ...(limits && { limits }),
      // The usual one would hold the peers itself, to see where they are.
      ...(inspect && {
        limits: INSPECTED_LIMITS,
        program: inspectedProgram(inspect.port, INSPECTED_LIMITS),
        watchdog: "orphan",
      }),
    },
  );
  const ended = new AbortController();
  signal?.addEventListener("abort", () => pool.abort(), { once: true });
  if (signal?.aborted) pool.abort();
  try {
    const { mapper } = await program;
    const names = processNamesOf(scenario, seed);
    const audit = request.isAudited === false ? [] : [...names.keys()];
    const order = { scenarioId: scenario.id, seed, options: { keepTrace: true } };
    if (inspect) debuggerUrl(inspect.port, ended.signal).then((url) => url !== null && inspect.onWaiting(url));
    const played = inspect
      ? await pool.play({ ...order, explain: true })
      : await playConfirmed(pool, { ...order, audit });
    const replayed = {
      result: toRunResult(scenario.id, seed, played, mapper),
      trace: played.trace,
      names,
      ownLayers: aboutLayers(sources),
    };
    if (request.wantsFields !== true || signal?.aborted === true) return replayed;
    const { load } = await program;
    const run = { scenarioId: scenario.id, seed };
    return { ...replayed, fields: await fieldsIn(pool, load, run, played.traceHash) };
  } finally {
    ended.abort();
    await pool.close();
  }
}
