import type { Lab } from "../../harness/scenario.ts";
import { describeRun, headline } from "../../report/failure-text.ts";
import { type ToldStep, tellSteps } from "../../report/story-text.ts";
import { playScripts, type ScriptResult } from "../../run/play-files.ts";
import { Aborted } from "../../run/player.ts";
import { Processes } from "../../shrink/text/processes.ts";
import { stepText } from "../../shrink/text/write.ts";
import { cutText } from "../../text/cut.ts";
import { oneLine } from "../../text/printable.ts";
import { EXIT } from "../exit-code.ts";
import { submissionFolder } from "../input/find-submission.ts";
import { requireNativeParts } from "../input/native-parts.ts";
import { defaultWorkers } from "../input/options.ts";
import { readScenarioFiles } from "../input/scenario-file.ts";
import { UsageError } from "../input/usage-error.ts";
import type { Stdio } from "../output/stdio.ts";
import { interruptible } from "../thread/interrupt.ts";

/** Of a script that passes so many steps are told, each on one line. */
const STEPS_SHOWN = 40;
const STEP_CHARS = 150;
/** Steps that found nothing to do are told one by one up to here. */
const IDLE_STEPS_SHOWN = 10;

/** `grade run <file or folder> [submission]`. Gives the exit status. */
export async function runCommand(
  labs: readonly Lab[],
  path: string,
  submissionArgument: string | undefined,
  options: { readonly workers?: number },
  { out, err, onClosed }: Stdio,
): Promise<number> {
  const files = readScenarioFiles(path, labs);
  const ids = [...new Set(files.map(({ script }) => script.lab))];
  const lab = labs.find(({ id }) => id === ids[0]);
  if (lab === undefined || ids.length > 1) {
    throw new UsageError(`the files are of several labs (${ids.join(", ")}), and a submission is of one`);
  }
  requireNativeParts();
  const submission = submissionFolder(lab, submissionArgument, (line) => err.write(`${line}\n`));
  const { signal, abort } = interruptible();
  onClosed(abort);
  try {
    const results = await playScripts({
      lab,
      submission,
      scripts: files,
      workers: options.workers ?? defaultWorkers(),
      signal,
    });
    const isAlone = results.length === 1;
    for (const result of results) for (const line of lines(result, isAlone, out)) out.write(`${line}\n`);
    const passed = results.filter(({ result }) => result.verdict === "passed").length;
    if (!isAlone) out.write(`${passed} of ${results.length} passed\n`);
    if (results.some(({ result }) => result.verdict === "internal-error")) return EXIT.internalError;
    return passed === results.length ? EXIT.passed : EXIT.notPassed;
  } catch (error) {
    if (error instanceof Aborted) return EXIT.interrupted;
    throw error;
  }
}

function lines(played: ScriptResult, isAlone: boolean, { style }: Stdio["out"]): string[] {
  const { name, script, result, outcomes, trace } = played;
  const processes = new Processes(script.groups);
  const idle = outcomes.flatMap(({ nothing }, at) => (nothing === undefined ? [] : [{ at, nothing }]));
  const taken = `${outcomes.length - idle.length} of ${script.steps.length} steps took place`;
  const verdict = result.verdict === "passed" ? style.good("passed") : style.bad(headline(result));
  const heading = `${oneLine(name)}: ${verdict}${likeness(played)}; ${taken}`;
  if (!isAlone) return [heading];
  const told = tellSteps(script, outcomes, trace);
  if (result.verdict === "passed") return [heading, ...shortly(told)];
  return [
    heading,
    ...idle.slice(0, IDLE_STEPS_SHOWN).map(({ at, nothing }) => {
      const step = script.steps[at];
      return style.dim(
        `  nothing to do in "${step === undefined ? "" : oneLine(stepText(step, processes))}": ${nothing}`,
      );
    }),
    ...(idle.length > IDLE_STEPS_SHOWN ? [style.dim(`  and so in ${idle.length - IDLE_STEPS_SHOWN} more`)] : []),
    ...told.flatMap(({ text, did }, at) => [
      `  ${String(at + 1).padStart(3)}  ${text}`,
      ...(did === "" ? [] : [style.dim(`         ${did}`)]),
    ]),
    ...describeRun(result, style).map((line) => `  ${line}`.trimEnd()),
  ];
}

/** What took place, a line for each step. */
function shortly(told: readonly ToldStep[]): string[] {
  const lines = told.slice(0, STEPS_SHOWN).map(({ text, did }, at) => {
    const line = did === "" ? text : `${text}: ${did}`;
    return `  ${String(at + 1).padStart(3)}  ${cutText(line, STEP_CHARS)}`;
  });
  return told.length > STEPS_SHOWN ? [...lines, `  and ${told.length - STEPS_SHOWN} more`] : lines;
}

/** Whether what it was made of is what comes of it. */
function likeness({ script, signature }: ScriptResult): string {
  if (script.breaks === undefined || signature === null) return "";
  return signature === script.breaks
    ? ", in the way it was written down for"
    : `, not in the way it was written down for (${oneLine(script.breaks)})`;
}
