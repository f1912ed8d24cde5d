import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { IntakeLimits } from "./limits.ts";
import {
  archiveKind,
  checkArchiveSize,
  hasArchiveName,
  hasForeignArchiveName,
  unpackArchive,
} from "./unpack/archive.ts";
import { copyFile, copyFolder } from "./unpack/folder.ts";
import { type CommitChoice, unpackCommit } from "./unpack/git/commit.ts";
import { gitDirOf, hasGitEntry } from "./unpack/git/repository.ts";
import { Refusal } from "./unpack/refusal.ts";
import { Target } from "./unpack/target.ts";
import { unpackItems, type ZipItem } from "./unpack/zip.ts";

/** A file of an export, and the name that it has in the submission. */
export interface NamedFile {
  readonly path: string;
  readonly as: string;
}

/** An export that is a zip file itself, listed once for all submissions in it. */
export interface ZippedExport {
  readonly path: string;
  readonly items: ReadonlyMap<string, ZipItem>;
}

/** What one submission consists of, before it is unpacked. */
export type Material =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "files"; readonly files: readonly NamedFile[] }
  /** Loose files, or one archive, inside of an export. */
  | { readonly kind: "zipped"; readonly zip: ZippedExport; readonly files: readonly NamedFile[] }
  /** A folder inside of an export. */
  | { readonly kind: "zipped-folder"; readonly zip: ZippedExport; readonly files: readonly NamedFile[] }
  | { readonly kind: "none"; readonly reason: string };

/** What came of unpacking. */
export interface Unpacked {
  readonly notes: readonly string[];
  readonly commit?: string;
  readonly committedAt?: string;
}

/**
 * Unpacks a material into `<place>/files`, with `<place>` made new and for nothing else.
 *
 * @throws Refusal when what was handed in is no good.
 */
export async function unpack(
  material: Material,
  place: string,
  choice: CommitChoice,
  limits: IntakeLimits,
): Promise<Unpacked> {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const folder = join(place, "files");
  switch (material.kind) {
    case "none":
      throw new Refusal(material.reason);
    case "path":
      return unpackPath(material.path, place, choice, limits);
    case "files": {
      const archive = onlyArchive(material.files);
      if (archive !== undefined) return unpackPath(archive.path, place, choice, limits);
      const target = new Target(folder, limits, null);
      for (const { path, as } of material.files) copyFile(path, as, target);
      return { notes: target.notes() };
    }
    case "zipped":
      return unpackZipped(material.zip, material.files, place, choice, limits);
    case "zipped-folder": {
      const target = new Target(folder, limits, null);
      await unpackItems(material.zip.path, itemsOf(material.zip, material.files), target);
      return { notes: target.notes() };
    }
  }
}

async function unpackPath(given: string, place: string, choice: CommitChoice, limits: IntakeLimits): Promise<Unpacked> {
  // As it was named, it means something only in the folder that the grader runs in; git runs in another.
  const path = resolve(given);
  const folder = join(place, "files");
  if (!existsSync(path)) throw new Refusal("it is not there any more");
  if (isFile(path)) {
    checkArchiveSize(path, limits);
    if (archiveKind(path) !== "bundle") return { notes: await unpackArchive(path, folder, limits) };
    return unpackCommit({ bundle: path }, join(place, "git"), folder, choice, limits);
  }
  const gitDir = gitDirOf(path);
  if (gitDir !== null) return unpackCommit({ gitDir }, join(place, "git"), folder, choice, limits);
  const damaged = hasGitEntry(path) ? "its .git is damaged or leads elsewhere" : null;
  // Else a clone is broken with one command, and what lies beside it is taken whenever it was written.
  if (damaged !== null && (choice.ref ?? choice.deadline) !== undefined) {
    throw new Refusal(`${damaged}, so that --ref and --deadline have no commit to choose from; hand in a whole clone`);
  }
  const target = new Target(folder, limits, null);
  await copyFolder(path, target);
  if (damaged === null) return { notes: target.notes() };
  const note = `${damaged}, and was left out: the files beside it were taken, not a commit`;
  return { notes: [note, ...target.notes().filter((line) => line !== ".git was left out")] };
}

async function unpackZipped(
  zip: ZippedExport,
  files: readonly NamedFile[],
  place: string,
  choice: CommitChoice,
  limits: IntakeLimits,
): Promise<Unpacked> {
  const archive = onlyArchive(files);
  if (archive === undefined) {
    const target = new Target(join(place, "files"), limits, null);
    await unpackItems(zip.path, itemsOf(zip, files), target);
    return { notes: target.notes() };
  }
  // Under a name of ours: the only thing that its own name could still say is what kind of archive it is.
  const outside = join(place, "handed-in");
  const lone = { ...limits, fileBytes: limits.archiveBytes, totalBytes: limits.archiveBytes };
  const renamed = [{ path: archive.path, as: "archive.tar" }];
  await unpackItems(zip.path, itemsOf(zip, renamed), new Target(outside, lone, null));
  return unpackPath(join(outside, "archive.tar"), place, choice, limits);
}

function itemsOf(zip: ZippedExport, files: readonly NamedFile[]) {
  return files.map(({ path, as }) => {
    const item = zip.items.get(path);
    if (item === undefined) throw new Error(`${path} is no entry of ${zip.path}`);
    return { as, entry: item.entry };
  });
}

function onlyArchive(files: readonly NamedFile[]): NamedFile | undefined {
  const [first, ...more] = files;
  if (first === undefined || more.length > 0) return undefined;
  const name = basename(first.as);
  return hasArchiveName(name) || hasForeignArchiveName(name) ? first : undefined;
}

function isFile(path: string): boolean {
  return statSync(path).isFile();
}
