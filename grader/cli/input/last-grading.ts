import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../harness/scenario.ts";
import { UNDECIDED } from "../../run/grade.ts";
import type { GradingResult, ScenarioResult, Verdict } from "../../run/result.ts";
import { CheckCache } from "../../submission/index.ts";
import { type FailedBefore, failedAfter, failedRunsIn } from "./failed-before.ts";

/** What scenarios came to when they were graded last, by their ids. */
export type Verdicts = ReadonlyMap<string, Verdict>;

/**
 * Remembers, among the user's caches, how the last gradings of a folder went: for `--failed` and `watch`, which begin with what
 * did not pass, and for a replay, which says whether it shows the same. Nothing is believed of it but that: what is read there
 * decides what is played, and never what comes of it.
 */
export class LastGradings {
  private readonly cache: CheckCache;
  private readonly runs: CheckCache;

  /** `caches`: the user's folder for caches of the grader. */
  constructor(caches: string) {
    this.cache = new CheckCache(join(caches, "last-grading"));
    this.runs = new CheckCache(join(caches, "failed-runs"));
  }

  /** Empty where nothing is known of this folder and lab. */
  of(submission: string, lab: Lab): Verdicts {
    const text = this.cache.get(keyOf(submission, lab));
    return text === null ? new Map() : read(text);
  }

  /** What that run came to, `<scenario>@<seed>`, when it was graded last and did not pass; undefined where nothing is known. */
  failedRun(submission: string, lab: Lab, run: string): FailedBefore | undefined {
    return failedRunsIn(this.runs.get(keyOf(submission, lab)) ?? "{}").get(run);
  }

  /** Takes up what a grading came to; what it did not play stays as it was. */
  note(submission: string, lab: Lab, result: GradingResult): void {
    if (result.ungradable !== undefined) return;
    const all = after(this.of(submission, lab), result.scenarios);
    const key = keyOf(submission, lab);
    this.cache.put(key, JSON.stringify(Object.fromEntries(all)));
    const failed = failedAfter(failedRunsIn(this.runs.get(key) ?? "{}"), result.scenarios);
    this.runs.put(key, JSON.stringify(Object.fromEntries(failed)));
  }
}

/** What is known once these were graded, too. */
export function after(before: Verdicts, scenarios: readonly ScenarioResult[]): Verdicts {
  const decided = scenarios.filter(({ verdict, message }) => verdict !== "skipped" || message !== UNDECIDED);
  return new Map([...before, ...decided.map(({ id, verdict }) => [id, verdict] as const)]);
}

function keyOf(submission: string, { id }: Lab): string {
  return createHash("sha256")
    .update(JSON.stringify([realPath(submission), id]))
    .digest("hex");
}

/** A folder that is not there has nothing to remember either. */
function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function read(text: string): Verdicts {
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return new Map(entries.filter((entry): entry is [string, Verdict] => typeof entry[1] === "string"));
  } catch {
    return new Map();
  }
}
