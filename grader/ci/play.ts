import { type GradeOne, ungradableResult } from "../batch/index.ts";
import { UNDECIDED } from "../run/grade.ts";
import type { GradingResult } from "../run/result.ts";
import type { CheckPlan } from "./plan.ts";
import type { CheckRequest, Target } from "./request.ts";

/** How often a grading is tried on which the grader itself went wrong. */
const TRIES = 2;

/** A submission in a folder of ours, or why it may not be taken. */
export type Unpacked = { readonly folder: string } | { readonly ungradable: string };

export interface PlayedCheck {
  readonly result: GradingResult;
  /** Ids of scenarios that were not decided when the time was over. */
  readonly stopped: readonly string[];
}

/** Plays the scenarios of a plan, until the time is over. */
export async function play(
  request: CheckRequest,
  { scenarios, names }: CheckPlan,
  { id: lab, lab: whole }: Target,
  id: string,
  unpacked: Unpacked,
): Promise<PlayedCheck> {
  const { policy, seed, sandbox, workers, signal, budgetMinutes } = request;
  const { form, safetyProperties } = whole;
  const context = { lab, scenarios, policy, sandbox: sandbox.tier };
  if ("ungradable" in unpacked) return { result: ungradableResult(context, id, unpacked.ungradable), stopped: [] };
  const controller = new AbortController();
  const stop = () => controller.abort();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const timer = budgetMinutes === undefined ? undefined : setTimeout(stop, budgetMinutes * 60_000);
  const grader = request.makeGrader({ lab, form, safetyProperties, scenarios, policy, seed, sandbox, workers });
  try {
    const task = { id, folder: unpacked.folder, workers, signal: controller.signal };
    const result = await gradeAgain(grader.gradeOne, task);
    if (result.boundary !== "process") throw new Error("the grading was played without the process boundary");
    if (!controller.signal.aborted) {
      const shown = scenarios.filter((scenario) => names.get(scenario.id) === scenario.id);
      await request.onGraded?.({ lab: whole, scenarios: shown, folder: unpacked.folder, result });
    }
    const undecided = result.scenarios.filter(({ message }) => result.interrupted && message === UNDECIDED);
    return { result, stopped: undecided.map((scenario) => scenario.id) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    await grader.close();
  }
}

async function gradeAgain(gradeOne: GradeOne, task: Parameters<GradeOne>[0]): Promise<GradingResult> {
  for (let tries = 1; ; tries++) {
    const result = await gradeOne(task);
    if (tries >= TRIES || !result.scenarios.some(({ verdict }) => verdict === "internal-error")) return result;
  }
}
