import { join } from "node:path";
import type { Book } from "../engine/open-batch.ts";
import type { FaultEntry, IntakeLines, ResultEntry } from "../journal/entries.ts";
import type { Place } from "../journal/journal.ts";
import type { Graded, Regrade } from "../journal/ledger.ts";
import { type FileWriter, replaceFile } from "../store/files.ts";
import { gradebookCsv } from "./gradebook.ts";
import { anomaliesText, attentionText, type FaultRow } from "./lists.ts";
import { type Regraded, type RegradeRound, regradeText } from "./regrade.ts";
import { type Row, toRow } from "./rows.ts";
import { notSandboxedLine, summaryText } from "./summary.ts";
import { jsonLine } from "./text.ts";

/** What the files came to, for the last words of the command. */
export interface Written {
  readonly rows: readonly Row[];
  readonly faults: readonly FaultRow[];
  /** Text of regrade.txt; empty when nothing was ever graded again. */
  readonly regrade: string;
  readonly intake: IntakeLines;
}

export interface OutputOptions {
  /** Points in the gradebook of who handed nothing in; absent: an empty field. */
  readonly missingAs?: number | undefined;
  readonly writer?: FileWriter | undefined;
}

const NO_INTAKE: IntakeLines = { takenFor: [], leftOut: [] };

/**
 * Writes all files that a batch leaves, from its journal alone: the same journal, the same bytes. One result is in memory
 * at a time.
 */
export function writeOutputs(out: string, book: Book, { missingAs, writer }: OutputOptions = {}): Written {
  const { ledger } = book;
  const identity = ledger.header?.identity;
  if (identity === undefined) throw new Error("a journal without a header has no outputs");
  const rows: Row[] = [];
  const write = (name: string, pieces: Iterable<string>) => replaceFile(join(out, name), pieces, writer);
  write("results.jsonl", resultLines(book, rows));
  write("timing.jsonl", timingLines(book));
  write("gradebook.csv", [gradebookCsv(rows, { missingAs })]);
  write("summary.txt", [summaryText(rows, identity)]);
  const marked = (text: string) => `${notSandboxedLine(rows)}${text}`;
  const { intake = NO_INTAKE } = ledger.header ?? {};
  write("anomalies.txt", [marked(anomaliesText(rows, intake))]);
  const faults = faultRows(book, rows);
  write("attention.txt", [marked(attentionText(faults, rows))]);
  const regrade = ledger.regrades.length === 0 ? "" : marked(regradeText(roundsOf(book)));
  if (regrade !== "") write("regrade.txt", [regrade]);
  return { rows, faults, regrade, intake };
}

/**
 * What ends a batch that came to its end: its files, then the mark that its regradings are over. In this order, so that
 * one which is killed between the two writes the files again, and grades nobody again.
 */
export function finishBatch(out: string, book: Book, options: OutputOptions = {}): Written {
  const written = writeOutputs(out, book, options);
  if (book.ledger.openRegrades.length > 0) book.add({ kind: "regrade-end" });
  return written;
}

function* resultLines({ ledger, journal }: Book, rows: Row[]): Generator<string> {
  for (const id of ledger.ids) {
    const { result } = journal.read(ledger.current(id) as Place) as ResultEntry | FaultEntry;
    rows.push(toRow(result));
    yield jsonLine(result);
  }
}

/** Wall-clock figures, kept apart so that all the rest can be compared byte for byte. */
function* timingLines({ ledger, journal }: Book): Generator<string> {
  for (const id of ledger.ids) {
    const entry = journal.read(ledger.current(id) as Place) as ResultEntry | FaultEntry;
    if (entry.kind === "result") yield jsonLine({ id, ...entry.timing });
  }
}

function faultRows({ ledger }: Book, rows: readonly Row[]): FaultRow[] {
  return rows.flatMap((row) => {
    const account = ledger.account(row.id);
    if (account === undefined || account.fault === null) return [];
    return [{ row, faults: account.fault.faults, hasGrade: account.graded.length > 0 }];
  });
}

function roundsOf(book: Book): RegradeRound[] {
  return book.ledger.regrades.map((regrade, index) => ({
    what: regrade.what,
    regraded: regradedIn(book, regrade, book.ledger.regrades[index + 1]),
  }));
}

function* regradedIn({ ledger, journal }: Book, regrade: Regrade, next: Regrade | undefined): Generator<Regraded> {
  const read = ({ place }: Graded) => (journal.read(place) as ResultEntry).result;
  for (const id of ledger.ids) {
    const graded = ledger.account(id)?.graded ?? [];
    const before = graded.findLast(({ at }) => at < regrade.at);
    const now = graded.findLast(({ at }) => at > regrade.at && (next === undefined || at < next.at));
    if (before === undefined || now === undefined) continue;
    yield {
      before: read(before),
      now: read(now),
      identityBefore: ledger.identities.get(before.batch),
      identityNow: ledger.identities.get(now.batch),
    };
  }
}
