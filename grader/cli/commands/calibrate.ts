import { existsSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { type CalibrationProgress, calibrate } from "../../calibrate/calibrate.ts";
import { CorpusError } from "../../calibrate/corpus/corpus-error.ts";
import { calibrationEvidence } from "../../calibrate/evidence.ts";
import { calibrationPage } from "../../calibrate/report/page.ts";
import { calibrationLines } from "../../calibrate/report/text.ts";
import type { CalibrationResult, CalibrationSize, RunNote, Sample } from "../../calibrate/result.ts";
import type { Lab } from "../../harness/scenario.ts";
import { evidenceLines } from "../../report/evidence.ts";
import { LiveLine } from "../../report/live-line.ts";
import { DEFAULT_SEED } from "../../run/grade.ts";
import type { Boundary } from "../../run/result.ts";
import { DEFAULT_SAFETY_CAP } from "../../run/safety-cap.ts";
import { packageRoot } from "../../sandbox/dist-file.ts";
import { EXIT } from "../exit-code.ts";
import { defaultWorkers } from "../input/options.ts";
import { selectLab, selectScenarios } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import { OutputFile } from "../output/output-file.ts";
import type { Stdio } from "../output/stdio.ts";
import { interruptible } from "../thread/interrupt.ts";

export interface CalibrateOptions {
  readonly wrong?: readonly string[];
  readonly right?: readonly string[];
  readonly only?: string;
  readonly scenarios?: string;
  readonly runs?: number;
  readonly seeds?: number;
  readonly sample?: Sample;
  readonly quick?: boolean;
  readonly killers?: string;
  readonly seed?: number;
  readonly workers?: number;
  readonly boundary?: Boundary;
  readonly journal?: string;
  readonly folders?: string;
  readonly renamed?: boolean;
  readonly matrix?: boolean;
  readonly suggestPoints?: boolean;
  /** `true`: the result goes to standard output, and nothing else does. A text: to that file. */
  readonly json?: true | string;
  readonly html?: string;
}

const DEFAULT_MATRIX_RUNS = 20;
const DEFAULT_BASE_SEEDS = 100;
const DEFAULT_SAMPLE: Sample = { kind: "minutes", minutes: 30 };
const QUICK_SAMPLE: Sample = { kind: "minutes", minutes: 1 };

/** `grade calibrate <lab>`. Gives the exit status. */
export async function calibrateCommand(
  labs: readonly Lab[],
  labName: string,
  options: CalibrateOptions,
  stdio: Stdio,
): Promise<number> {
  const selection = selectLab(labs, labName);
  const scenarios = selectScenarios(selection, options.scenarios, "--scenarios");
  const corpus = corpusFolders(options, selection.lab);
  const size = sizeOf(options);
  const jsonFile = typeof options.json === "string" ? new OutputFile("--json", options.json) : null;
  const htmlFile = options.html === undefined ? null : new OutputFile("--html", options.html);
  const isJsonOnly = options.json === true;
  const report = isJsonOnly ? stdio.err : stdio.out;
  const { signal, abort } = interruptible();
  stdio.onClosed(() => {
    // Results for a file are still wanted.
    if (jsonFile === null && htmlFile === null) abort();
  });

  const startedMs = performance.now();
  let progress: CalibrationProgress = { phase: "pilot", done: 0, of: 0, played: 0 };
  const live = new LiveLine(report, report.style, () => progressText(progress, startedMs), report.isTerminal);
  // Where no line can be drawn anew, such as in CI, a long calibration still shows that it is alive.
  const timer = setInterval(() => {
    if (!report.isTerminal) stdio.err.write(`${progressText(progress, startedMs)}\n`);
  }, PLAIN_PROGRESS_MS);
  let result: CalibrationResult;
  try {
    result = await calibrate({
      lab: selection.id,
      form: selection.lab.form,
      suites: selection.lab.suites.map(({ id }) => id),
      safety: { properties: selection.lab.safetyProperties, cap: DEFAULT_SAFETY_CAP },
      scenarios,
      ...corpus,
      ...(options.only !== undefined && { only: options.only }),
      size,
      seed: options.seed ?? DEFAULT_SEED,
      workers: options.workers ?? defaultWorkers(),
      ...(options.killers !== undefined && { killers: options.killers }),
      // A process that plays whole runs takes longer to warm up, and of each submission few runs are played.
      boundary: options.boundary ?? "process",
      ...(options.journal !== undefined && { journal: options.journal }),
      ...(options.folders !== undefined && { folders: options.folders }),
      ...(options.renamed !== undefined && { renamed: options.renamed }),
      signal,
      onProgress: (now) => {
        progress = now;
        live.update();
      },
    });
  } catch (error) {
    if (error instanceof CorpusError) throw new UsageError(error.message);
    throw error;
  } finally {
    live.end();
    clearInterval(timer);
  }

  const evidence = options.suggestPoints === true ? calibrationEvidence(result, scenarios) : undefined;
  const json = `${JSON.stringify({ ...result, ...(evidence !== undefined && { evidence }) }, null, 2)}\n`;
  if (isJsonOnly) stdio.out.write(json);
  else {
    const { style } = report;
    const context = { style, replayCommand: replayCommandFor(options.folders), withMatrix: options.matrix === true };
    report.write(`${calibrationLines(result, context).slice(1).join("\n")}\n`);
    const points = new Map(scenarios.map((scenario) => [scenario.id, scenario.points]));
    if (evidence !== undefined) report.write(`\n${evidenceLines(evidence, points).join("\n")}\n`);
  }
  const written = [jsonFile?.write(json, stdio) ?? true, htmlFile?.write(calibrationPage(result), stdio) ?? true];
  return written.every(Boolean) ? exitCodeOf(result) : Math.max(exitCodeOf(result), EXIT.usage);
}

const PLAIN_PROGRESS_MS = 30_000;

function progressText({ phase, done, of, played }: CalibrationProgress, startedMs: number): string {
  const what = { pilot: "pilot runs", matrix: "runs of the matrix", gradings: "gradings of wrong submissions" }[phase];
  const seconds = (performance.now() - startedMs) / 1000;
  return `${done}/${of} ${what}  ${played} runs played  ${seconds.toFixed(0)} s  ${(played / seconds).toFixed(0)} runs/s`;
}

/** Without folders: those of the lab in the project itself. */
function corpusFolders(
  { wrong, right }: CalibrateOptions,
  { home }: Lab,
): { wrong: readonly string[]; right: readonly string[] } {
  if (wrong !== undefined || right !== undefined) return { wrong: wrong ?? [], right: right ?? [] };
  const own = (name: string) => {
    const path = join(packageRoot(), "test", name, home);
    if (!existsSync(path)) throw new UsageError(`there is no folder ${path}; name one with --wrong or --right`);
    const fromHere = relative(process.cwd(), path);
    return fromHere.startsWith("..") || isAbsolute(fromHere) ? path : fromHere;
  };
  return { wrong: [own("wrong")], right: [own("right")] };
}

/** Numbers that are given are kept to, unless a sample is asked for. */
function sizeOf({ runs, seeds, sample, quick, killers, suggestPoints }: CalibrateOptions): CalibrationSize {
  if (killers !== undefined && !quick)
    throw new UsageError("--killers goes with --quick; other gradings find their own order");
  if (quick && suggestPoints)
    throw new UsageError("--suggest-points goes by the matrix, which --quick does not play; say --sample instead");
  if (quick && seeds !== undefined) throw new UsageError("--quick plays one grading of each, so it takes no --seeds");
  if (quick) return { runs: runs ?? DEFAULT_MATRIX_RUNS, seeds: 1, sample: sample ?? QUICK_SAMPLE, quick: true };
  const isGiven = runs !== undefined || seeds !== undefined;
  return {
    runs: runs ?? DEFAULT_MATRIX_RUNS,
    seeds: seeds ?? DEFAULT_BASE_SEEDS,
    sample: sample ?? (isGiven ? ({ kind: "all" } as const) : DEFAULT_SAMPLE),
  };
}

function replayCommandFor(folders: string | undefined): (note: RunNote) => string {
  return ({ replay, submission }) =>
    `npx --no ${replay} ${folders === undefined ? `<${submission}>` : join(folders, submission)}`;
}

function exitCodeOf({ interrupted, faults, totals }: CalibrationResult): number {
  if (interrupted) return EXIT.interrupted;
  if (faults.length > 0) return EXIT.internalError;
  return totals.survivors.length + totals.falseFailures.length > 0 ? EXIT.notPassed : EXIT.passed;
}
