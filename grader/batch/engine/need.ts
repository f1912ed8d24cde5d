import type { Ledger } from "../journal/ledger.ts";

/** What is to be done about a submission. `changed`: its grade is that of other sources, and nobody asked for a new one. */
export type Need = "grade" | "keep" | "changed";

/** @param submissionHash of the sources as they are now; @param batch hash of the identity under which it is graded now */
export function needOf(ledger: Ledger, id: string, submissionHash: string, batch: string): Need {
  const account = ledger.account(id);
  const last = account?.graded.at(-1);
  if (account === undefined || last === undefined || account.fault !== null) return "grade";
  const isSame = last.submissionHash === submissionHash && last.batch === batch;
  for (const { ids, at } of ledger.openRegrades) {
    if (ids === null ? !isSame : ids.has(id) && last.at < at) return "grade";
  }
  return last.submissionHash === submissionHash ? "keep" : "changed";
}
