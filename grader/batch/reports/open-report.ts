import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FaultEntry, ResultEntry } from "../journal/entries.ts";
import { Journal, type Place } from "../journal/journal.ts";
import { Ledger } from "../journal/ledger.ts";
import type { BatchResult } from "../model/batch-result.ts";
import type { BatchIdentity } from "../model/identity.ts";
import type { Timing } from "../model/untimed.ts";
import { BatchError } from "../store/batch-error.ts";
import { JOURNAL_FILE } from "../store/file-names.ts";

/** The results of a batch, at any time, from its journal: others may be grading meanwhile. */
export interface RecordedBatch {
  readonly lab: string;
  /** What was graded, and by which rules. */
  readonly identity: BatchIdentity;
  /** When the last hand-in is over, ISO 8601; undefined where the policy has no deadline. */
  readonly due: string | undefined;
  /** Those that count, in the order of ids, one at a time. */
  readonly results: Iterable<BatchResult>;
  /** The one that is called so: by its id, or by what the institution calls one who handed it in. Undefined: none, or several. */
  find(name: string): BatchResult | undefined;
  /** The grade that one had before the last regrading of it; undefined: it was graded once. */
  before(id: string): BatchResult | undefined;
  /** What its grading took; undefined: the grader went wrong on it. */
  timingOf(id: string): Timing | undefined;
  close(): void;
}

/** Throws `BatchError` when the folder is none of a batch. */
export function openReport(out: string, onDamage: (message: string) => void): RecordedBatch {
  const path = join(out, JOURNAL_FILE);
  if (!existsSync(path)) {
    throw new BatchError("usage", `${out} has no ${JOURNAL_FILE}: it is no --out folder of a batch`);
  }
  const ledger = new Ledger();
  const journal = Journal.openToRead(path, { onEntry: (entry, place) => ledger.add(entry, place), onDamage });
  const entryOf = (id: string) => journal.read(ledger.current(id) as Place) as ResultEntry | FaultEntry;
  const read = (id: string) => entryOf(id).result;
  const { header } = ledger;
  if (header === null) {
    journal.close();
    throw new BatchError(
      "usage",
      `${path} does not say what batch it is of; put back the one that the batch wrote, or grade again with another --out`,
    );
  }
  const results: Iterable<BatchResult> = {
    *[Symbol.iterator]() {
      for (const id of ledger.ids) yield read(id);
    },
  };
  return {
    lab: header.identity.lab,
    identity: header.identity,
    due: header.due,
    results,
    find: (name) => {
      if (ledger.account(name) !== undefined) return read(name);
      const found = [...results].filter(({ members = [] }) =>
        members.some(({ studentId, email }) => studentId === name || email === name),
      );
      return found.length === 1 ? found[0] : undefined;
    },
    before: (id) => {
      const earlier = ledger.account(id)?.graded.at(-2);
      return earlier === undefined ? undefined : (journal.read(earlier.place) as ResultEntry).result;
    },
    timingOf: (id) => {
      const entry = entryOf(id);
      return entry.kind === "result" ? entry.timing : undefined;
    },
    close: () => journal.close(),
  };
}
