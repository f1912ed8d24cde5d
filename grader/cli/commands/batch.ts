import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  type BatchEvent,
  type BatchIdentity,
  chooseSeed,
  finishBatch,
  JOURNAL_FILE,
  keepSeed,
  Lock,
  lastHandInAt,
  makeGrader,
  missingColumns,
  openBatch,
  type Policy,
  PolicyError,
  policyHash,
  prepareFolder,
  runBatch,
  SEED_FILE,
  type Shard,
  seedHash,
  sha256,
  takeIn,
  unmatchedEntries,
  withPolicyPoints,
} from "../../batch/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import { BatchProgress } from "../../report/batch-progress.ts";
import { graderHash } from "../../run/grader-hash.ts";
import { oneLine } from "../../text/printable.ts";
import { EXIT } from "../exit-code.ts";
import { defaultWorkers } from "../input/options.ts";
import { policyOf, scenarioIds } from "../input/policy.ts";
import { type Selection, selectLab, selectScenarios } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import { closingLines, eventLine, withBatchErrors } from "../output/batch-lines.ts";
import type { Stdio } from "../output/stdio.ts";
import { intakeOptions } from "../staff/intake-options.ts";
import type { IntakeWords } from "../staff/intake-words.ts";
import { chooseSandbox } from "../staff/sandbox.ts";
import { interruptible } from "../thread/interrupt.ts";

export interface BatchOptions extends IntakeWords {
  readonly out: string;
  /** Policy file. */
  readonly config?: string;
  /** In the gradebook, for who handed nothing in; absent: an empty field. */
  readonly missingAs?: number;
  readonly seedFile?: string;
  readonly only?: string;
  readonly runs?: number;
  readonly workers?: number;
  readonly retries?: number;
  readonly shard?: Shard;
  readonly regrade?: string;
  /** `false` with `--no-sandbox`. */
  readonly sandbox: boolean;
}

/** In `--out`, for unpacked submissions; removed at the end. Nobody keeps anything of their own under such a name. */
const WORK_FOLDER = ".grade-unpacked";

/** How often a submission is tried again on which the grader went wrong. */
const DEFAULT_RETRIES = 2;

/** `grade batch <lab> <submissions...> --out <dir>`. Gives the exit status. */
export function batchCommand(
  labs: readonly Lab[],
  labName: string,
  sources: readonly string[],
  options: BatchOptions,
  stdio: Stdio,
): Promise<number> {
  return withBatchErrors(stdio, async () => {
    const selection = selectLab(labs, labName);
    const policy = policyOf(options.config, options.runs, [selection.lab]);
    const plan = {
      lab: selection.id,
      form: selection.lab.form,
      safetyProperties: selection.lab.safetyProperties,
      scenarios: withPolicyPoints(selectScenarios(selection, options.only), policy),
      policy,
    };
    warnOfPolicy(policy, selection, options, stdio);
    const sandbox = await chooseSandbox(options.sandbox);
    const { out } = options;
    prepareFolder(out);
    const lock = await Lock.take(out, (message) => stdio.err.write(`${message}\n`));
    const workDir = join(out, WORK_FOLDER);
    try {
      const chosen = seedOf(options);
      if (options.seedFile !== undefined && typeof chosen.seed === "number") {
        stdio.err.write(
          `warning: ${options.seedFile} holds an integer, which can be found by trying from the seeds in replay lines; ` +
            '"openssl rand -hex 32" prints one that cannot\n',
        );
      }
      const intake: { takenFor: string[]; leftOut: string[] } = { takenFor: [], leftOut: [] };
      const intakes = await takeIn(
        sources,
        intakeOptions(options, policy, {
          mainFile: plan.form.file,
          workDir,
          outDir: out,
          onRemark: (remark) => {
            intake.leftOut.push(remark);
            stdio.err.write(`${oneLine(remark)}\n`);
          },
          onTakenFor: (line) => intake.takenFor.push(line),
        }),
      );
      const rosters = intakes.flatMap(({ roster, members }) => [roster, ...members.map((member) => member.roster)]);
      const lines = rosters.filter((line) => line !== undefined);
      const lacking = missingColumns(policy, lines);
      if (lacking.length > 0) throw new PolicyError(lacking.map((problem) => `${options.config}: ${problem}`));
      const book = openBatch({
        out,
        identity: identityOf(plan.lab, policy, chosen.seed, options),
        shard: options.shard ?? null,
        ids: intakes.map(({ id }) => id),
        due: lastHandInAt(policy, lines),
        intake,
        regrade: options.regrade,
        onDamage: (message) => stdio.err.write(`${message}\n`),
        onAccepted: () => {
          if (!chosen.isKept) keepSeed(join(out, SEED_FILE), chosen.seed);
        },
        isHeld: () => lock.isHeld(),
      });
      const { signal } = interruptible();
      const progress = new BatchProgress(stdio.out, stdio.out.style, stdio.out.isTerminal);
      const changed: string[] = [];
      const workers = options.workers ?? defaultWorkers();
      const grader = makeGrader({
        ...plan,
        seed: chosen.seed,
        sandbox,
        workers: Math.min(workers, Math.max(1, intakes.length)),
      });
      try {
        progress.print(
          sandbox.tier === "plain"
            ? "NOT SANDBOXED: submissions run as plain processes of this user"
            : `Sandbox: ${sandbox.describe()}`,
        );
        const isWhole = await runBatch({
          book,
          intakes,
          shard: options.shard ?? null,
          form: plan.form,
          context: { ...plan, sandbox: sandbox.tier },
          gradeOne: grader.gradeOne,
          workers,
          retries: options.retries ?? DEFAULT_RETRIES,
          signal,
          onEvent: (event) => {
            if (event.kind === "kept" && event.isChanged) changed.push(event.id);
            show(progress, event, stdio);
          },
        });
        progress.end();
        if (!isWhole) {
          stdio.out.write("interrupted; the same command goes on from here\n");
          return EXIT.interrupted;
        }
        const written = finishBatch(out, book, { missingAs: options.missingAs });
        const known = new Set(intakes.map(({ id }) => id));
        const gone = book.ledger.ids.filter((id) => !known.has(id));
        for (const line of closingLines(out, written, changed, gone, stdio.out.style)) stdio.out.write(`${line}\n`);
        return written.faults.length > 0 ? EXIT.internalError : EXIT.passed;
      } finally {
        progress.end();
        await grader.close();
        book.journal.close();
      }
    } finally {
      rmSync(workDir, { recursive: true, force: true });
      lock.release();
    }
  });
}

/** Most likely a slip of the pen; with part of a lab, entries for the other parts are none. */
function warnOfPolicy(policy: Policy, { lab }: Selection, { config }: BatchOptions, stdio: Stdio): void {
  for (const problem of unmatchedEntries(policy, scenarioIds(lab))) stdio.err.write(`warning: ${config}: ${problem}\n`);
}

function seedOf({ out, seedFile, shard }: BatchOptions) {
  const kept = join(out, SEED_FILE);
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;
  if (seedFile === undefined && sizeOf(kept) === undefined) {
    // An empty one was begun and left before the seed was drawn.
    if ((sizeOf(join(out, JOURNAL_FILE)) ?? 0) > 0) {
      throw new UsageError(`${kept} is gone, without which this batch cannot go on; give its seed with --seed-file`);
    }
    if (shard !== undefined) {
      throw new UsageError(
        "--shard needs --seed-file: all shards must meet the same schedules; " +
          '"openssl rand -hex 32 > seed" makes a file for all of them',
      );
    }
  }
  return chooseSeed(kept, seedFile);
}

function identityOf(
  lab: string,
  policy: Policy,
  seed: Parameters<typeof seedHash>[0],
  { only = "" }: BatchOptions,
): BatchIdentity {
  return {
    lab,
    only,
    grader: graderHash(),
    node: process.version,
    seed: seedHash(seed),
    policy: policyHash(policy),
    late: sha256(JSON.stringify(policy.late ?? null)),
  };
}

function show(progress: BatchProgress, event: BatchEvent, stdio: Stdio): void {
  if (event.kind === "started") return;
  const isPlayed = event.kind === "graded" && !event.isRecount && event.result.status !== "not-handed-in";
  const isGraded = event.kind === "fault" || isPlayed;
  progress.step(event.done, event.of, isGraded, eventLine(event, stdio.out.style));
}
