import { ignoredPart, shown } from "../../batch/index.ts";
import { mainFilesOf } from "../../submission/main-file.ts";
import { CiError } from "../ci-error.ts";

/** A folder of the repository that has a main file; `lab`: index of the lab that it is of. */
export interface Candidate {
  /** Names from the top of the repository on; none for the top itself. */
  readonly path: readonly string[];
  /** Main file without its extension. */
  readonly main: string;
}

/** By what a submission of a lab is known. */
export interface MainFile {
  /** Without its extension. */
  readonly file: string;
  /** Main files of layers that it may bring with it: beside it they are no submission of their own. */
  readonly layers?: readonly string[];
}

/** What was changed, as far as it is known. */
export type Changes =
  | { readonly kind: "known"; readonly files: readonly string[]; readonly removed: readonly string[] }
  /** `reason`: why, to be put into a sentence. */
  | { readonly kind: "unknown"; readonly reason: string };

/** What is graded, and how it was found. */
export interface Choice {
  readonly candidate: Candidate;
  /** `named` by the caller, the one that `changed`, or the `only` one that there is. */
  readonly how: "named" | "changed" | "only";
  /** How many of its files were changed; null when that is not known. */
  readonly changedFiles: number | null;
  readonly notes: readonly string[];
}

const SHOWN_FOLDERS = 5;
/** No system has longer ones. */
const PATH_CHARS = 10_000;

/** Folders that have a main file, by the paths of all files, sorted. Hidden folders and what tools put there do not count. */
export function candidatesOf(files: readonly string[], mains: readonly MainFile[]): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const file of files) {
    if (file.length > PATH_CHARS) continue;
    const path = file.split("/");
    const name = path.pop() ?? "";
    if (ignoredPart(path) !== undefined || path.some((part) => part.startsWith("."))) continue;
    const main = mains.find((one) => mainFilesOf(one.file).includes(name))?.file;
    if (main !== undefined) found.set(keyOf(path, main), { path, main });
  }
  for (const { path, main } of [...found.values()]) {
    const { layers = [] } = mains.find(({ file }) => file === main) as MainFile;
    for (const layer of layers) found.delete(keyOf(path, layer));
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, candidate]) => candidate);
}

function keyOf(path: readonly string[], main: string): string {
  return `${path.join("/")}\n${main}`;
}

/** The names along a folder that the caller named, below the repository. @throws CiError when it leads out. */
export function namedPath(folder: string): readonly string[] {
  const parts = folder.split("/").filter((part) => part !== "" && part !== ".");
  if (folder.startsWith("/") || parts.includes(".."))
    throw new CiError(`--submission ${shown(folder)} leads out of the repository; name a folder below its top`);
  return parts;
}

/**
 * Which submission is graded: one and only one. Where two could be meant, none is, and the sentence says how to say it.
 *
 * @param what `pull request` or the like, for sentences. @throws CiError
 */
export function chooseSubmission(
  candidates: readonly Candidate[],
  changes: Changes,
  named: Candidate | null,
  what: string,
): Choice {
  const touched = changes.kind === "known" ? touchedBy(changes.files, candidates) : new Map<Candidate, number>();
  const gone = changes.kind === "known" ? changes.removed : [];
  const notes = gone.length === 0 ? [] : [`there is no submission any more in ${listed(gone)}`];
  if (named !== null) {
    const isNamed = (one: Candidate) => folderName(one) === folderName(named) && one.main === named.main;
    const others = [...touched.keys()].filter((one) => !isNamed(one)).map(folderName);
    const changed = [...touched].find(([one]) => isNamed(one))?.[1] ?? 0;
    if (others.length > 0)
      notes.push(`the ${what} changes other submissions too, which are not graded: ${listed(others)}`);
    return { candidate: named, how: "named", changedFiles: changes.kind === "known" ? changed : null, notes };
  }
  const [first, ...more] = candidates;
  const names = listed(candidates.map(folderName));
  if (changes.kind === "unknown") {
    if (first === undefined) throw none();
    if (more.length > 0)
      throw new CiError(
        `there are ${candidates.length} submissions (${names}), and ${changes.reason}; say --submission`,
      );
    return {
      candidate: first,
      how: "only",
      changedFiles: null,
      notes: [...notes, `${changes.reason}, so the only submission that there is was taken`],
    };
  }
  const [[candidate, changedFiles] = [], ...others] = touched;
  if (candidate !== undefined && changedFiles !== undefined) {
    if (others.length > 0) {
      const both = listed([...touched.keys()].map(folderName));
      throw new CiError(
        `the ${what} changes ${touched.size} submissions (${both}), and a check grades one; split it, or say which with --submission or by the lab`,
      );
    }
    return { candidate, how: "changed", changedFiles, notes };
  }
  if (gone.length > 0) throw new CiError(`the ${what} removes a submission (${listed(gone)}) and changes no other`);
  if (first === undefined) throw none();
  if (more.length > 0)
    throw new CiError(`the ${what} changes none of the ${candidates.length} submissions (${names}); say --submission`);
  return { candidate: first, how: "only", changedFiles: 0, notes };
}

/** As people write it; `.` for the top of the repository. */
export function folderName({ path }: Pick<Candidate, "path">): string {
  return path.length === 0 ? "." : path.join("/");
}

/** Each file belongs to the innermost folder with a main file, and to all labs that it has one of. */
function touchedBy(files: readonly string[], candidates: readonly Candidate[]): ReadonlyMap<Candidate, number> {
  const byFolder = new Map<string, Candidate[]>();
  for (const one of candidates) byFolder.set(folderName(one), [...(byFolder.get(folderName(one)) ?? []), one]);
  const counts = new Map<Candidate, number>();
  for (const file of files) {
    const path = file.split("/").slice(0, -1);
    while (path.length > 0 && !byFolder.has(path.join("/"))) path.pop();
    for (const one of byFolder.get(folderName({ path })) ?? []) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  return counts;
}

function none(): CiError {
  return new CiError("there is no submission in the repository: no folder has the main file of a lab, such as raft.ts");
}

/** The first few of them, in a sentence. */
export function listed(names: readonly string[]): string {
  const rest = names.length - SHOWN_FOLDERS;
  return `${names.slice(0, SHOWN_FOLDERS).map(shown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
