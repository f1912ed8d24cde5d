import type { Intake } from "../intake/index.ts";
import type { FaultEntry, ResultEntry, Shard } from "../journal/entries.ts";
import type { BatchResult } from "../model/batch-result.ts";
import type { ResultContext } from "../model/build-result.ts";
import { fileError, isDiskFull } from "../store/batch-error.ts";
import { faultyIntake, gradeIntake, type OpenedIntake, type Outcome, openIntake } from "./grade-intake.ts";
import type { GradeOne, PeerInterface } from "./grade-one.ts";
import { needOf } from "./need.ts";
import type { Book } from "./open-batch.ts";
import { isInShard } from "./shard.ts";

export interface BatchRequest {
  readonly book: Book;
  /** The whole batch. */
  readonly intakes: readonly Intake[];
  readonly shard: Shard | null;
  readonly peer: PeerInterface;
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
  /** It had its grade already. `isChanged`: of other sources than there are now. */
  | {
      readonly kind: "kept";
      readonly id: string;
      readonly isChanged: boolean;
      readonly done: number;
      readonly of: number;
    }
  | { readonly kind: "graded"; readonly result: BatchResult; readonly done: number; readonly of: number }
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
 * Grades what has no grade yet, and what is to be graded again; every result is in the journal before the next
 * submission is begun. Gives true when it got to the end, false when it was interrupted.
 *
 * As many submissions at a time as there are workers, with one worker each: a submission by itself cannot keep several
 * busy to its end.
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
  const lane = async () => {
    try {
      for (const intake of queue) {
        if (failure.signal.aborted) return;
        await dealWith({ ...request, signal: failure.signal }, intake, count);
      }
    } catch (error) {
      // What the others have in hand would not find room in the journal either.
      failure.abort();
      throw error;
    }
  };
  try {
    const lanes = await Promise.allSettled(Array.from({ length: Math.min(request.workers, mine.length) }, lane));
    for (const ended of lanes) if (ended.status === "rejected") throw ended.reason;
  } finally {
    request.signal.removeEventListener("abort", onAbort);
  }
  if (request.signal.aborted) return false;
  if (request.book.ledger.openRegrades.length > 0) request.book.add({ kind: "regrade-end" });
  return true;
}

async function dealWith(request: BatchRequest, intake: Intake, count: { done: number; readonly of: number }) {
  const { book, context, onEvent, signal } = request;
  try {
    let submission: OpenedIntake;
    let outcome: Outcome | null;
    try {
      submission = await openIntake(intake, request.peer);
      const need = needOf(book.ledger, intake.id, submission.submissionHash, book.batch);
      if (need !== "grade") {
        count.done++;
        onEvent({ kind: "kept", id: intake.id, isChanged: need === "changed", ...count });
        return;
      }
      outcome = await gradeIntake({ ...request, context, workers: 1, signal }, submission);
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

function record({ book }: BatchRequest, { result, timing, faults }: Outcome): void {
  const { batch } = book;
  const entry: ResultEntry | FaultEntry =
    result.status === "internal-error"
      ? { kind: "fault", batch, result, faults }
      : { kind: "result", batch, result, timing };
  book.add(entry);
}

function announce({ book, onEvent }: BatchRequest, { result, faults }: Outcome, count: { done: number; of: number }) {
  if (result.status !== "internal-error") {
    onEvent({ kind: "graded", result, ...count });
    return;
  }
  const stands = (book.ledger.account(result.id)?.graded.length ?? 0) > 0;
  onEvent({ kind: "fault", id: result.id, fault: faults.at(-1) ?? "", stands, ...count });
}
