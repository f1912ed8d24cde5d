import { statSync, writeFileSync } from "node:fs";
import type { Lab } from "../../harness/scenario.ts";
import { describeRun, headline, seconds } from "../../report/failure-text.ts";
import { LiveLine } from "../../report/live-line.ts";
import { explainRun, type Story } from "../../run/explain.ts";
import { Aborted } from "../../run/player.ts";
import { EXIT } from "../exit-code.ts";
import { submissionFolder } from "../input/find-submission.ts";
import { requireNativeParts } from "../input/native-parts.ts";
import { defaultWorkers } from "../input/options.ts";
import { SCENARIO_SUFFIX } from "../input/scenario-file.ts";
import { type RunName, selectRun } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import { requirePlace } from "../output/output-file.ts";
import type { Stdio } from "../output/stdio.ts";
import { storyFile, storyLines } from "../output/story.ts";
import { pageOfStory } from "../output/trace-page.ts";
import { interruptible } from "../thread/interrupt.ts";

export interface ExplainOptions {
  readonly shrinkBudget?: number;
  readonly workers?: number;
  /** Where the scenario file goes; by default into the current folder, under the name of the run. */
  readonly out?: string;
  /** Write the file, and tell nothing but that. */
  readonly onlyFile?: boolean;
  /** Write no file, and tell no more than the story: the failure was told before. Says how a file is written. */
  readonly isOnlyTold?: (run: string) => string;
}

/** `grade explain <lab>/<scenario>@<seed> [submission]`. Gives the exit status. */
export async function explainCommand(
  labs: readonly Lab[],
  run: string,
  submissionArgument: string | undefined,
  options: ExplainOptions,
  stdio: Stdio,
): Promise<number> {
  const name = selectRun(labs, run);
  requireNativeParts();
  const submission = submissionFolder(name.lab, submissionArgument, (line) => stdio.err.write(`${line}\n`));
  return explain(name, submission, options, stdio);
}

/** Explains a run of a submission, on standard output and in a scenario file. Gives the exit status. */
export async function explain(
  { lab, scenario, seed }: RunName,
  submission: string,
  options: ExplainOptions,
  { out, err }: Stdio,
): Promise<number> {
  if (options.out !== undefined) requirePlace("--out", options.out);
  const run = `${scenario.id}@${seed}`;
  const { signal } = interruptible();
  let progress = `${run}: the run is played`;
  const line = new LiveLine(err, err.style, () => progress, err.isTerminal);
  try {
    const { result, story, why } = await explainRun({
      lab,
      scenario,
      submission,
      seed,
      workers: options.workers ?? defaultWorkers(),
      wantsFields: options.isOnlyTold === undefined,
      ...(options.shrinkBudget !== undefined && { budget: options.shrinkBudget }),
      enough: signal,
      onProgress: (from, left) => {
        progress = `${run}: ${from} → ${left} steps (Ctrl-C: that is enough)`;
        line.update();
      },
    });
    line.end();
    const { style } = out;
    const write = (told: Story) => {
      const file = options.out ?? nameOf(scenario.id, seed);
      writeStory(file, storyFile(told, run), out);
      // What is no file, as /dev/stdout, has nothing beside it.
      if (statSync(file).isFile()) writePage(file, pageOfStory(lab, scenario, told), out);
    };
    if (options.onlyFile === true && story !== undefined) {
      write(story);
      return EXIT.notPassed;
    }
    if (options.isOnlyTold !== undefined && story === undefined) {
      out.write(`${scenario.id}: there is no shorter way to this failure: ${why ?? "nothing was recorded"}\n`);
      return EXIT.notPassed;
    }
    out.write(`${style.strong(`${scenario.id}: ${scenario.title}`)}\n`);
    if (result.verdict === "passed") {
      out.write(
        `${style.good("passed")} after ${seconds(result.virtualMs)} of virtual time: there is nothing to explain\n`,
      );
      return EXIT.passed;
    }
    if (story === undefined) {
      out.write(`${[style.bad(headline(result)), ...describeRun(result, style)].join("\n")}\n`);
      out.write(`there is no shorter way to the same failure: ${why ?? "nothing was recorded"}\n`);
    } else {
      for (const text of storyLines(story, style, options.isOnlyTold !== undefined)) out.write(`${text}\n`);
      if (options.isOnlyTold !== undefined)
        out.write(`${options.isOnlyTold(run)} writes it to a file, which can be changed and played\n`);
      else write(story);
    }
    return result.verdict === "internal-error" ? EXIT.internalError : EXIT.notPassed;
  } catch (error) {
    if (error instanceof Aborted) return EXIT.interrupted;
    throw error;
  } finally {
    line.end();
  }
}

/** A run's file is written anew each time: the same failure gives the same script. */
function nameOf(scenarioId: string, seed: number): string {
  return `${scenarioId.replaceAll("/", "-")}-${seed}${SCENARIO_SUFFIX}`;
}

/** Writes a scenario file, and says how it is played. */
export function writeStory(file: string, text: string, out: Stdio["out"]): void {
  writeOrSay("the scenario file", file, text);
  out.write(`written to ${file}; play it: npx --no grade run ${file}\n`);
}

/** Writes the page of a story beside its scenario file. */
function writePage(scenarioFile: string, text: string, out: Stdio["out"]): void {
  const file = `${scenarioFile.endsWith(SCENARIO_SUFFIX) ? scenarioFile.slice(0, -SCENARIO_SUFFIX.length) : scenarioFile}.html`;
  writeOrSay("the page", file, text);
  out.write(`to step through in a browser: ${file}\n`);
}

function writeOrSay(what: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`${what} cannot be written: ${(error as Error).message}`);
  }
}
