import { rmSync } from "node:fs";
import {
  type BatchResult,
  type Intake,
  limitsOf,
  openIntake,
  openReport,
  shown,
  takeIn,
  whoIs,
} from "../../batch/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import type { RunResult } from "../../run/result.ts";
import { makeTemporaryFolder } from "../../sandbox/temporary-folder.ts";
import { type PlayOptions, playRun } from "../commands/replay.ts";
import { policyOf } from "../input/policy.ts";
import { type RunName, selectRun } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import { withBatchErrors } from "../output/batch-lines.ts";
import type { Stdio } from "../output/stdio.ts";
import { intakeOptions } from "./intake-options.ts";
import type { IntakeWords } from "./intake-words.ts";
import { chooseSandbox } from "./sandbox.ts";

/** What is shown of it, as of every replay. */
type Shown = Pick<PlayOptions, "trace" | "last" | "from" | "to" | "peer" | "rpc" | "fold" | "columns">;

export interface ReplayOptions extends IntakeWords, Shown {
  /** The sources of a batch. */
  readonly batch?: readonly string[];
  /** Whose. */
  readonly id?: string;
  /** The batch's folder, to compare with what was graded. */
  readonly out?: string;
  /** Policy file. */
  readonly config?: string;
  /** `false` with `--no-sandbox`. */
  readonly sandbox: boolean;
}

/**
 * `grade replay <run> --batch <sources> --id <id>`: a run of what a student handed in, taken from where the batch took it. Gives
 * the exit status.
 */
export function replayHandedIn(
  labs: readonly Lab[],
  run: string,
  { batch: sources, id, ...options }: ReplayOptions,
  stdio: Stdio,
): Promise<number> {
  return withBatchErrors(stdio, async () => {
    if (sources === undefined || id === undefined) {
      throw new UsageError(
        "--batch and --id go together: the sources of a batch, and whose submission of them is played",
      );
    }
    const name = selectRun(labs, run);
    const policy = policyOf(options.config, undefined, [name.lab]);
    const recorded = options.out === undefined ? null : recordOf(options.out, id, stdio);
    const sandbox = await chooseSandbox(options.sandbox);
    const workDir = makeTemporaryFolder("replay");
    try {
      const { form } = name.lab;
      const onRemark = () => {};
      const intakes = await takeIn(sources, intakeOptions(options, policy, { mainFile: form.file, workDir, onRemark }));
      const intake = chosen(intakes, recorded?.id ?? id);
      const { opened, submissionHash } = await openIntake(intake, form, 0);
      if ("ungradable" in opened) throw new UsageError(`${whoIs(intake)}: ${opened.ungradable}`);
      checkHash(intake, submissionHash, recorded, options);
      stdio.out.write(`${whoIs(intake)}, ${comparedText(submissionHash, recorded)}\n\n`);
      const { limits, buildLimits } = limitsOf(policy);
      return await playRun(name, opened.folder, stdio, {
        ...(sandbox.tier !== "plain" && { sandbox }),
        limits,
        buildLimits,
        ...shownOf(options),
        onResult: (result) => compareRun(result, name, recorded, stdio),
      });
    } finally {
      rmSync(workDir, { recursive: true, force: true });
    }
  });
}

function shownOf({ trace, last, from, to, peer, rpc, fold, columns }: Shown): Shown {
  const all = { trace, last, from, to, peer, rpc, fold, columns };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** What the batch recorded of it. */
function recordOf(out: string, id: string, stdio: Stdio): BatchResult {
  const batch = openReport(out, (message) => stdio.err.write(`${message}\n`));
  try {
    const result = batch.find(id);
    if (result !== undefined) return result;
    throw new UsageError(`--id ${id}: ${out} has no such submission, or more than one; say an id as in gradebook.csv`);
  } finally {
    batch.close();
  }
}

/** By its id, or by what the institution calls one who handed it in. */
function chosen(intakes: readonly Intake[], id: string): Intake {
  const found =
    intakes.find((intake) => intake.id === id) ??
    only(intakes.filter(({ members }) => members.some(({ studentId, email }) => studentId === id || email === id)));
  if (found !== undefined) return found;
  const some = intakes.slice(0, 3).map((intake) => intake.id);
  throw new UsageError(
    `--id ${id}: there is no such submission in these sources, or more than one; ids are such as ${some.join(", ")}`,
  );
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}

function checkHash(intake: Intake, hash: string, recorded: BatchResult | null, { anyway, out }: ReplayOptions): void {
  if (recorded === null || recorded.submissionHash === hash || anyway === true) return;
  throw new UsageError(
    `${shown(intake.origin)} is not what was graded: its hash is ${short(hash)}, and in ${out} it is ` +
      `${short(recorded.submissionHash)}; name the sources of then, or --anyway to play these`,
  );
}

function comparedText(hash: string, recorded: BatchResult | null): string {
  if (recorded === null) return `hash ${short(hash)}: --out <dir> compares it with what was graded`;
  const isSame = recorded.submissionHash === hash;
  return isSame ? `hash ${short(hash)}: what was graded` : `hash ${short(hash)}: NOT what was graded`;
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

/** Whether the run went as it did when it was graded. */
function compareRun(result: RunResult, { scenario, seed }: RunName, recorded: BatchResult | null, stdio: Stdio): void {
  const runs = recorded?.grading?.scenarios.find(({ id }) => id === scenario.id)?.runs ?? [];
  const before = runs.find((run) => run.seed === seed);
  if (before === undefined) return;
  const isSame = before.traceHash === result.traceHash && before.verdict === result.verdict;
  stdio.out.write(
    isSame
      ? "the same run as when it was graded\n"
      : `not the same run as when it was graded: that was ${before.verdict}, trace ${before.traceHash}\n`,
  );
}
