import { inspect, parseArgs } from "node:util";
import { defaultLab, labs } from "../../../labs/index.ts";
import { headline } from "../../report/failure-text.ts";
import { buildBundle } from "../../run/build.ts";
import { playConfirmed } from "../../run/confirm.ts";
import { DEFAULT_SEED } from "../../run/grade.ts";
import { loadOf } from "../../run/load.ts";
import { Aborted } from "../../run/player.ts";
import { RunPool } from "../../run/pool.ts";
import type { RunResult, Verdict } from "../../run/result.ts";
import { toRunResult } from "../../run/run-result.ts";
import type { RunTask } from "../../run/schedule.ts";
import { runSeed } from "../../run/seeds.ts";
import { makeSourceMapper, openSubmission, UngradableError } from "../../submission/index.ts";
import { oneLine } from "../../text/printable.ts";
import { EXIT } from "../exit-code.ts";
import { submissionFolder } from "../input/find-submission.ts";
import { defaultWorkers } from "../input/options.ts";
import { selectLab, selectScenarios } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import { openStdio } from "../output/stdio.ts";
import { interruptible } from "../thread/interrupt.ts";
import { SoakJournal } from "./journal.ts";

const USAGE = `npm run soak -- [lab] [submission] [--runs n] [--seed n] [--only text] [--workers n] [--journal file]
                        [--boundary none|process]

Plays every scenario of a lab on many seeds, and tells of every run that did not pass. What was played stands in the
journal, so that it can be stopped at any time and goes on where it was when started again.`;

/** How often the plain progress line is printed. */
const REPORT_EVERY_MS = 5_000;

const { out, err } = openStdio();
const print = (line: string) => out.write(`${line}\n`);

let exitStatus: number;
try {
  exitStatus = await soak();
} catch (error) {
  const isForUser = error instanceof UsageError || error instanceof UngradableError || isArgumentError(error);
  err.write(`${isForUser ? `error: ${(error as Error).message}` : inspect(error)}\n`);
  exitStatus = isForUser ? EXIT.usage : EXIT.internalError;
}
process.exit(exitStatus);

async function soak(): Promise<number> {
  const options = {
    runs: { type: "string", default: "100" },
    seed: { type: "string", default: String(DEFAULT_SEED) },
    workers: { type: "string", default: String(defaultWorkers()) },
    only: { type: "string" },
    boundary: { type: "string", default: "none" },
    journal: { type: "string" },
    help: { type: "boolean" },
  } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) {
    print(USAGE);
    return EXIT.passed;
  }
  if (values.boundary !== "none" && values.boundary !== "process")
    throw new UsageError(`--boundary ${values.boundary}: none or process is needed`);
  const selection = selectLab(labs, positionals[0] ?? defaultLab.id);
  const scenarios = selectScenarios(selection, values.only);
  const seed = count(values.seed, "--seed", 0);
  const runs = count(values.runs, "--runs", 1);
  const { form } = selection.lab;
  const submission = openSubmission(submissionFolder(selection.lab, positionals[1], print), form);
  const bundle = await buildBundle(submission);
  const journal = SoakJournal.open(values.journal ?? `soak-${selection.id}-${seed}.jsonl`, {
    lab: selection.id,
    seed,
    submissionHash: submission.hash,
  });

  const tasks = function* (): Generator<RunTask> {
    for (let index = 0; index < runs; index++) {
      for (const { id } of scenarios) {
        if (!journal.has(id, index)) yield { scenarioId: id, index, seed: runSeed(seed, id, index) };
      }
    }
  };
  const total = runs * scenarios.length;
  const waiting = tasks();
  const workers = count(values.workers, "--workers", 1);
  const { code, filename, sourceMap } = bundle;
  const pool = new RunPool(workers, Promise.resolve(loadOf({ code, filename }, form)), {
    boundary: values.boundary,
  });
  const mapper = makeSourceMapper(sourceMap);
  const { signal } = interruptible();
  signal.addEventListener("abort", () => pool.abort());
  const startedMs = performance.now();
  let played = 0;
  const progress = () => {
    const elapsedSeconds = (performance.now() - startedMs) / 1000;
    const bad = journal.size - (journal.verdicts.get("passed") ?? 0);
    print(
      `${journal.size} of ${total} runs, ${bad} not passed, ${Math.round(elapsedSeconds)} s, ${(played / elapsedSeconds).toFixed(1)} runs/s`,
    );
  };
  if (journal.size > 0) print(`the journal ${journal.path} has ${journal.size} runs already`);
  const timer = setInterval(progress, REPORT_EVERY_MS);
  const lane = async () => {
    for (const task of waiting) {
      const result = toRunResult(task.scenarioId, task.seed, await playConfirmed(pool, task), mapper);
      played++;
      journal.add(task, result);
      if (result.verdict !== "passed") print(describe(task, result));
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, lane));
  } catch (error) {
    if (!(error instanceof Aborted)) throw error;
  } finally {
    clearInterval(timer);
    await pool.close();
  }
  progress();
  for (const [verdict, runsOf] of journal.verdicts) print(`  ${verdict}: ${runsOf}`);
  if (signal.aborted) print("stopped; the same command goes on from here");
  return exitCode(journal.verdicts, signal.aborted);
}

function describe({ scenarioId, index }: RunTask, result: RunResult): string {
  return `FAIL ${scenarioId}, run ${index}: ${headline(result)}: ${oneLine(result.message ?? "")}\n     npx --no ${result.replay}`;
}

function exitCode(verdicts: ReadonlyMap<Verdict, number>, isInterrupted: boolean): number {
  if (isInterrupted) return EXIT.interrupted;
  if (verdicts.has("internal-error")) return EXIT.internalError;
  return [...verdicts.keys()].every((verdict) => verdict === "passed") ? EXIT.passed : EXIT.notPassed;
}

function count(text: string, option: string, min: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
  throw new UsageError(`${option} ${text}: an integer from ${min} on is needed`);
}

function isArgumentError(error: unknown): boolean {
  return error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}
