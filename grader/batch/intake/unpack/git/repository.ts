import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";

/** The git folder of a repository: itself when it is bare, else its `.git`; null when it is none. */
export function gitDirOf(folder: string): string | null {
  // A `.git` that is a file or a link leads somewhere else, which is not the student's to say.
  const inner = join(folder, ".git");
  if (isFolder(inner) && isBareRepository(inner)) return inner;
  return isBareRepository(folder) ? folder : null;
}

/** Whether there is a `.git`, of whatever kind: what should be a repository, even when it is none. */
export function hasGitEntry(folder: string): boolean {
  return lstatSync(join(folder, ".git"), { throwIfNoEntry: false }) !== undefined;
}

function isBareRepository(folder: string): boolean {
  return (
    isFolder(join(folder, "objects")) &&
    isFolder(join(folder, "refs")) &&
    lstatSync(join(folder, "HEAD"), { throwIfNoEntry: false })?.isFile() === true
  );
}

function isFolder(path: string): boolean {
  return existsSync(path) && lstatSync(path).isDirectory();
}
