import { type Checkout, shown } from "../../batch/index.ts";
import { CiError } from "../ci-error.ts";
import type { CheckRequest, Target } from "../request.ts";
import { changeWord, findChanges } from "./changes.ts";
import type { CiEvent } from "./event.ts";
import { type Choice, candidatesOf, chooseSubmission, folderName, namedPath } from "./find.ts";

/** What is graded. */
export interface Located {
  readonly choice: Choice;
  readonly target: Target;
  /** The commit that the change begins at; null when it is not known. */
  readonly base: string | null;
}

/** Finds the one submission that was changed, or was named, and the lab that it is of. @throws CiError */
export async function locate(
  checkout: Checkout,
  event: CiEvent | null,
  { targets, submission, base: named }: CheckRequest,
): Promise<Located> {
  const mains = [...new Set(targets.map(({ lab }) => lab.peer.file))];
  const candidates = candidatesOf(await checkout.files(), mains);
  const path = submission === undefined ? null : namedPath(submission);
  const { changes, base } = await findChanges(checkout, event, named, candidates, mains);
  const there = path === null ? [] : candidates.filter((one) => one.path.join("/") === path.join("/"));
  if (there.length > 1)
    throw new CiError(`${shown(submission ?? "")} has the main files of several labs; name the lab`);
  // One that is named and not there is ungradable, and intake says why.
  const wanted = path === null ? null : (there[0] ?? { path, main: mains[0] ?? "" });
  const choice = chooseSubmission(candidates, changes, wanted, changeWord(event));
  const [target, ...others] = targets.filter(({ lab }) => lab.peer.file === choice.candidate.main);
  if (target === undefined || others.length > 0)
    throw new CiError(`${shown(folderName(choice.candidate))} may be of several labs; name the lab`);
  return { choice, target, base };
}
