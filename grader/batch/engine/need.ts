import type { Graded, Ledger } from "../journal/ledger.ts";
import { isSameGrading } from "../model/identity.ts";

/**
 * What is to be done about a submission. `recount`: its grading stands, what else the result is made of (lateness, the
 * roster's columns) is taken in anew. `changed`: one of both would differ now, and nobody asked for that.
 */
export type Need = "grade" | "recount" | "keep" | "changed";

export interface Question {
  readonly id: string;
  /** Of the sources as they are now. */
  readonly submissionHash: string;
  /** Hash of the identity under which it is graded now. */
  readonly batch: string;
  /** Whether the result would be the same if it were made anew from a grading that stands. */
  readonly isSameResult: (graded: Graded) => boolean;
}

export function needOf(ledger: Ledger, { id, submissionHash, batch, isSameResult }: Question): Need {
  const account = ledger.account(id);
  const last = account?.graded.at(-1);
  if (account === undefined || last === undefined || account.fault !== null) return "grade";
  const [before, now] = [ledger.identities.get(last.batch), ledger.identities.get(batch)];
  const stands = before !== undefined && now !== undefined && isSameGrading(before, now);
  const isSameSource = last.submissionHash === submissionHash;
  const isAsked = ledger.openRegrades.some(({ ids, at }) => ids?.has(id) === true && last.at < at);
  // A grade under another identity counts no more, whatever became of the line that should have replaced it.
  if (isAsked || !stands) return "grade";
  const takesChanges = ledger.openRegrades.some(({ ids }) => ids === null);
  if (!isSameSource) return takesChanges || last.batch !== batch ? "grade" : "changed";
  if (last.batch !== batch) return "recount";
  if (isSameResult(last)) return "keep";
  return takesChanges ? "recount" : "changed";
}
