import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import type { RunResult, Verdict } from "../../run/result.ts";
import type { RunTask } from "../../run/schedule.ts";
import { distFile } from "../../sandbox/dist-file.ts";
import { UsageError } from "../input/usage-error.ts";

/** What all runs of a journal have in common. */
export interface SoakSubject {
  readonly lab: string;
  readonly seed: number;
  readonly submissionHash: string;
}

/** An append-only file, one line of JSON for each run that was played; the first line says of what. */
export class SoakJournal {
  readonly verdicts = new Map<Verdict, number>();
  private readonly runs = new Set<string>();

  private constructor(readonly path: string) {}

  /** Goes on with a journal, or begins one. Throws `UsageError` when it is of something else. */
  static open(path: string, subject: SoakSubject): SoakJournal {
    const header = JSON.stringify({ format: "consensus-labs/soak@1", ...subject, grader: graderHash() });
    const journal = new SoakJournal(path);
    if (!existsSync(path)) {
      writeFileSync(path, `${header}\n`);
      return journal;
    }
    const [first, ...lines] = readFileSync(path, "utf8").split("\n");
    if (first !== header) {
      throw new UsageError(
        `${path} is the journal of another submission, seed or grader; delete it, or name another with --journal`,
      );
    }
    for (const line of lines) journal.remember(line);
    // A line that was cut off when the machine stopped must not spoil the next one.
    if (lines.at(-1) !== "") appendFileSync(path, "\n");
    return journal;
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
    appendFileSync(this.path, `${JSON.stringify(entry)}\n`);
    this.count(entry);
  }

  private remember(line: string): void {
    try {
      this.count(JSON.parse(line));
    } catch {
      // Cut off: that run is played again.
    }
  }

  private count({ scenario, run, verdict }: { scenario: string; run: number; verdict: Verdict }): void {
    this.runs.add(`${scenario} ${run}`);
    this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + 1);
  }
}

/** Changes with everything that decides how a run comes out. */
function graderHash(): string {
  const hash = createHash("sha256");
  for (const file of ["worker.js", "host.js", "realm/prelude.js"]) hash.update(readFileSync(distFile(file)));
  return hash.digest("hex").slice(0, 16);
}
