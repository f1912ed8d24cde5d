import { join } from "node:path";
import type { Lab, Scenario } from "../../harness/scenario.ts";
import { type ReportContext, summaryLines } from "../../report/grading-report.ts";
import { toJson } from "../../report/json.ts";
import { ProgressReport } from "../../report/progress.ts";
import { DEFAULT_RUNS, DEFAULT_SEED, type GradeRequest, grade } from "../../run/grade.ts";
import { compareWithGiven, toCompare } from "../../run/over-given.ts";
import type { OwnLayer } from "../../run/own-layers.ts";
import type { Boundary, GradingResult } from "../../run/result.ts";
import { DEFAULT_SAFETY_CAP } from "../../run/safety-cap.ts";
import { describeHoles, prepareSandbox, type Sandbox } from "../../run/sandbox.ts";
import { CheckCache, remarksOn } from "../../submission/index.ts";
import { oneLine } from "../../text/printable.ts";
import { EXIT, exitCodeOf } from "../exit-code.ts";
import { cacheFolder } from "../input/cache-folder.ts";
import { submissionFolder } from "../input/find-submission.ts";
import { LastGradings, type Verdicts } from "../input/last-grading.ts";
import { requireNativeParts } from "../input/native-parts.ts";
import { defaultWorkers } from "../input/options.ts";
import { type OwnLayerWords, ownLayersOf, ownLayerText } from "../input/own-layers.ts";
import { selectLab, selectScenarios } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import { commandOn, layerCommandOf, quoted } from "../output/command-text.ts";
import { notInKit, notInKitText } from "../output/not-in-kit.ts";
import { OutputFile } from "../output/output-file.ts";
import { PhaseClock } from "../output/phases.ts";
import type { Stdio } from "../output/stdio.ts";
import { TraceFolder } from "../output/trace-folder.ts";
import { interruptible } from "../thread/interrupt.ts";
import { chosenOf } from "../watch/choice.ts";
import { explain } from "./explain.ts";

export interface GradeOptions extends OwnLayerWords {
  readonly only?: string;
  readonly seed?: number;
  readonly runs?: number;
  readonly workers?: number;
  readonly allRuns?: boolean;
  /** Only what did not pass in the last grading of the folder. */
  readonly failed?: boolean;
  readonly sandbox?: boolean;
  /** `false` with `--no-cache`. */
  readonly cache?: boolean;
  /** Default: `process` with `--sandbox`, else `none`. */
  readonly boundary?: Boundary;
  /** `false` with `--no-audit`. */
  readonly audit?: boolean;
  readonly auditAll?: boolean;
  /** `false` with `--no-shrink`. */
  readonly shrink?: boolean;
  readonly shrinkBudget?: number;
  /** `true`: results go to standard output, and nothing else does. A text: to that file. */
  readonly json?: true | string;
  /** A folder that gets a page for each scenario that did not pass. */
  readonly trace?: string;
}

/** `grade <lab> [submission]`. Gives the exit status. */
export async function gradeCommand(
  labs: readonly Lab[],
  labName: string,
  submissionArgument: string | undefined,
  options: GradeOptions,
  stdio: Stdio,
): Promise<number> {
  if (options.audit === false && options.auditAll)
    throw new UsageError("--no-audit and --audit-all exclude each other");
  if (options.sandbox && options.boundary === "none")
    throw new UsageError(
      "--sandbox and --boundary none exclude each other: what is kept from the machine is not believed",
    );
  if (options.failed && options.cache === false)
    throw new UsageError("--failed and --no-cache exclude each other: what failed is remembered among the caches");
  const clock = new PhaseClock();
  const selection = selectLab(labs, labName);
  const selected = selectScenarios(selection, options.only);
  // First: where "--json" has swallowed the folder, that is what is to be said.
  const file = typeof options.json === "string" ? new OutputFile("--json", options.json) : null;
  const submission = submissionFolder(selection.lab, submissionArgument, (line) => stdio.err.write(`${line}\n`));
  const layers = ownLayersOf(labs, selection.lab, submission, options);
  const caches = options.cache === false ? null : cacheFolder();
  const last = caches === null ? null : new LastGradings(caches);
  const scenarios = options.failed ? notPassed(selected, last?.of(submission, selection.lab) ?? new Map()) : selected;
  if (scenarios.length === 0) {
    const said = `all of ${selection.id} that was graded in ${submission} passed the last time: there is nothing to play`;
    // Whoever asks for data takes what it finds there for the result of now.
    if (options.json !== undefined) throw new UsageError(`--failed: ${said}, and so no result for --json`);
    stdio.out.write(`${said}\n`);
    return EXIT.passed;
  }
  const runs = options.runs ?? DEFAULT_RUNS;
  const seed = options.seed ?? DEFAULT_SEED;
  const isJsonOnly = options.json === true;
  const pages = options.trace === undefined ? null : new TraceFolder(options.trace, `--trace ${options.trace}`);
  const sandbox = options.sandbox === true ? await requiredSandbox() : null;
  requireNativeParts();

  const report = isJsonOnly ? stdio.err : stdio.out;
  const { signal, abort } = interruptible();
  let isUnread = false;
  stdio.onClosed(() => {
    isUnread = true;
    // Results for a file are still wanted.
    if (file === null) abort();
  });

  const progress = new ProgressReport(report, report.style, {
    live: report.isTerminal,
    idWidth: Math.max(...scenarios.map(({ id }) => id.length)),
    heading: heading(selection.id, submission, layers, scenarios.length, runs),
    scenarios: scenarios.length,
    runs,
    isQuiet: isJsonOnly,
  });
  let result: GradingResult;
  try {
    const request: GradeRequest = {
      lab: selection.id,
      form: selection.lab.form,
      scenarios,
      submission,
      ...(layers.length > 0 && { layers }),
      safety: { properties: selection.lab.safetyProperties, cap: DEFAULT_SAFETY_CAP },
      seed,
      runs,
      workers: options.workers ?? defaultWorkers(),
      ...(options.allRuns && { allRuns: true }),
      ...(sandbox !== null && { sandbox }),
      ...(caches !== null && sandbox === null && { cache: new CheckCache(join(caches, "type-check")) }),
      boundary: options.boundary ?? (sandbox === null ? "none" : "process"),
      ...(options.auditAll && { audit: "every-run" }),
      ...(options.audit === false && { audit: "none" }),
      signal,
      onEvent: (event) => {
        clock.onEvent(event);
        progress.onEvent(event);
      },
    };
    const played = await grade(request);
    const doubtful = toCompare(played).length;
    if (doubtful > 0 && !isJsonOnly)
      report.write(
        `\n${several(doubtful, "scenario")} once more, over the given ${layers.map(({ origin }) => origin.title).join(" and ")}\n`,
      );
    const untimed = await compareWithGiven(request, played);
    const missing = notInKit(selection.suites);
    result = clock.timed(missing === undefined ? untimed : { ...untimed, notInKit: missing });
  } finally {
    progress.end();
  }

  // What is played over something else than what is given says nothing of how that went.
  if (layers.length === 0) last?.note(submission, selection.lab, result);
  if (isJsonOnly) stdio.out.write(toJson(result));
  if (result.ungradable !== undefined) stdio.err.write(`error: ${oneLine(result.ungradable)}\n`);
  else if (!isJsonOnly) {
    const context: ReportContext = {
      style: stdio.out.style,
      stages: selection.lab.suites,
      replayCommand: (run) => commandOn(run.replay, submissionArgument, ownLayerText(layers, submission, quoted)),
      layerCommand: layerCommandOf(labs),
      publicSeed: seed,
    };
    for (const line of summaryLines(result, context)) stdio.out.write(`${line}\n`);
    if (result.notInKit !== undefined) stdio.out.write(`${notInKitText(result.notInKit)}\n`);
  }
  if (pages !== null) {
    const replayed = {
      lab: selection.lab,
      scenarios,
      submission,
      layers,
      signal,
      ...(sandbox !== null && { sandbox }),
    };
    await pages.write(result, replayed, (path) => report.write(`page      ${path}\n`));
  }
  const { lab } = selection;
  const isShrunk = layers.length === 0 && lab.stage !== undefined && options.shrink !== false;
  const isTold = options.json === undefined && sandbox === null && isShrunk;
  const first = isTold ? firstFailure(result) : null;
  if (first !== null && !signal.aborted) {
    stdio.out.write("\n");
    const scenario = scenarios.find(({ id }) => id === first.id) as Scenario;
    const { workers, shrinkBudget } = options;
    const settings = {
      isOnlyTold: (run: string) => commandOn(`grade explain ${run}`, submissionArgument, " --only-file"),
      ...(workers !== undefined && { workers }),
      ...(shrinkBudget !== undefined && { shrinkBudget }),
    };
    await explain({ lab, scenario, seed: first.seed }, submission, settings, stdio);
  }
  const remarks = [
    ...remarksOn(submission, selection.lab.form),
    ...layers.flatMap(({ folder, origin }) => remarksOn(folder, origin.form)),
  ];
  for (const remark of remarks) report.write(`note: ${remark}\n`);
  if (file?.write(toJson(result), stdio) === false) return Math.max(EXIT.usage, exitCodeOf(result));
  return isUnread && file === null ? EXIT.usage : exitCodeOf(result);
}

/** What did not pass the last time; throws `UsageError` where nothing is known of a last time. */
function notPassed(scenarios: readonly Scenario[], last: Verdicts): readonly Scenario[] {
  if (scenarios.every(({ id }) => !last.has(id)))
    throw new UsageError("--failed: none of it was graded in this folder yet; grade it once without --failed");
  return chosenOf({ kind: "failed" }, scenarios, last);
}

/** The run that is told in the steps that it takes: of the first scenario that has one. */
function firstFailure({
  scenarios,
  interrupted,
}: GradingResult): { readonly id: string; readonly seed: number } | null {
  if (interrupted) return null;
  for (const { id, runs } of scenarios) {
    const run = runs.find(({ verdict }) => verdict === "failed" || verdict === "crashed");
    if (run !== undefined) return { id, seed: run.seed };
  }
  return null;
}

/** The best sandbox that there is, after it was tried. */
async function requiredSandbox(): Promise<Sandbox> {
  if (process.platform !== "linux") {
    throw new UsageError(
      `--sandbox needs Linux, and this is ${process.platform}: without it a submission runs as any program of yours does, which is fine for your own`,
    );
  }
  const sandbox = await prepareSandbox("auto");
  const holes = sandbox.tier === "plain" ? sandbox.advice() : describeHoles(await sandbox.selfTest(), sandbox.problems);
  if (sandbox.tier === "plain" || holes.length > 0) {
    throw new UsageError(`no sandbox works here, so nothing is graded with --sandbox\n${holes.join("\n")}`);
  }
  return sandbox;
}

function heading(
  lab: string,
  submission: string,
  layers: readonly OwnLayer[],
  scenarios: number,
  runs: number,
): string {
  const over = layers.map(({ origin, folder }) => ` over the ${origin.title} of ${folder}`).join("");
  return `${lab} of ${submission}${over}: ${several(scenarios, "scenario")}, ${several(runs, "run")} each`;
}

function several(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
