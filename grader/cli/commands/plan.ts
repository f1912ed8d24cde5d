import { rmSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import {
  estimate,
  measurePace,
  needsOf,
  type Pace,
  policyHash,
  recordedPace,
  takeIn,
  withPolicyPoints,
} from "../../batch/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import { makeTemporaryFolder } from "../../sandbox/temporary-folder.ts";
import { EXIT } from "../exit-code.ts";
import { defaultWorkers } from "../input/options.ts";
import { policyOf } from "../input/policy.ts";
import { type Selection, selectLab, selectScenarios } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import { withBatchErrors } from "../output/batch-lines.ts";
import { durationText, planLines } from "../output/plan-lines.ts";
import type { Stdio } from "../output/stdio.ts";
import { intakeOptions } from "../staff/intake-options.ts";
import type { IntakeWords } from "../staff/intake-words.ts";
import { chooseSandbox } from "../staff/sandbox.ts";
import { interruptible } from "../thread/interrupt.ts";

export interface PlanOptions extends IntakeWords {
  /** So many submissions, when there are none yet. */
  readonly count?: number;
  /** Over how many machines, each of them to be estimated. */
  readonly machines?: readonly number[];
  /** Folders of earlier batches, or of parts of this one, whose times are taken. */
  readonly figures?: readonly string[];
  readonly config?: string;
  readonly only?: string;
  readonly runs?: number;
  /** On each machine. */
  readonly workers?: number;
  /** As data, on standard output, and nothing else there. */
  readonly json?: boolean;
  /** `false` with `--no-sandbox`. */
  readonly sandbox: boolean;
}

const MACHINES = [1, 2, 4, 8, 16];
/** What others may use of a machine before it is no measure of itself. */
const BUSY = 0.25;

/** `grade plan <lab> [submissions...]`: what a batch will take on so many machines. Grades none of them. Gives the exit status. */
export function planCommand(
  labs: readonly Lab[],
  labName: string,
  sources: readonly string[],
  options: PlanOptions,
  stdio: Stdio,
): Promise<number> {
  return withBatchErrors(stdio, async () => {
    if (sources.length > 0 === (options.count !== undefined)) {
      throw new UsageError("name the submissions, or how many there will be with --count, and not both");
    }
    const selection = selectLab(labs, labName);
    const policy = policyOf(options.config, options.runs, [selection.lab]);
    const scenarios = withPolicyPoints(selectScenarios(selection, options.only), policy);
    const workers = options.workers ?? defaultWorkers();
    const ids = await idsOf(sources, selection, policy, options, stdio);
    const say = (line: string) => (options.json ? stdio.err : stdio.out).write(`${line}\n`);
    const pace = await paceOf(selection, { scenarios, policy, workers }, options, say);
    if (pace === null) {
      stdio.out.write("interrupted\n");
      return EXIT.interrupted;
    }
    const estimates = (options.machines ?? MACHINES).map((machines) => estimate(ids, machines, pace));
    const needs = needsOf(scenarios, policy, workers);
    if (options.json)
      stdio.out.write(`${JSON.stringify({ submissions: ids.length, pace, estimates, needs }, null, 2)}\n`);
    else for (const line of planLines(ids.length, estimates, needs)) stdio.out.write(`${line}\n`);
    return EXIT.passed;
  });
}

async function idsOf(
  sources: readonly string[],
  { lab }: Selection,
  policy: ReturnType<typeof policyOf>,
  options: PlanOptions,
  stdio: Stdio,
): Promise<readonly string[]> {
  const { count } = options;
  if (count !== undefined) return Array.from({ length: count }, (_, at) => `submission-${at}`);
  const workDir = makeTemporaryFolder("plan");
  try {
    const onTakenFor = (line: string) => (options.json ? stdio.err : stdio.out).write(`${line}\n`);
    const intakes = await takeIn(
      sources,
      intakeOptions(options, policy, { mainFile: lab.form.file, workDir, onTakenFor, onRemark: () => {} }),
    );
    return intakes.map(({ id }) => id);
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

type Rules = Pick<Parameters<typeof measurePace>[0], "scenarios" | "policy" | "workers">;

/** As it was, or as it is here and now. Null: interrupted. */
async function paceOf(
  { id, lab }: Selection,
  rules: Rules,
  { figures, only = "", sandbox: isWanted }: PlanOptions,
  say: (line: string) => void,
): Promise<Pace | null> {
  const { policy, workers } = rules;
  if (figures !== undefined) {
    const now = { lab: id, only, policy: policyHash(policy) };
    const pace = recordedPace(figures, now, workers, say);
    say(
      `A submission took ${durationText(pace.submissionMs)} of a worker, on average of the ${pace.results} in ${figures.join(", ")}`,
    );
    return pace;
  }
  const sandbox = await chooseSandbox(isWanted);
  say(`Measuring: the reference is graded here, by ${workers === 1 ? "one worker" : `${workers} workers at once`} …`);
  const busyCores = loadavg()[0] ?? 0;
  if (busyCores > availableParallelism() * BUSY)
    say(`warning: others use ${busyCores.toFixed(1)} cores of this machine: on one that is idle it goes quicker`);
  const { signal } = interruptible();
  const { form, safetyProperties, home } = lab;
  const pace = await measurePace({ lab: id, form, safetyProperties, home, sandbox, signal, ...rules });
  if (pace === null) return null;
  say(
    `The reference takes ${durationText(pace.submissionMs)} of a worker, and so does a submission, more or less; ` +
      "--figures takes what a batch has shown",
  );
  return pace;
}
