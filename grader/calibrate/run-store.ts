import { graderHash } from "../run/grader-hash.ts";
import type { Verdict } from "../run/result.ts";
import { RunJournal } from "../run/run-journal.ts";
import { CorpusError } from "./corpus/corpus-error.ts";

/** What one run came to. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly property?: string;
  readonly message?: string;
  readonly virtualMs: number;
  readonly rpcs: number;
  readonly wallMs: number;
}

interface Entry extends Outcome {
  /** The first 16 digits of the submission's hash. */
  readonly submission: string;
  readonly scenario: string;
  readonly seed: number;
}

/** All runs that were played, by submission, scenario and seed; in a journal too when there is one. */
export class RunStore {
  private readonly outcomes = new Map<string, Outcome>();
  private readonly journal: RunJournal<Entry> | null;
  /** How many runs the journal had. */
  readonly fromJournal: number;

  constructor(journalPath?: string) {
    const header = {
      format: "consensus-labs/calibration-runs@1",
      grader: journalPath === undefined ? "" : graderHash(),
    };
    this.journal =
      journalPath === undefined
        ? null
        : RunJournal.open<Entry>(journalPath, header, ({ submission, scenario, seed, ...outcome }) => {
            this.outcomes.set(key(submission, scenario, seed), outcome);
          });
    if (journalPath !== undefined && this.journal === null)
      throw new CorpusError(
        `--journal ${journalPath} is no journal, or one of another build of the grader; delete it, or name another`,
      );
    this.fromJournal = this.outcomes.size;
  }

  get(hash: string, scenario: string, seed: number): Outcome | undefined {
    return this.outcomes.get(key(hash, scenario, seed));
  }

  add(hash: string, scenario: string, seed: number, outcome: Outcome): void {
    this.outcomes.set(key(hash, scenario, seed), outcome);
    this.journal?.add({ submission: hash.slice(0, 16), scenario, seed, ...outcome });
  }
}

function key(hash: string, scenario: string, seed: number): string {
  return `${hash.slice(0, 16)} ${scenario} ${seed}`;
}

/** It passed, it says something against the submission, or it says nothing about it. */
export function findingOf({ verdict, property }: Pick<Outcome, "verdict" | "property">): string | null {
  if (verdict === "passed" || verdict === "internal-error") return null;
  return property ?? verdict;
}
