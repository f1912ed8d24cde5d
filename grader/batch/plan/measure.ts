import { join } from "node:path";
import type { Lab } from "../../harness/scenario.ts";
import { packageRoot } from "../../sandbox/dist-file.ts";
import { type GradePlan, makeGrader } from "../engine/grade-one.ts";
import { splitTiming, type Timing } from "../model/untimed.ts";
import { type Policy, plannedRuns } from "../policy/index.ts";
import type { Pace } from "./estimate.ts";

/** The machine is warm once each worker has graded one; what the next one takes counts. */
const ROUNDS = 2;

export interface MeasureRequest extends Omit<GradePlan, "seed" | "workers"> {
  readonly home: Lab["home"];
  readonly workers: number;
  readonly signal: AbortSignal;
}

/**
 * How quickly this machine grades, from the lab's reference solution, which all workers grade at once as a batch does: one run
 * of each scenario, from which the planned ones follow. A submission with a mistake takes about as long: what it saves in scenarios
 * that are over with their first failure, it costs in runs that are played again. Gives null when it was interrupted.
 */
export async function measurePace(request: MeasureRequest): Promise<Pace | null> {
  const { home, policy, workers, signal, ...plan } = request;
  const grader = makeGrader({ ...plan, policy: oneRunOf(policy), seed: 1, workers });
  const folder = join(packageRoot(), "reference", home);
  const lane = async (): Promise<Timing | null> => {
    let timing: Timing | null = null;
    for (let round = 0; round < ROUNDS && !signal.aborted; round++) {
      timing = splitTiming(await grader.gradeOne({ id: "reference", folder, workers: 1, signal })).timing;
    }
    return timing;
  };
  try {
    const timings = await Promise.all(Array.from({ length: workers }, lane));
    if (signal.aborted) return null;
    const walls = timings.map((timing) => (timing === null ? 0 : plannedMs(timing, policy)));
    return { submissionMs: walls.reduce((sum, ms) => sum + ms, 0) / workers, workers };
  } finally {
    await grader.close();
  }
}

function oneRunOf(policy: Policy): Policy {
  const { extraRuns: _, ...rest } = policy;
  const scenarios = policy.scenarios.map(({ runs: _, pass: __, ...said }) => said);
  return { ...rest, runs: 1, pass: "all", scenarios };
}

/** What is not a run is done once: reading, building, looking at types. */
export function plannedMs({ wallMs, runs }: Pick<Timing, "wallMs" | "runs">, policy: Policy): number {
  let all = wallMs;
  for (const [id, walls] of Object.entries(runs)) {
    const runMs = walls.reduce((sum, ms) => sum + ms, 0) / Math.max(1, walls.length);
    all += (plannedRuns(policy, id) - walls.length) * runMs;
  }
  return all;
}
