import { rmSync } from "node:fs";
import {
  type BatchResult,
  type Intake,
  limitsOf,
  openIntake,
  type StoryStore,
  studentView,
  takeIn,
  toBeTold,
} from "../../batch/index.ts";
import type { Lab, Scenario } from "../../harness/scenario.ts";
import { makeStyle } from "../../report/style.ts";
import { explainRun } from "../../run/explain.ts";
import { Aborted } from "../../run/player.ts";
import { makeTemporaryFolder } from "../../sandbox/temporary-folder.ts";
import { UngradableError } from "../../submission/index.ts";
import { defaultWorkers } from "../input/options.ts";
import { policyOf } from "../input/policy.ts";
import { UsageError } from "../input/usage-error.ts";
import { reasonOf } from "../output/output-file.ts";
import type { Stdio } from "../output/stdio.ts";
import { storyFile, storyLines } from "../output/story.ts";
import { pageOfStory } from "../output/trace-page.ts";
import { interruptible } from "../thread/interrupt.ts";
import { intakeOptions } from "./intake-options.ts";
import type { IntakeWords } from "./intake-words.ts";
import { chooseSandbox } from "./sandbox.ts";

/** What staff says where stories are to be made. */
export interface StoryOptions extends IntakeWords {
  /** The sources of the batch. */
  readonly batch?: readonly string[];
  /** Policy file. */
  readonly config?: string;
  /** `false` with `--no-sandbox`. */
  readonly sandbox?: boolean;
  /** Minutes for all stories of this call. */
  readonly explainBudget?: number;
  /** Replays for each of them. */
  readonly shrinkBudget?: number;
  readonly workers?: number;
}

/** Minutes, where nobody says otherwise. */
const EXPLAIN_BUDGET = 30;

export interface StoryTask extends StoryOptions {
  readonly lab: Lab;
  readonly results: Iterable<BatchResult>;
  readonly isDue: boolean;
  readonly store: StoryStore;
}

export interface StoriesMade {
  /** Ids of submissions whose stories could not be made, and why: what was handed in is not at hand, or another. */
  readonly without: ReadonlyMap<string, string>;
  readonly isInterrupted: boolean;
}

const NOT_AT_HAND = "what was graded is not among the sources that the report was made with";
const NOT_THE_SAME = "the sources that the report was made with are not what was graded";

/**
 * Makes the stories that a report is to have and that are not there yet: of each stage of each student the first failure that
 * may be seen, of the sources that were graded, in the batch's sandbox. When the minutes are over, the one under way goes to its
 * end, and the next call goes on.
 */
export async function tellStories(task: StoryTask, { err }: Stdio): Promise<StoriesMade> {
  const { lab, store, isDue } = task;
  const wanted = [...task.results].flatMap((result) => {
    const missing = toBeTold(studentView(result, isDue)).filter(({ run }) => store.read(result, run) === undefined);
    return lab.stage === undefined || missing.length === 0 ? [] : [{ result, missing }];
  });
  const without = new Map<string, string>();
  if (wanted.length === 0) return { without, isInterrupted: false };
  const policy = policyOf(task.config, undefined, [lab]);
  const sandbox = await chooseSandbox(task.sandbox !== false);
  const workDir = makeTemporaryFolder("stories");
  const { signal } = interruptible();
  const endMs = Date.now() + 60_000 * (task.explainBudget ?? EXPLAIN_BUDGET);
  const count = { made: 0, open: 0 };
  try {
    const onRemark = () => {};
    const options = intakeOptions(task, policy, { mainFile: lab.form.file, workDir, onRemark });
    const intakes = new Map((await takeIn(task.batch ?? [], options)).map((intake) => [intake.id, intake]));
    for (const { result, missing } of wanted) {
      const intake = intakes.get(result.id);
      if (intake === undefined) without.set(result.id, NOT_AT_HAND);
      else if (signal.aborted || Date.now() >= endMs) count.open += missing.length;
      else await tellOne(intake, result, missing);
    }
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
  for (const [id, why] of without) err.write(`${id}: without a story: ${why}\n`);
  if (count.made > 0) err.write(`${storiesText(count.made)} made\n`);
  if (count.open > 0) {
    const why = signal.aborted ? "as it was interrupted" : "as the time was over";
    err.write(`not made yet, ${why}: ${storiesText(count.open)}; the same command goes on with them\n`);
  }
  return { without, isInterrupted: signal.aborted };

  async function tellOne(intake: Intake, result: BatchResult, missing: ReturnType<typeof toBeTold>): Promise<void> {
    try {
      const { opened, submissionHash } = await openIntake(intake, lab.form, 0);
      if ("ungradable" in opened || submissionHash !== result.submissionHash) {
        without.set(result.id, NOT_THE_SAME);
        return;
      }
      for (const { scenario, run } of missing) {
        if (signal.aborted || Date.now() >= endMs) {
          count.open++;
          continue;
        }
        const known = scenarioIn(lab, scenario.id);
        if (known === undefined) continue;
        await tell(known, opened.folder, result, run);
      }
    } finally {
      await intake.dispose();
    }
  }

  function keep(...story: Parameters<StoryStore["keep"]>): void {
    try {
      store.keep(...story);
    } catch (error) {
      const { folder } = store;
      throw new UsageError(`the story of ${story[0].id} cannot be kept in ${folder}: ${reasonOf(error, folder)}`);
    }
  }

  async function tell(
    scenario: Scenario,
    folder: string,
    result: BatchResult,
    run: ReturnType<typeof toBeTold>[number]["run"],
  ): Promise<void> {
    const { limits, buildLimits } = limitsOf(policy);
    try {
      const { story, why } = await explainRun({
        lab,
        scenario,
        submission: folder,
        seed: run.seed,
        workers: task.workers ?? defaultWorkers(),
        wantsFields: true,
        signal,
        ...(task.shrinkBudget !== undefined && { budget: task.shrinkBudget }),
        ...(sandbox.tier !== "plain" && { sandbox }),
        ...(limits && { limits }),
        ...(buildLimits && { buildLimits }),
      });
      if (story === undefined) keep(result, run, why ?? "played again, it did not fail");
      else {
        const lines = storyLines(story, makeStyle(false));
        const script = storyFile(story, `${scenario.id}@${run.seed}`);
        keep(result, run, { lines, script }, pageOfStory(lab, scenario, story));
      }
      count.made++;
    } catch (error) {
      if (error instanceof Aborted) count.open++;
      else if (error instanceof UngradableError) without.set(result.id, NOT_THE_SAME);
      else throw error;
    }
  }
}

function storiesText(count: number): string {
  return `${count} ${count === 1 ? "story" : "stories"}`;
}

function scenarioIn(lab: Lab, id: string): Scenario | undefined {
  return lab.suites.flatMap(({ scenarios }) => scenarios).find((scenario) => scenario.id === id);
}
