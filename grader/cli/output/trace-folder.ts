import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab, Scenario } from "../../harness/scenario.ts";
import { Aborted } from "../../run/player.ts";
import { type ReplayRequest, replay } from "../../run/replay.ts";
import type { GradingResult, Verdict } from "../../run/result.ts";
import { UsageError } from "../input/usage-error.ts";
import { pageFileName, pageOfReplay } from "./trace-page.ts";

/** What is played again, and how. */
export interface ReplayedGrading extends Pick<ReplayRequest, "submission" | "layers" | "sandbox" | "signal"> {
  readonly lab: Lab;
  readonly scenarios: readonly Scenario[];
}

/** Which pages are written where not all are wanted. */
export interface PageChoice {
  readonly most: number;
  readonly verdicts: readonly Verdict[];
}

/** A folder for pages. */
export class TraceFolder {
  /** Makes it. `named`: as users know it. Throws `UsageError` when it cannot be made. */
  constructor(
    private readonly path: string,
    named: string,
    private readonly choice?: PageChoice,
  ) {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw new UsageError(`${named} is no folder and cannot be made one: ${(error as Error).message}`);
    }
  }

  /** Plays the first failing run of each scenario again, and writes its page. It ends early, without a word, when it is aborted. */
  async write(result: GradingResult, grading: ReplayedGrading, onPage: (path: string) => void): Promise<void> {
    const { lab, scenarios, ...how } = grading;
    let written = 0;
    for (const { id, runs } of result.scenarios) {
      const scenario = scenarios.find((one) => one.id === id);
      const run = runs.find(({ verdict }) => verdict !== "passed");
      if (scenario === undefined || run === undefined) continue;
      if (this.choice !== undefined && !(written < this.choice.most && this.choice.verdicts.includes(run.verdict)))
        continue;
      try {
        const played = await replay({ ...how, scenario, form: lab.form, seed: run.seed, wantsFields: true });
        const path = join(this.path, pageFileName(scenario, run.seed));
        writeFileSync(path, pageOfReplay(lab, scenario, played));
        written++;
        onPage(path);
      } catch (error) {
        if (error instanceof Aborted) return;
        throw error;
      }
    }
  }
}
