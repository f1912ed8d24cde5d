import { readdirSync, realpathSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { EntryError, entryError } from "../../../submission/held/entry-error.ts";
import { chooseMain } from "../../../submission/main-file.ts";
import { shown } from "../names.ts";
import type { OwnFolders } from "../own-folders.ts";
import { readRosterSource } from "../roster/roster-source.ts";
import type { IntakeOptions } from "../types.ts";
import { archiveKind, hasArchiveName, hasForeignArchiveName, withoutArchiveEnding } from "../unpack/archive.ts";
import { gitDirOf } from "../unpack/git/repository.ts";
import type { Lister } from "../unpack/listing.ts";
import { Refusal } from "../unpack/refusal.ts";
import { classWithin, crowdBeside } from "./class-look.ts";
import { readDirectory } from "./directory.ts";
import type { Found, Source } from "./found.ts";
import { FolderTree, ZipTree } from "./tree.ts";

/**
 * What one source holds, when it is the only one.
 *
 * @throws Error with one line when it is no good as a whole.
 */
export async function readSource(path: string, options: IntakeOptions, own: OwnFolders): Promise<Source> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new Error(`${path}: there is no such file or folder`);
  if (stats.isDirectory()) return readFolder(path, options, own);
  if (!stats.isFile()) throw new Error(`${path}: is neither a file nor a folder`);
  if (isRosterName(path)) return readRosterSource(path, options);
  if (TABLE.test(path))
    throw new Error(`${path}: is a table, or a workbook; save it as CSV UTF-8, under a name with .csv`);
  const one: Source = { found: [asNamed(singleFile(path))], remarks: [], isOne: true };
  return archiveKind(path) === "zip" ? readZip(path, one, options) : one;
}

/** What staff name may be a link; what is found in what they name may not. */
function asNamed(one: Found): Found {
  return one.material.kind === "path" ? { ...one, material: { ...one.material, mayBeLink: true } } : one;
}

async function readFolder(path: string, options: IntakeOptions, own: OwnFolders): Promise<Source> {
  const isSubmission = chooseMain(options.mainFile, filesIn(path)).main !== undefined;
  if (isSubmission || gitDirOf(path) !== null) {
    const tree = new FolderTree(path, own, () => {});
    const doubts = isSubmission ? crowdDoubt(path, tree.list, options) : [];
    return { found: [asNamed(singleFolder(path))], remarks: [], isOne: true, doubts };
  }
  const left: string[] = [];
  const source = await readDirectory(new FolderTree(path, own, (line) => left.push(line)), options);
  if (source.found.length === 0) {
    throw new Error(source.doubts?.[0] ?? `${path}: holds no submission`);
  }
  return { ...source, remarks: [...left, ...source.remarks] };
}

function filesIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [] : [entry.name]));
}

/** A zip file is one submission, unless it holds what a platform packed for a class. */
async function readZip(path: string, one: Source, options: IntakeOptions): Promise<Source> {
  let tree: ZipTree;
  try {
    tree = await ZipTree.open(path);
  } catch (error) {
    if (error instanceof Refusal) return one;
    throw error;
  }
  const look = classWithin(tree.list, options.mainFile)?.look;
  if (look === undefined) return { ...one, doubts: crowdDoubt(path, tree.list, options) };
  if (look.isPlatform) return readDirectory(tree, options);
  const doubt = `${shown(path)}: looks like ${look.what}, and would be one submission; unpack it and name the folder`;
  return { ...one, doubts: [doubt] };
}

/** One main file at the top, and a class that nobody would hear of. */
function crowdDoubt(path: string, list: Lister, { mainFile }: IntakeOptions): string[] {
  const others = crowdBeside(list, mainFile);
  if (others === null) return [];
  return [
    `${shown(path)}: has a main file, and beside it what looks like submissions of others (${others}), which would not be graded; ` +
      "put that main file into a folder of its own, or name it alone",
  ];
}

/** What spreadsheets and office programs write, which is no roster as it is, and nobody's archive. */
const TABLE = /\.(?:tsv|xlsx?|xlsm|ods|numbers)$/i;

export function isRosterName(path: string): boolean {
  return /\.csv$/i.test(path);
}

/** @throws Error with one line when the file is nothing that can be a submission. */
export function singleFile(path: string): Found {
  const name = basename(path);
  if (!hasArchiveName(name) && !hasForeignArchiveName(name) && !isArchive(path)) {
    throw new Error(`${path}: is no archive and no roster; give a folder, .zip, .tar, .tar.gz, git repository or .csv`);
  }
  return single(path, withoutArchiveEnding(name));
}

/** One that may not be read is taken for one: it says so when it is opened, and is in nobody else's way. */
function isArchive(path: string): boolean {
  try {
    return archiveKind(path) !== null;
  } catch (error) {
    if (entryError(error, path) instanceof EntryError) return true;
    throw error;
  }
}

export function singleFolder(path: string): Found {
  return single(path, basename(realpathSync(path)).replace(/\.git$/, "") || "submission");
}

/** A link under the name of whoever handed it in: what it leads to is somebody else's, or the machine's. */
export function linkTo(path: string): Found {
  const material = { kind: "none", reason: "it is a symbolic link, which is not followed" } as const;
  return { ...single(path, withoutArchiveEnding(basename(resolve(path)))), material };
}

function single(path: string, rawId: string): Found {
  return { rawId, name: shown(rawId), origin: path, material: { kind: "path", path } };
}
