import type { GradingResult } from "../../run/result.ts";
import { openSubmission, UngradableError } from "../../submission/index.ts";
import type { Intake, Opened } from "../intake/index.ts";
import type { BatchResult } from "../model/batch-result.ts";
import { buildResult, type ResultContext, statusOf, ungradableResult } from "../model/build-result.ts";
import { sha256 } from "../model/identity.ts";
import type { Timing } from "../model/untimed.ts";
import { isDiskFull } from "../store/batch-error.ts";
import type { Form, GradeOne } from "./grade-one.ts";
import { knownSources } from "./known-sources.ts";

/** What came of a submission. `faults`: the tries that came to nothing because of the grader, one line each. */
export interface Outcome {
  readonly result: BatchResult;
  readonly timing: Timing;
  readonly faults: readonly string[];
  /** Nothing was played: the grading is an earlier one, and only what stands beside it is new. */
  readonly isRecount?: true;
}

/** A submission that was unpacked, and the hash that tells it from others. */
export interface OpenedIntake {
  readonly intake: Intake;
  readonly opened: Opened;
  readonly submissionHash: string;
}

/** Unpacks a submission. Faults of intake itself are tried again, then thrown; a full disk at once. */
export async function openIntake(intake: Intake, form: Form, retries: number): Promise<OpenedIntake> {
  for (let tries = 0; ; tries++) {
    try {
      return identified(intake, await intake.open(), form);
    } catch (error) {
      if (tries >= retries || isDiskFull(error)) throw error;
    }
  }
}

export interface GradingRules {
  readonly context: ResultContext;
  readonly gradeOne: GradeOne;
  /** How often a grading that came to `internal-error` is tried again. */
  readonly retries: number;
  readonly workers: number;
  /** Told, at least once, when the submission has used more than its share of its budget. */
  readonly onSlow?: () => void;
  readonly signal: AbortSignal;
}

/** Grades what was unpacked, again when the grader itself goes wrong. Gives null when it was interrupted. */
export async function gradeIntake(rules: GradingRules, submission: OpenedIntake): Promise<Outcome | null> {
  const { intake, opened, submissionHash } = submission;
  if ("notHandedIn" in opened)
    return { ...buildResult(rules.context, intake, opened, submissionHash, null), faults: [] };
  const faults: string[] = [];
  let grading: GradingResult | null = null;
  for (let tries = 0; tries <= rules.retries; tries++) {
    try {
      grading =
        "ungradable" in opened
          ? ungradableResult(rules.context, intake.id, opened.ungradable)
          : await gradeOnce(rules, intake.id, opened.folder);
    } catch (error) {
      grading = null;
      faults.push(faultLine(error));
      continue;
    }
    if (grading.interrupted || rules.signal.aborted) return null;
    if (statusOf(grading) !== "internal-error") break;
    faults.push(faultOf(grading));
  }
  return { ...buildResult(rules.context, intake, opened, submissionHash, grading), faults };
}

/** The signal of the batch lives long: listeners of each grading must not gather on it. */
async function gradeOnce({ gradeOne, workers, onSlow, signal }: GradingRules, id: string, folder: string) {
  const controller = new AbortController();
  const onAbort = () => controller.abort();
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  try {
    const grading = await gradeOne({ id, folder, workers, ...(onSlow && { onSlow }), signal: controller.signal });
    if (grading.boundary === "none") throw new Error(`the grading of ${id} was played without the process boundary`);
    return grading;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** A fault of intake: what it was, as a submission without points. */
export function faultyIntake(context: ResultContext, intake: Intake, error: unknown): Outcome {
  const opened: Opened = { ungradable: "", notes: intake.notes };
  const hash = sha256(`fault\n${intake.id}`);
  return { ...buildResult(context, intake, opened, hash, null), faults: [faultLine(error)] };
}

/** With its hash, and a note where it holds sources that everybody has. */
function identified(intake: Intake, opened: Opened, form: Form): OpenedIntake {
  const ungradable = (reason: string) => ({ intake, opened, submissionHash: sha256(`ungradable\n${reason}`) });
  // Where the roster says so makes no difference.
  if ("notHandedIn" in opened) return { intake, opened, submissionHash: sha256("not handed in") };
  if ("ungradable" in opened) return ungradable(opened.ungradable);
  try {
    const submission = openSubmission(opened.folder, form);
    const notes = [...opened.notes, ...knownSources(submission)];
    return { intake, opened: { ...opened, notes }, submissionHash: submission.hash };
  } catch (error) {
    if (!(error instanceof UngradableError)) throw error;
    return ungradable(error.message.replaceAll(opened.folder, intake.id));
  }
}

function faultOf({ scenarios }: GradingResult): string {
  const scenario = scenarios.find(({ verdict }) => verdict === "internal-error");
  return faultLine(`${scenario?.id}: ${scenario?.message}`);
}

/** Its first two lines: of a stack the message and the innermost place. */
function faultLine(fault: unknown): string {
  const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  return text
    .split("\n", 2)
    .map((line) => line.trim())
    .join(" ");
}
