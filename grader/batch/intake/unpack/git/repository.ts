import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import type { HeldFolder } from "../../../../submission/held/held-folder.ts";

/** The git folder of a repository: itself when it is bare, else its `.git`; null when it is none. */
export function gitDirOf(folder: string): string | null {
  // A `.git` that is a file or a link leads somewhere else, which is not the student's to say.
  const inner = join(folder, ".git");
  if (isFolder(inner) && isBareRepository(inner)) return inner;
  return isBareRepository(folder) ? folder : null;
}

/** The same of a folder that is held; what is given is to be closed. @throws EntryError when it is gone meanwhile. */
export function heldGitDir(folder: HeldFolder): HeldFolder | null {
  if (folder.kindOf(".git") === "folder") {
    const inner = folder.folder(".git");
    if (isHeldRepository(inner)) return inner;
    inner.close();
  }
  return isHeldRepository(folder) ? folder : null;
}

function isHeldRepository(folder: HeldFolder): boolean {
  return (
    folder.kindOf("objects") === "folder" && folder.kindOf("refs") === "folder" && folder.kindOf("HEAD") === "file"
  );
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
