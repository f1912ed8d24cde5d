import type { Graded, Ledger } from "../journal/ledger.ts";
import { isSameGrading } from "../model/identity.ts";

/**
 * What is to be done about a submission. `recount`: its grading stands, what else the result is made of (lateness, the
 * roster's columns) is taken in anew. `changed`: one of both would differ now, and nobody asked for that.
 */
export type Need = "grade" | "recount" | "keep" | "changed";

/** A submission as it is now. */
export interface Present {
  readonly id: string;
  /** Of its sources. */
  readonly submissionHash: string;
  /** Whether the same points for the same people would come of it, if its result were made anew from that grading. */
  readonly isSameStanding: (graded: Graded) => boolean;
}

/** @param batch hash of the identity under which it is graded now */
export function needOf(ledger: Ledger, { id, submissionHash, isSameStanding }: Present, batch: string): Need {
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
  // What comes later than the first grading takes no grade away.
  if (!isSameSource && last.isNotHandedIn) return "grade";
  if (!isSameSource) return takesChanges || last.batch !== batch ? "grade" : "changed";
  if (last.batch !== batch) return "recount";
  if (isSameStanding(last)) return "keep";
  return takesChanges ? "recount" : "changed";
}
