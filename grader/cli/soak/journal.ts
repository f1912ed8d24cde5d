import { graderHash } from "../../run/grader-hash.ts";
import type { RunResult, Verdict } from "../../run/result.ts";
import { RunJournal } from "../../run/run-journal.ts";
import type { RunTask } from "../../run/schedule.ts";
import { UsageError } from "../input/usage-error.ts";

/** What all runs of a journal have in common. */
export interface SoakSubject {
  readonly lab: string;
  readonly seed: number;
  readonly submissionHash: string;
}

/** One run, as a line of the journal has it. */
interface SoakEntry {
  readonly scenario: string;
  readonly run: number;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly traceHash: string;
  readonly message?: string;
}

/** What a soak has played so far, in a file that it goes on with. */
export class SoakJournal {
  readonly verdicts = new Map<Verdict, number>();
  private readonly runs = new Set<string>();
  private readonly file: RunJournal<SoakEntry>;

  private constructor(
    readonly path: string,
    header: object,
  ) {
    const file = RunJournal.open<SoakEntry>(path, header, (entry) => this.count(entry));
    if (file === null) {
      throw new UsageError(
        `${path} is no journal, or one of another submission, seed or grader; delete it, or name another with --journal`,
      );
    }
    this.file = file;
  }

  /** Goes on with a journal, or begins one. Throws `UsageError` when it is of something else. */
  static open(path: string, subject: SoakSubject): SoakJournal {
    return new SoakJournal(path, { format: "consensus-labs/soak@1", ...subject, grader: graderHash() });
  }

  get size(): number {
    return this.runs.size;
  }

  has(scenarioId: string, index: number): boolean {
    return this.runs.has(`${scenarioId} ${index}`);
  }

  add(task: RunTask, { seed, verdict, traceHash, message }: RunResult): void {
    const entry = {
      scenario: task.scenarioId,
      run: task.index,
      seed,
      verdict,
      traceHash,
      ...(message !== undefined && { message }),
    };
    this.file.add(entry);
    this.count(entry);
  }

  private count({ scenario, run, verdict }: SoakEntry): void {
    this.runs.add(`${scenario} ${run}`);
    this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + 1);
  }
}
