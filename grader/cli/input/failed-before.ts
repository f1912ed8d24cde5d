import type { RunResult, ScenarioResult } from "../../run/result.ts";

/** What is remembered of a run that did not pass. */
export interface FailedBefore {
  readonly verdict: string;
  readonly property?: string;
  readonly check?: string;
  readonly virtualMs: number;
  readonly traceHash: string;
}

/** By run, `<scenario>@<seed>`. */
export type FailedRuns = ReadonlyMap<string, FailedBefore>;

/** So many are remembered of a folder and lab, those that came last. */
const RUNS_KEPT = 400;
/** What an entry of the caches says is somebody's text. */
const TEXT_CHARS = 80;

/** What is known once these were graded, too: of a scenario that was, what failed in it now. */
export function failedAfter(before: FailedRuns, scenarios: readonly ScenarioResult[]): FailedRuns {
  const graded = new Set(scenarios.filter(({ runs }) => runs.length > 0).map(({ id }) => id));
  const kept = [...before].filter(([run]) => !graded.has(run.slice(0, run.lastIndexOf("@"))));
  const added = scenarios.flatMap(({ id, runs }) =>
    runs.filter(({ verdict }) => verdict !== "passed").map((run) => [`${id}@${run.seed}`, ofRun(run)] as const),
  );
  return new Map([...kept, ...added].slice(-RUNS_KEPT));
}

function ofRun({ verdict, property, failure, virtualMs, traceHash }: RunResult): FailedBefore {
  const { check } = failure ?? {};
  return { verdict, ...(property && { property }), ...(check && { check }), virtualMs, traceHash };
}

export function failedRunsIn(text: string): FailedRuns {
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return new Map(entries.filter((entry): entry is [string, FailedBefore] => isFailedBefore(entry[1])));
  } catch {
    return new Map();
  }
}

function isFailedBefore(value: unknown): boolean {
  const { verdict, property, check, virtualMs, traceHash } = (value ?? {}) as Record<string, unknown>;
  const isText = (one: unknown) => typeof one === "string" && one.length <= TEXT_CHARS;
  const isTextOrNone = (one: unknown) => one === undefined || isText(one);
  return (
    isText(verdict) && isTextOrNone(property) && isTextOrNone(check) && Number.isFinite(virtualMs) && isText(traceHash)
  );
}

/** Whether a replay shows the failure that the last grading of its folder told, as a sentence for whoever asked for it. */
export function comparedWith(before: FailedBefore, now: RunResult): string {
  const then = `${nameOf(before)} at ${(before.virtualMs / 1000).toFixed(3)} s`;
  if (now.verdict === "passed")
    return `in the last grading of this folder this run came to ${then}, which is not confirmed: the sources, the grader or the scenario are others now`;
  if (now.traceHash === before.traceHash && now.verdict === before.verdict)
    return "confirmed: the same run as in the last grading of this folder, event for event";
  // Of many runs the later ones are remembered without it.
  const isCheck = before.check === undefined || before.check === now.failure?.check;
  const isSame = now.verdict === before.verdict && now.property === before.property && isCheck;
  return isSame
    ? `the same is broken as in the last grading of this folder, in a run that goes otherwise: there it was at ${(before.virtualMs / 1000).toFixed(3)} s`
    : `NOT what the last grading of this folder told of this run: that was ${then}`;
}

/** "failed: election-safety (one-leader-a-term)". */
function nameOf({ verdict, property, check }: FailedBefore): string {
  return `${verdict}${property === undefined ? "" : `: ${property}`}${check === undefined ? "" : ` (${check})`}`;
}
