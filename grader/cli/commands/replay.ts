import type { Lab } from "../../harness/scenario.ts";
import { describeRun, headline, seconds } from "../../report/failure-text.ts";
import { traceLines } from "../../report/trace-text.ts";
import { Aborted } from "../../run/player.ts";
import { type ReplayRequest, replay } from "../../run/replay.ts";
import type { RunResult } from "../../run/result.ts";
import { EXIT } from "../exit-code.ts";
import { requireNativeParts } from "../input/native-parts.ts";
import { defaultSubmission, type RunName, selectRun } from "../input/select.ts";
import type { Stdio } from "../output/stdio.ts";
import { interruptible } from "../thread/interrupt.ts";

/** `grade replay <lab>/<scenario>@<seed> [submission]`. Gives the exit status. */
export async function replayCommand(
  labs: readonly Lab[],
  run: string,
  submissionArgument: string | undefined,
  stdio: Stdio,
): Promise<number> {
  const name = selectRun(labs, run);
  return playRun(name, submissionArgument ?? defaultSubmission(name.lab), stdio);
}

/** What is said of how a run is played beside the run itself. */
export interface PlayOptions extends Pick<ReplayRequest, "sandbox" | "limits" | "buildLimits"> {
  /** Told what came of it, once all else is printed. */
  readonly onResult?: (result: RunResult) => void;
}

/** Plays a run, and prints it step by step. Gives the exit status. */
export async function playRun(
  { lab, scenario, seed }: RunName,
  submission: string,
  stdio: Stdio,
  { onResult, ...options }: PlayOptions = {},
): Promise<number> {
  requireNativeParts();
  const { signal, abort } = interruptible();
  let isUnread = false;
  stdio.onClosed(() => {
    isUnread = true;
    abort();
  });
  try {
    const { result, trace } = await replay({ ...options, scenario, form: lab.form, submission, seed, signal });
    const { out } = stdio;
    out.write(`${out.style.strong(`${scenario.id}: ${scenario.title}`)}\n${scenario.about}\n\n`);
    for (const line of traceLines(trace, out.style)) {
      if (isUnread) break;
      out.write(`${line}\n`);
    }
    out.write(`\n${ending(result, stdio)}\n`);
    onResult?.(result);
    return isUnread ? EXIT.usage : exitCodeOfRun(result);
  } catch (error) {
    if (error instanceof Aborted) return isUnread ? EXIT.usage : EXIT.interrupted;
    throw error;
  }
}

function ending(result: RunResult, { out: { style } }: Stdio): string {
  const facts = `after ${seconds(result.virtualMs)} of virtual time, ${result.rpcs} RPCs, ${result.bytes} bytes`;
  const trace = style.dim(`trace ${result.traceHash}`);
  if (result.verdict === "passed") return `${style.good("passed")} ${facts}\n${trace}`;
  const details = describeRun(result, style).map((line) => `  ${line}`.trimEnd());
  return [`${style.bad(headline(result))} ${facts}`, ...details, trace].join("\n");
}

function exitCodeOfRun({ verdict }: RunResult): number {
  if (verdict === "passed") return EXIT.passed;
  return verdict === "internal-error" ? EXIT.internalError : EXIT.notPassed;
}
