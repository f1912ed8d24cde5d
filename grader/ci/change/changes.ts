import type { Checkout } from "../../batch/index.ts";
import { shown } from "../../batch/index.ts";
import { CiError } from "../ci-error.ts";
import type { CiEvent } from "./event.ts";
import { type Candidate, type Changes, candidatesOf, folderName, type MainFile } from "./find.ts";

/** What the change is, in words. */
export function changeWord(event: CiEvent | null): string {
  return event?.kind === "pull-request" ? "pull request" : event?.kind === "push" ? "push" : "change";
}

/** Whether what is checked out is what the event is about. @throws CiError when not: another one's grade would come of it. */
export function checkHead({ head }: Checkout, event: CiEvent | null): void {
  if (event === null || event.kind === "other" || head === null) return;
  const wanted = event.kind === "pull-request" ? event.head : event.after;
  if (wanted === null) throw new CiError("the push deleted the branch, so there is nothing to grade");
  // For a pull request, GitHub checks out its merge with the base: a commit that has its head as one of its parents.
  const isMerge = head.parents.length > 1 && head.parents.includes(wanted);
  if (head.id === wanted || (event.kind === "pull-request" && isMerge)) return;
  throw new CiError(
    `commit ${head.id.slice(0, 12)} is checked out, and the ${changeWord(event)} is about ${wanted.slice(0, 12)}; check out that one`,
  );
}

/**
 * What was changed since the base: where histories part for a pull request and for `--base`, and what was there before for
 * a push.
 *
 * @param base as the caller named it. @param here the candidates that there are now. @param mains main files of labs.
 */
export async function findChanges(
  checkout: Checkout,
  event: CiEvent | null,
  base: string | undefined,
  here: readonly Candidate[],
  mains: readonly MainFile[],
): Promise<{ readonly changes: Changes; readonly base: string | null }> {
  const unknown = (reason: string) => ({ changes: { kind: "unknown", reason } as const, base: null });
  if (checkout.head === null) return unknown("without a repository nothing says what was changed");
  const name = base ?? baseOf(event);
  if (name === null) {
    if (event?.kind === "push") return unknown("the branch is new, so there is nothing to compare it with");
    return unknown(event === null ? "no event and no --base says what was changed" : "the event says of no change");
  }
  const fetchMore = checkout.isShallow ? " (a shallow clone: fetch more of the history, as with fetch-depth: 0)" : "";
  const commit = await checkout.commit(name);
  if (commit === null) return unknown(`the base revision ${shown(name)} is not there${fetchMore}`);
  const isExact = base === undefined && event?.kind === "push";
  const from = isExact ? commit.id : await checkout.mergeBase(commit.id, checkout.head.id);
  if (from === null) return unknown(`the base revision ${shown(name)} has no history in common with HEAD${fetchMore}`);
  const files = await checkout.changedFiles(from, checkout.head.id);
  const folders = new Set(here.map(folderName));
  const before = candidatesOf(await checkout.files(from), mains).map(folderName);
  return {
    changes: { kind: "known", files, removed: before.filter((folder) => !folders.has(folder)) },
    base: from,
  };
}

function baseOf(event: CiEvent | null): string | null {
  if (event?.kind === "pull-request") return event.base;
  return event?.kind === "push" ? event.before : null;
}
