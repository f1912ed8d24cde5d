import { isDeepStrictEqual } from "node:util";
import type { Intake } from "../intake/index.ts";
import type { FaultEntry, ResultEntry, Shard } from "../journal/entries.ts";
import type { Graded } from "../journal/ledger.ts";
import type { BatchResult } from "../model/batch-result.ts";
import { type ResultContext, recounted } from "../model/build-result.ts";
import { fileError, isDiskFull } from "../store/batch-error.ts";
import { faultyIntake, gradeIntake, type OpenedIntake, type Outcome, openIntake } from "./grade-intake.ts";
import type { Form, GradeOne } from "./grade-one.ts";
import { needOf } from "./need.ts";
import type { Book } from "./open-batch.ts";
import { isInShard } from "./shard.ts";

export interface BatchRequest {
  readonly book: Book;
  /** The whole batch. */
  readonly intakes: readonly Intake[];
  readonly shard: Shard | null;
  readonly form: Form;
  readonly context: ResultContext;
  readonly gradeOne: GradeOne;
  readonly workers: number;
  readonly retries: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: BatchEvent) => void;
}

/** What happens while a batch is under way; `done` of `of` submissions have been dealt with. */
export type BatchEvent =
  | { readonly kind: "started"; readonly of: number }
  /** It had its grade already. `isChanged`: of other sources, or with another time of handing in, than there are now. */
  | {
      readonly kind: "kept";
      readonly id: string;
      readonly isChanged: boolean;
      readonly done: number;
      readonly of: number;
    }
  /** `isRecount`: as in `Outcome`. */
  | {
      readonly kind: "graded";
      readonly result: BatchResult;
      readonly isRecount: boolean;
      readonly done: number;
      readonly of: number;
    }
  /** The grader went wrong on it. `stands`: an earlier grade stands. */
  | {
      readonly kind: "fault";
      readonly id: string;
      readonly fault: string;
      readonly stands: boolean;
      readonly done: number;
      readonly of: number;
    };

/**
 * Grades what has no grade yet, and what is to be graded again; every result is in the journal as soon as it is there.
 * Gives true when it got to the end, false when it was interrupted.
 *
 * As many submissions at a time as there are workers, with one worker each: a submission by itself cannot keep several
 * busy to its end. One that has used more than its share of its budget is not waited for: the next is begun, and the slow
 * one goes on when there is a thread that nobody else wants.
 */
export async function runBatch(request: BatchRequest): Promise<boolean> {
  const mine = request.intakes.filter(({ id }) => isInShard(id, request.shard));
  request.onEvent({ kind: "started", of: mine.length });
  const failure = new AbortController();
  const onAbort = () => failure.abort();
  request.signal.addEventListener("abort", onAbort);
  if (request.signal.aborted) onAbort();
  const queue = mine.values();
  const count = { done: 0, of: mine.length };
  const begun: Promise<void>[] = [];
  const begin = (intake: Intake, onSlow: () => void) => {
    const dealing = dealWith({ ...request, signal: failure.signal }, intake, count, onSlow).catch((error) => {
      // What the others have in hand would not find room in the journal either.
      failure.abort();
      throw error;
    });
    begun.push(dealing);
    return dealing;
  };
  const lane = async () => {
    for (const intake of queue) {
      if (failure.signal.aborted) return;
      await new Promise<void>((resolve) => begin(intake, resolve).then(resolve, resolve));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(request.workers, mine.length) }, lane));
    for (const ended of await Promise.allSettled(begun)) if (ended.status === "rejected") throw ended.reason;
  } finally {
    request.signal.removeEventListener("abort", onAbort);
  }
  return !request.signal.aborted;
}

async function dealWith(
  request: BatchRequest,
  intake: Intake,
  count: { done: number; readonly of: number },
  onSlow: () => void,
): Promise<void> {
  const { book, context, onEvent, signal } = request;
  try {
    let outcome: Outcome | null;
    try {
      const submission = await openIntake(intake, request.form, request.retries);
      const { submissionHash } = submission;
      const again = (graded: Graded) => recount(request, submission, entryOf(book, graded));
      const isSame = (graded: Graded) => isSameStanding(again(graded).result, entryOf(book, graded).result);
      const need = needOf(book.ledger, { id: intake.id, submissionHash, isSameStanding: isSame }, book.batch);
      if (need === "keep" || need === "changed") {
        count.done++;
        onEvent({ kind: "kept", id: intake.id, isChanged: need === "changed", ...count });
        return;
      }
      outcome =
        need === "recount"
          ? again(book.ledger.account(intake.id)?.graded.at(-1) as Graded)
          : await gradeIntake({ ...request, context, workers: 1, onSlow, signal }, submission);
    } catch (error) {
      // Every submission after this one would meet the same.
      if (isDiskFull(error)) throw fileError(error, `cannot unpack ${intake.id}`);
      outcome = faultyIntake(context, intake, error);
    }
    if (outcome === null || signal.aborted) return;
    record(request, outcome);
    count.done++;
    announce(request, outcome, count);
  } finally {
    await intake.dispose().catch(() => {});
  }
}

/** The result as it would be now, from the grading that it has. */
function recount(
  { context }: BatchRequest,
  { intake, opened }: OpenedIntake,
  { result, timing }: ResultEntry,
): Outcome {
  return { ...recounted(context, intake, opened, result, timing), faults: [], isRecount: true };
}

function entryOf({ journal }: Book, { place }: Graded): ResultEntry {
  return journal.read(place) as ResultEntry;
}

/** The same points for the same people. How a path was written on the command line makes no difference. */
function isSameStanding(now: BatchResult, before: BatchResult): boolean {
  const standing = ({ name, members, roster, submittedAt, points, late, question }: BatchResult) =>
    JSON.parse(JSON.stringify({ name, members, roster, submittedAt, points, late, question }));
  return isDeepStrictEqual(standing(now), standing(before));
}

function record({ book }: BatchRequest, { result, timing, faults }: Outcome): void {
  const { batch } = book;
  const entry: ResultEntry | FaultEntry =
    result.status === "internal-error"
      ? { kind: "fault", batch, result, faults }
      : { kind: "result", batch, result, timing };
  book.add(entry);
}

function announce(
  { book, onEvent }: BatchRequest,
  { result, faults, isRecount }: Outcome,
  count: { done: number; of: number },
) {
  if (result.status !== "internal-error") {
    onEvent({ kind: "graded", result, isRecount: isRecount === true, ...count });
    return;
  }
  const stands = (book.ledger.account(result.id)?.graded.length ?? 0) > 0;
  onEvent({ kind: "fault", id: result.id, fault: faults.at(-1) ?? "", stands, ...count });
}
