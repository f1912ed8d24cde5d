import { type Checkout, shown } from "../../batch/index.ts";
import { didYouMean } from "../../text/nearest.ts";
import { CiError } from "../ci-error.ts";
import type { CheckRequest, Target } from "../request.ts";
import { changeWord, findChanges } from "./changes.ts";
import type { CiEvent } from "./event.ts";
import {
  type Candidate,
  type Choice,
  candidatesOf,
  chooseSubmission,
  folderName,
  listed,
  type MainFile,
  namedPath,
} from "./find.ts";

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
  const mains = mainsOf(targets);
  const files = await checkout.files();
  const candidates = candidatesOf(files, mains);
  const path = submission === undefined ? null : namedPath(submission);
  const { changes, base } = await findChanges(checkout, event, named, candidates, mains);
  const there = path === null ? [] : candidates.filter((one) => one.path.join("/") === path.join("/"));
  if (there.length > 1)
    throw new CiError(`${shown(submission ?? "")} has the main files of several labs; name the lab`);
  if (path !== null && there.length === 0 && !files.some((file) => isOnWay(file, path.join("/"))))
    throw new CiError(missing(path.join("/"), candidates));
  // What is no submission is ungradable, and intake says why.
  const wanted = path === null ? null : (there[0] ?? { path, main: mains[0]?.file ?? "" });
  const choice = chooseSubmission(candidates, changes, wanted, changeWord(event));
  const [target, ...others] = targets.filter(({ lab }) => lab.form.file === choice.candidate.main);
  if (target === undefined || others.length > 0)
    throw new CiError(`${shown(folderName(choice.candidate))} may be of several labs; name the lab`);
  return { choice, target, base };
}

function mainsOf(targets: readonly Target[]): readonly MainFile[] {
  const labs = new Map(targets.map(({ lab }) => [lab.form.file, lab]));
  return [...labs].map(([file, { layers = {} }]) => ({
    file,
    layers: Object.values(layers).map(({ form }) => form.file),
  }));
}

/** Whether the file lies in the folder, or is, as a link perhaps, what leads to it. */
function isOnWay(file: string, folder: string): boolean {
  return folder === "" || `${file}/`.startsWith(`${folder}/`) || folder.startsWith(`${file}/`);
}

/** One line for a folder that was named and is not there: most often a typing mistake, or a submission that moved. */
function missing(named: string, candidates: readonly Candidate[]): string {
  const names = candidates.map(folderName);
  const suggestion = didYouMean(named, names);
  const instead = names.length === 0 ? "no folder has the main file of a lab" : `submissions are in ${listed(names)}`;
  return `there is no folder ${shown(named)} in the repository, as --submission says${suggestion || `; ${instead}`}`;
}
