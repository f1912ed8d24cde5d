import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { EntryError } from "../../submission/held/entry-error.ts";
import { HeldFile } from "../../submission/held/held-file.ts";
import { HeldFolder, openHeld } from "../../submission/held/held-folder.ts";
import { chooseMain } from "../../submission/main-file.ts";
import type { IntakeLimits } from "./limits.ts";
import { shown } from "./names.ts";
import { archiveKind, copyArchive, hasArchiveName, hasForeignArchiveName, unpackArchive } from "./unpack/archive.ts";
import { settleCounters } from "./unpack/counters.ts";
import { copyFolder, copyHeldFile } from "./unpack/folder.ts";
import { type CommitChoice, unpackCommit } from "./unpack/git/commit.ts";
import { heldGitDir } from "./unpack/git/repository.ts";
import { fileNamesOf, folderLister } from "./unpack/listing.ts";
import { MOST_ENTRIES } from "./unpack/locate.ts";
import { type LoneArchive, loneArchive } from "./unpack/lone-archive.ts";
import { LEFT_OUT_FACTOR, Refusal } from "./unpack/refusal.ts";
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
  /** `mayBeLink`: staff named it, and meant what it leads to; else a link that took its place is not followed. */
  | { readonly kind: "path"; readonly path: string; readonly mayBeLink?: true }
  /** Loose files, or one archive. `hasCounters`: as a platform names them that counts what is handed in again. */
  | { readonly kind: "files"; readonly files: readonly NamedFile[]; readonly hasCounters?: true }
  /** The same inside of an export. */
  | {
      readonly kind: "zipped";
      readonly zip: ZippedExport;
      readonly files: readonly NamedFile[];
      readonly hasCounters?: true;
    }
  /** A folder inside of an export. */
  | { readonly kind: "zipped-folder"; readonly zip: ZippedExport; readonly files: readonly NamedFile[] }
  | { readonly kind: "none"; readonly reason: string }
  /** Nothing was handed in: nothing is unpacked, and nothing graded. */
  | { readonly kind: "not-handed-in"; readonly reason: string };

/** What came of unpacking. */
export interface Unpacked {
  /** Where the content is. */
  readonly folder: string;
  readonly notes: readonly string[];
  readonly commit?: string;
  readonly committedAt?: string;
  /** Of a repository: branches that stand elsewhere. */
  readonly otherBranches?: readonly string[];
}

/** `mainFile`: main file of the lab without its extension. */
export type UnpackOptions = CommitChoice & { readonly mainFile: string };

/**
 * Unpacks a material into a folder in `<place>`, which is made new and for nothing else. An archive that is all there is in
 * it, or lies beside papers only, is unpacked too.
 *
 * @throws Refusal when what was handed in is no good.
 */
export async function unpack(
  material: Material,
  place: string,
  options: UnpackOptions,
  limits: IntakeLimits,
): Promise<Unpacked> {
  rmSync(place, { recursive: true, force: true });
  // What others could not read where it came from they should not read here.
  mkdirSync(place, { recursive: true, mode: 0o700 });
  try {
    return await unpackInner(await unpackMaterial(material, place, options, limits), place, options, limits);
  } catch (error) {
    if (error instanceof EntryError)
      throw new Refusal(`${error.path === "" ? "it" : shown(error.path)} ${error.problem}`);
    throw error;
  }
}

/** Archives inside each other that are unpacked. */
const MOST_INNER = 2;

/** Under what is left of the limits, so that nothing comes of packing it twice. */
async function unpackInner(
  outer: Unpacked,
  place: string,
  options: UnpackOptions,
  limits: IntakeLimits,
): Promise<Unpacked> {
  let now = outer;
  let left = limits;
  for (let level = 1; level <= MOST_INNER; level++) {
    const inner = innerArchive(now.folder, options.mainFile);
    if (inner === null) return now;
    const spent = usageOf(now.folder);
    left = { ...left, entries: left.entries - spent.entries, totalBytes: left.totalBytes - spent.bytes };
    const path = inner.way.join("/");
    const beside = inner.beside.slice(0, SHOWN).map(shown).join(", ");
    const note = `${shown(path)} was unpacked, as it is all there is${beside === "" ? "" : ` beside ${beside}`}`;
    const innerPlace = join(place, `inner-${level}`);
    mkdirSync(innerPlace);
    const file = HeldFile.open(join(now.folder, ...inner.way), path);
    try {
      const unpacked = await unpackFile(file, path, innerPlace, options, left);
      now = { ...unpacked, notes: [...now.notes, note, ...unpacked.notes] };
    } finally {
      file.close();
    }
  }
  return now;
}

const SHOWN = 4;

/** The one archive in what was unpacked, when there is no main file. */
function innerArchive(folder: string, mainFile: string): LoneArchive | null {
  const held = HeldFolder.open(folder);
  try {
    const list = folderLister(held, MOST_ENTRIES);
    return chooseMain(mainFile, fileNamesOf(list([]))).main === undefined ? loneArchive(list) : null;
  } finally {
    held.close();
  }
}

/** Of a folder of ours. */
function usageOf(folder: string): { entries: number; bytes: number } {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const bytes = entries.map((entry) => (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0));
  return { entries: entries.length, bytes: bytes.reduce((sum, size) => sum + size, 0) };
}

async function unpackMaterial(
  material: Material,
  place: string,
  choice: UnpackOptions,
  limits: IntakeLimits,
): Promise<Unpacked> {
  const folder = join(place, "files");
  switch (material.kind) {
    case "none":
    case "not-handed-in":
      throw new Refusal(material.reason);
    case "path":
      return unpackPath(material, place, choice, limits);
    case "files": {
      const archive = onlyArchive(material.files);
      if (archive !== undefined) return unpackPath(archive, place, choice, limits);
      const target = new Target(folder, limits, null);
      for (const { path, as } of material.files) copyHeldFile(HeldFile.open(path, as), as, target);
      return withoutCounters(material, { folder, notes: target.notes() }, choice);
    }
    case "zipped":
      return withoutCounters(material, await unpackZipped(material.zip, material.files, place, choice, limits), choice);
    case "zipped-folder": {
      const target = new Target(folder, limits, null);
      await unpackItems(material.zip.path, itemsOf(material.zip, material.files), target);
      return { folder, notes: target.notes() };
    }
  }
}

function withoutCounters(
  { hasCounters, files }: Extract<Material, { kind: "files" | "zipped" }>,
  unpacked: Unpacked,
  { mainFile }: UnpackOptions,
): Unpacked {
  if (hasCounters !== true) return unpacked;
  const names = files.map(({ as }) => as);
  return { ...unpacked, notes: [...unpacked.notes, ...settleCounters(unpacked.folder, names, mainFile)] };
}

async function unpackPath(
  { path, mayBeLink = false }: { readonly path: string; readonly mayBeLink?: boolean },
  place: string,
  choice: CommitChoice,
  limits: IntakeLimits,
): Promise<Unpacked> {
  // As it was named, it means something only in the folder that the grader runs in; git runs in another.
  const held = openHeld(resolve(path), mayBeLink);
  try {
    if (held instanceof HeldFile) return await unpackFile(held, basename(path), place, choice, limits);
    return await unpackFolder(held, place, choice, limits);
  } finally {
    held.close();
  }
}

async function unpackFile(
  file: HeldFile,
  name: string,
  place: string,
  choice: CommitChoice,
  limits: IntakeLimits,
): Promise<Unpacked> {
  const copy = join(place, "archive");
  try {
    copyArchive(file, copy, limits);
    const kind = archiveKind(copy, name);
    const folder = join(place, "files");
    if (kind === "bundle") {
      return { folder, ...(await unpackCommit({ bundle: copy }, join(place, "git"), folder, choice, limits)) };
    }
    return { folder, notes: await unpackArchive(copy, kind, folder, limits) };
  } finally {
    rmSync(copy, { force: true });
  }
}

async function unpackFolder(
  held: HeldFolder,
  place: string,
  choice: CommitChoice,
  limits: IntakeLimits,
): Promise<Unpacked> {
  const folder = join(place, "files");
  const gitDir = heldGitDir(held);
  if (gitDir !== null) {
    try {
      return { folder, ...(await unpackCommit({ gitDir }, join(place, "git"), folder, choice, limits)) };
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      throw new Refusal(`${shown(error.path)} of the repository ${error.problem}`);
    } finally {
      if (gitDir !== held) gitDir.close();
    }
  }
  const damaged = held.kindOf(".git") === null ? null : "its .git is damaged or leads elsewhere";
  // Else a clone is broken with one command, and what lies beside it is taken whenever it was written.
  if (damaged !== null && (choice.ref ?? choice.deadline) !== undefined) {
    throw new Refusal(`${damaged}, so that --ref and --deadline have no commit to choose from; hand in a whole clone`);
  }
  const target = new Target(folder, limits, null);
  await copyFolder(held, target);
  if (damaged === null) return { folder, notes: target.notes() };
  const note = `${damaged}, and was left out: the files beside it were taken, not a commit`;
  return { folder, notes: [note, ...target.notes().filter((line) => line !== ".git was left out")] };
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
    const folder = join(place, "files");
    const target = new Target(folder, limits, null);
    await unpackItems(zip.path, itemsOf(zip, files), target);
    return { folder, notes: target.notes() };
  }
  // Under a name of ours: the only thing that its own name could still say is what kind of archive it is.
  const outside = join(place, "handed-in");
  const mostBytes = limits.archiveBytes * LEFT_OUT_FACTOR;
  const lone = { ...limits, fileBytes: mostBytes, totalBytes: mostBytes };
  const renamed = [{ path: archive.path, as: "archive.tar" }];
  await unpackItems(zip.path, itemsOf(zip, renamed), new Target(outside, lone, null));
  return unpackPath({ path: join(outside, "archive.tar") }, place, choice, limits);
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
