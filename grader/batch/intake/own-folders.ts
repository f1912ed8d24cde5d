import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { IntakeOptions } from "./types.ts";

interface OwnFolder {
  /** As it was named. */
  readonly name: string;
  readonly realPath: string;
  readonly isWork: boolean;
}

/**
 * The folders that a batch itself writes to and clears. They are no submissions; nor is what lies where it unpacks, since that
 * is removed. Beside the results there may be anything.
 */
export class OwnFolders {
  private readonly folders: readonly OwnFolder[];

  constructor({ workDir, outDir }: Pick<IntakeOptions, "workDir" | "outDir">) {
    const own = (name: string, isWork: boolean): OwnFolder => ({ name, realPath: realPathOf(name), isWork });
    this.folders = [own(workDir, true), ...(outDir === undefined ? [] : [own(outDir, false)])];
  }

  /** Why something cannot be a source, to be put behind its path; null when it can. */
  problemWith(path: string): string | null {
    const realPath = realPathOf(path);
    const folder = this.folders.find((one) =>
      one.isWork ? isWithin(realPath, one.realPath) : realPath === one.realPath,
    );
    if (folder === undefined) return null;
    return folder.isWork
      ? `lies in ${folder.name}, where submissions are unpacked and removed; move it out of there`
      : "is the folder that the results go to; name the submissions, or give the results another folder";
  }

  /** Why an entry of a source is left out, to be put behind its path; null when it is not. */
  reasonToSkip(path: string): string | null {
    const realPath = realPathOf(path);
    const folder = this.folders.find((one) => one.realPath === realPath);
    if (folder === undefined) return null;
    return `is where ${folder.isWork ? "submissions are unpacked" : "the results go"}, and is left out`;
  }
}

/** Without links, also when the end of it is still to be made. */
function realPathOf(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    // Not there, or not any more.
  }
  const parent = dirname(whole);
  return parent === whole ? whole : join(realPathOf(parent), basename(whole));
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && resolve(folder, way) === path;
}
