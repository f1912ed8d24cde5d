import type { BatchIdentity } from "../model/identity.ts";
import type { BatchEntry, Entry } from "./entries.ts";
import type { Place } from "./journal.ts";

/** One grading of a submission, and where it is to be found. */
export interface Graded {
  readonly place: Place;
  /** Number of the entry in the journal. */
  readonly at: number;
  readonly batch: string;
  readonly submissionHash: string;
  readonly isPerfect: boolean;
  /** There was nothing to grade. */
  readonly isNotHandedIn: boolean;
}

/** What the journal says of one submission. */
export interface Account {
  /** Oldest first; the last one counts. */
  readonly graded: Graded[];
  /** Set when the last try came to nothing because of the grader itself. */
  fault: { readonly place: Place; readonly faults: readonly string[] } | null;
}

/** A regrading that staff asked for. */
export interface Regrade {
  readonly what: string;
  readonly ids: ReadonlySet<string> | null;
  readonly at: number;
  isOver: boolean;
}

/** What a journal comes to: small, since results stay on the disk and only their places are known. */
export class Ledger {
  readonly identities = new Map<string, BatchIdentity>();
  readonly regrades: Regrade[] = [];
  header: BatchEntry | null = null;
  private readonly accounts = new Map<string, Account>();
  private entries = 0;

  add(entry: Entry, place: Place): void {
    const at = this.entries++;
    switch (entry.kind) {
      case "batch":
        this.header = entry;
        this.identities.set(entry.batch, entry.identity);
        return;
      case "result": {
        const account = this.open(entry.result.id);
        account.fault = null;
        const { submissionHash, points, status } = entry.result;
        account.graded.push({
          place,
          at,
          batch: entry.batch,
          submissionHash,
          isPerfect: points.raw === points.max && points.safetyCap === undefined,
          isNotHandedIn: status === "not-handed-in",
        });
        return;
      }
      case "fault":
        this.open(entry.result.id).fault = { place, faults: entry.faults };
        return;
      case "regrade":
        this.regrades.push({
          what: entry.what,
          ids: entry.ids === null ? null : new Set(entry.ids),
          at,
          isOver: false,
        });
        return;
      case "regrade-end":
        for (const regrade of this.regrades) regrade.isOver = true;
    }
  }

  /**
   * Everybody with a verdict or a fault, by id in the order of code units. Who had handed nothing in, and is called otherwise now that
   * something is there, as platforms call those who did, is not there twice.
   */
  get ids(): readonly string[] {
    const now = this.header === null ? null : new Set(this.header.ids);
    const isOver = ([id, { graded }]: [string, Account]) =>
      now?.has(id) === false && graded.at(-1)?.isNotHandedIn === true;
    return [...this.accounts].flatMap((entry) => (isOver(entry) ? [] : [entry[0]])).sort();
  }

  account(id: string): Account | undefined {
    return this.accounts.get(id);
  }

  /** The place of what counts for a submission: its last grade, else the fault that kept it from having one. */
  current(id: string): Place | undefined {
    const account = this.accounts.get(id);
    return account?.graded.at(-1)?.place ?? account?.fault?.place;
  }

  /** Regradings that were asked for and are not done. */
  get openRegrades(): readonly Regrade[] {
    return this.regrades.filter(({ isOver }) => !isOver);
  }

  private open(id: string): Account {
    let account = this.accounts.get(id);
    if (account === undefined) {
      account = { graded: [], fault: null };
      this.accounts.set(id, account);
    }
    return account;
  }
}
