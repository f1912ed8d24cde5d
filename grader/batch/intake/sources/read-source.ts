import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { EntryError, entryError } from "../../../submission/held/entry-error.ts";
import { chooseMain } from "../../../submission/main-file.ts";
import { shown } from "../names.ts";
import type { OwnFolders } from "../own-folders.ts";
import { readRosterSource } from "../roster/roster-source.ts";
import type { IntakeOptions } from "../types.ts";
import { archiveKind, hasArchiveName, hasForeignArchiveName, withoutArchiveEnding } from "../unpack/archive.ts";
import { gitDirOf } from "../unpack/git/repository.ts";
import { ignoredPart } from "../unpack/paths.ts";
import { canvasFiles, readCanvas } from "./canvas.ts";
import type { Found, Source } from "./found.ts";
import { GRADESCOPE_METADATA, MAX_METADATA_BYTES, readGradescope } from "./gradescope.ts";
import { readZippedExport } from "./zipped-export.ts";

/** What Gradescope calls the folder in an export. */
const EXPORT_FOLDER = /^assignment_\d+_export$/;

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
  // What staff name may be a link; what is found in what they name may not.
  if (archiveKind(path) === "zip") {
    const source = await readZippedExport(path, options);
    if (source !== null) return source;
  }
  return { found: [asNamed(singleFile(path))], remarks: [] };
}

function asNamed(one: Found): Found {
  return one.material.kind === "path" ? { ...one, material: { ...one.material, mayBeLink: true } } : one;
}

function readFolder(path: string, options: IntakeOptions, own: OwnFolders): Source {
  const remarks: string[] = [];
  const names = readdirSync(path);
  const isSubmission = chooseMain(options.mainFile, names).main !== undefined;
  if (isSubmission || gitDirOf(path) !== null) return { found: [asNamed(singleFolder(path))], remarks };
  const theirs = namesIn(path, own, remarks);
  const exported = exportFolder(path, theirs);
  const source =
    exported === null
      ? readDirectory(path, theirs, options)
      : readGradescopeFolder(exported, exported === path ? theirs : namesIn(exported, own, remarks));
  if (source.found.length === 0) throw new Error(`${path}: holds no submission`);
  return { found: source.found, remarks: [...remarks, ...source.remarks] };
}

/** What may belong to submissions, sorted. */
function namesIn(path: string, own: OwnFolders, remarks: string[]): string[] {
  const names = readdirSync(path).filter((name) => ignoredPart([name]) === undefined);
  return names.sort().filter((name) => {
    const reason = own.reasonToSkip(join(path, name));
    if (reason !== null) remarks.push(`${shown(join(path, name))}: ${reason}`);
    return reason === null;
  });
}

/** The folder that is a Gradescope export: itself, or the one that was unpacked into it; null when there is none. */
function exportFolder(path: string, names: readonly string[]): string | null {
  if (names.includes(GRADESCOPE_METADATA)) return path;
  const [only, ...more] = names;
  // By any other name it is a student's, who could write a metadata file too.
  if (only === undefined || more.length > 0 || !EXPORT_FOLDER.test(only)) return null;
  const inner = join(path, only);
  return existsSync(join(inner, GRADESCOPE_METADATA)) ? inner : null;
}

function readDirectory(path: string, names: readonly string[], { mainFile }: IntakeOptions): Source {
  const visible = names.filter((name) => !name.startsWith("."));
  const canvas = canvasFiles(visible.filter((name) => lstatOf(join(path, name))?.isFile() === true));
  const rest = readItems(path, canvas.length === 0 ? visible : visible.filter((name) => !canvas.includes(name)));
  return { found: [...readCanvas(canvas, (name) => join(path, name), mainFile), ...rest.found], remarks: rest.remarks };
}

/** A directory of submissions: each folder and each archive in it is one. */
function readItems(path: string, names: readonly string[]): Source {
  const found: Found[] = [];
  const remarks: string[] = [];
  for (const name of names) {
    const inner = join(path, name);
    const stats = lstatOf(inner);
    if (stats === undefined) {
      remarks.push(`${shown(inner)}: is not there any more`);
    } else if (stats.isSymbolicLink()) {
      found.push(linkTo(inner));
    } else if (stats.isDirectory()) {
      found.push(single(inner, name.replace(/\.git$/, "") || name));
    } else if (stats.isFile() && (hasArchiveName(name) || hasForeignArchiveName(name))) {
      found.push(single(inner, withoutArchiveEnding(name)));
    } else {
      remarks.push(`${shown(inner)}: is no folder and no archive, and was left out`);
    }
  }
  return { found, remarks };
}

function readGradescopeFolder(path: string, names: readonly string[]): Source {
  const metadata = join(path, GRADESCOPE_METADATA);
  if (statSync(metadata).size > MAX_METADATA_BYTES) throw new Error(`${metadata}: is too large`);
  const folders = names.filter(
    (name) => ignoredPart([name]) === undefined && lstatOf(join(path, name))?.isDirectory() === true,
  );
  return readGradescope(readFileSync(metadata, "utf8"), {
    origin: (key) => join(path, key),
    material: (key) => ({ kind: "path", path: join(path, key) }),
    folders,
  });
}

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

/** Links not followed; what is gone since it was listed is nobody else's loss. */
function lstatOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function single(path: string, rawId: string): Found {
  return { rawId, name: shown(rawId), origin: path, material: { kind: "path", path } };
}
