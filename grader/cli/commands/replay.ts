import { traceWordsOf } from "../../../labs/explain.ts";
import type { Lab } from "../../harness/scenario.ts";
import { describeRun, headline, seconds } from "../../report/failure-text.ts";
import { faultText, type LayerCommand } from "../../report/own-layers-text.ts";
import { type TraceTelling, traceLines } from "../../report/trace-text.ts";
import { chosen } from "../../report/trace-view.ts";
import { type Inspection, whyPortIsTaken } from "../../run/inspect.ts";
import { Aborted } from "../../run/player.ts";
import { type ReplayRequest, replay } from "../../run/replay.ts";
import type { RunResult } from "../../run/result.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import { oneLine } from "../../text/printable.ts";
import { EXIT } from "../exit-code.ts";
import { cacheFolder } from "../input/cache-folder.ts";
import { comparedWith, type FailedBefore } from "../input/failed-before.ts";
import { submissionFolder } from "../input/find-submission.ts";
import { LastGradings } from "../input/last-grading.ts";
import { requireNativeParts } from "../input/native-parts.ts";
import { type OwnLayerWords, ownLayersOf } from "../input/own-layers.ts";
import { type RunName, selectRun } from "../input/select.ts";
import { type TracePartWords, traceChoice } from "../input/trace-part.ts";
import { UsageError } from "../input/usage-error.ts";
import { layerCommandOf } from "../output/command-text.ts";
import { OutputFile } from "../output/output-file.ts";
import type { Stdio } from "../output/stdio.ts";
import { pageFileName, pageOfReplay } from "../output/trace-page.ts";
import { interruptible } from "../thread/interrupt.ts";

export interface ReplayOptions extends OwnLayerWords, TracePartWords {
  /** A page instead of the trace as text: `true` under a name of its own in the current folder, else in that file. */
  readonly trace?: true | string;
  /** What repeats is told once; a column for each peer. */
  readonly fold?: true;
  readonly columns?: true;
  /** Waits for a debugger there. */
  readonly inspect?: number;
}

/** `grade replay <lab>/<scenario>@<seed> [submission]`. Gives the exit status. */
export async function replayCommand(
  labs: readonly Lab[],
  run: string,
  submissionArgument: string | undefined,
  options: ReplayOptions,
  stdio: Stdio,
): Promise<number> {
  const name = selectRun(labs, run);
  const submission = submissionFolder(name.lab, submissionArgument, (line) => stdio.err.write(`${line}\n`));
  const layers = ownLayersOf(labs, name.lab, submission, options);
  const caches = cacheFolder();
  // What is played over something else than what is given is compared with nothing.
  const before =
    caches === null || layers.length > 0
      ? undefined
      : new LastGradings(caches).failedRun(submission, name.lab, `${name.scenario.id}@${name.seed}`);
  const told = { layers, layerCommand: layerCommandOf(labs), ...(before && { before }) };
  return playRun(name, submission, stdio, { ...options, ...told });
}

/** What is said of how a run is played beside the run itself. */
export interface PlayOptions
  extends Pick<ReplayRequest, "sandbox" | "limits" | "buildLimits" | "layers">,
    Omit<ReplayOptions, keyof OwnLayerWords> {
  readonly layerCommand?: LayerCommand;
  /** What a grading told of this run. */
  readonly before?: FailedBefore;
  /** Told what came of it, once all else is printed. */
  readonly onResult?: (result: RunResult) => void;
}

/** Plays a run, and prints it step by step. Gives the exit status. */
export async function playRun(
  { lab, scenario, seed }: RunName,
  submission: string,
  stdio: Stdio,
  {
    onResult,
    layerCommand,
    before,
    trace: page,
    last,
    from,
    to,
    peer,
    rpc,
    fold,
    columns,
    inspect: port,
    ...options
  }: PlayOptions = {},
): Promise<number> {
  const path = page === true ? pageFileName(scenario, seed) : page;
  const file = path === undefined ? null : new OutputFile("--trace", path);
  requireNativeParts();
  const { signal, abort } = interruptible();
  let isUnread = false;
  stdio.onClosed(() => {
    isUnread = true;
    abort();
  });
  try {
    const inspect = port === undefined ? null : await inspectionAt(port, `${scenario.id}@${seed}`, stdio);
    const wantsFields = file !== null && inspect === null;
    const request = { scenario, form: lab.form, submission, seed, signal, wantsFields };
    const played = await replay({ ...options, ...request, ...(inspect && { inspect }) });
    const part = chosen(played.trace, traceChoice({ last, from, to, peer, rpc }, played.trace, played.names));
    const { out } = stdio;
    out.write(`${out.style.strong(`${scenario.id}: ${scenario.title}`)}\n${scenario.about}\n\n`);
    // Who has looked at all of it has no use for it once more.
    if (file === null && inspect === null) {
      const words = traceWordsOf(scenario.id);
      const shape = { isFolded: fold === true, isInColumns: columns === true, names: played.names };
      const { upcall } = lab.wording;
      writeTrace(part, { ...(words && { words }), ...(upcall && { upcall }), ...shape }, stdio, () => isUnread);
    }
    const isWritten = file?.write(pageOfReplay(lab, scenario, played), stdio) ?? true;
    out.write(`${ending(played.result, before, stdio)}\n`);
    if (played.ownLayers.length > 0 && layerCommand !== undefined && played.result.verdict !== "passed") {
      const { layers: _, ...given } = options;
      const { result } = await replay({ ...given, ...request, isAudited: false });
      out.write(`fault ${faultText(played.ownLayers, result.verdict, layerCommand)}\n`);
    }
    if (file !== null && isWritten) out.write(`page  ${path}\n`);
    onResult?.(played.result);
    return isUnread || !isWritten ? EXIT.usage : exitCodeOfRun(played.result);
  } catch (error) {
    if (error instanceof Aborted) return isUnread ? EXIT.usage : EXIT.interrupted;
    throw error;
  }
}

/** Throws `UsageError` where no debugger could come. */
async function inspectionAt(port: number, run: string, { out }: Stdio): Promise<Inspection> {
  const why = await whyPortIsTaken(port);
  if (why !== null) {
    const what = why === "EADDRINUSE" ? "is taken, perhaps by another debugger" : `cannot be had (${why})`;
    throw new UsageError(
      `--inspect: port ${port} ${what}; --inspect=${port < 65_535 ? port + 1 : port - 1} takes another`,
    );
  }
  out.write(`replay ${run} under a debugger\n`);
  return {
    port,
    onWaiting: (url) =>
      out.write(`waiting for a debugger at ${url}; editors attach to port ${port}, Chrome by chrome://inspect\n`),
  };
}

function writeTrace(trace: readonly TraceRecord[], telling: TraceTelling, { out }: Stdio, isOver: () => boolean): void {
  for (const line of traceLines(trace, out.style, telling)) {
    if (isOver()) return;
    out.write(`${line}\n`);
  }
  out.write("\n");
}

/** A run is printed with a failure only when it failed twice; what passes now is another run. */
const PASSED_NOW =
  "a failure that this run was printed for is not confirmed: the sources, the grader or the scenario are others now, or it is mended";

function ending(result: RunResult, before: FailedBefore | undefined, { out: { style } }: Stdio): string {
  const facts = `after ${seconds(result.virtualMs)} of virtual time, ${result.rpcs} RPCs, ${result.bytes} bytes`;
  const trace = style.dim(`trace ${result.traceHash}`);
  const compared = before === undefined ? [] : [oneLine(comparedWith(before, result))];
  if (result.verdict === "passed")
    return [`${style.good("passed")} ${facts}`, ...(before === undefined ? [PASSED_NOW] : compared), trace].join("\n");
  const details = describeRun(result, style).map((line) => `  ${line}`.trimEnd());
  return [`${style.bad(headline(result))} ${facts}`, ...details, ...compared, trace].join("\n");
}

function exitCodeOfRun({ verdict }: RunResult): number {
  if (verdict === "passed") return EXIT.passed;
  return verdict === "internal-error" ? EXIT.internalError : EXIT.notPassed;
}
