import type { Lab } from "../harness/scenario.ts";
import type { StepOutcome } from "../shrink/play-script.ts";
import type { Script } from "../shrink/script.ts";
import { signatureOf } from "../shrink/signature.ts";
import type { TraceRecord } from "../sim/trace.ts";
import { makeSourceMapper, openSubmission } from "../submission/index.ts";
import { buildBundle } from "./build.ts";
import { playConfirmed } from "./confirm.ts";
import { loadOf } from "./load.ts";
import type { Played } from "./player.ts";
import { RunPool } from "./pool.ts";
import type { RunResult } from "./result.ts";
import { toRunResult } from "./run-result.ts";

export interface ScriptsRequest {
  readonly lab: Lab;
  readonly submission: string;
  readonly scripts: readonly { readonly name: string; readonly script: Script }[];
  readonly workers: number;
  readonly signal?: AbortSignal;
}

/** What came of a script that somebody wrote or kept. */
export interface ScriptResult {
  readonly name: string;
  readonly script: Script;
  readonly result: RunResult;
  /** See `signatureOf`. */
  readonly signature: string | null;
  /** Of each step up to the one in which the run ended. */
  readonly outcomes: readonly StepOutcome[];
  readonly trace: readonly TraceRecord[];
}

/**
 * Plays scripts on a submission, each confirmed as the runs of a grading are, and gives what came of them in their order.
 * Throws `UngradableError` when the submission does not load, and `Aborted`.
 */
export async function playScripts(request: ScriptsRequest): Promise<ScriptResult[]> {
  const { lab, submission, scripts, workers, signal } = request;
  const bundle = buildBundle(openSubmission(submission, lab.form));
  const load = bundle.then((built) => loadOf(built, lab.form));
  const pool = new RunPool(Math.min(workers, scripts.length), load);
  signal?.addEventListener("abort", () => pool.abort(), { once: true });
  if (signal?.aborted) pool.abort();
  try {
    const mapper = makeSourceMapper((await bundle).sourceMap);
    return await Promise.all(
      scripts.map(async ({ name, script }) => {
        const order = { scenarioId: `${lab.id}/script`, seed: script.seed, script, options: { keepTrace: true } };
        const played = await playConfirmed(pool, order);
        return {
          name,
          script,
          result: toRunResult(order.scenarioId, script.seed, played, mapper),
          signature: signatureOf({ ...played, verdict: played.verdict as Played["verdict"] }),
          outcomes: played.outcomes ?? [],
          trace: played.trace,
        };
      }),
    );
  } finally {
    await pool.close();
  }
}
