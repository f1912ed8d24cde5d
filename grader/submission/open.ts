import { createHash } from "node:crypto";
import { realpathSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { Form, Role } from "../sim/role.ts";
import { EntryError, entryError, PROBLEMS } from "./held/entry-error.ts";
import { HeldFolder } from "./held/held-folder.ts";
import { chooseMain, describeSlips, mainFilesOf } from "./main-file.ts";
import { nameText } from "./name-text.ts";
import {
  isInside,
  isSkipped,
  isSource,
  MAX_FOLDER_ENTRIES,
  readSources,
  type SourceFile,
  type SourceLink,
} from "./sources.ts";
import { UngradableError } from "./ungradable.ts";

/** A folder that holds what is to be graded. Nothing of it has been run. */
export interface Submission {
  /** Absolute path without symbolic links. */
  readonly dir: string;
  /** What its main files must export. */
  readonly form: Form;
  /** The first of its main files, relative to `dir`: `raft.ts` or `raft.js`. */
  readonly main: string;
  /** For each role of the form the main file that exports its class. */
  readonly mains: readonly string[];
  /** All source files, relative to `dir`, with `/`, sorted. */
  readonly files: readonly string[];
  /** Symbolic links to files and folders of its own, sorted by path. */
  readonly links: readonly SourceLink[];
  /** SHA-256, in hexadecimal, over the paths and contents of `files`, and over `links`: equal for equal sources, wherever the folder lies. */
  readonly hash: string;
  /** What each of `files` holds, as it was hashed: it is read once, and what is built is that. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

const MAX_NESTING = 1_000;

/**
 * Finds the submission in a folder, or in that folder's one for the lab. Reads its files, but runs and checks nothing of them.
 *
 * @param advice what to do when a main file is missing and nothing else is meant for it, as the end of a sentence.
 * @throws UngradableError when there is no such folder, no main file in it, too much of everything, or when it is changed
 *   meanwhile.
 */
export function openSubmission(dir: string, form: Form, advice = adviceOf(form)): Submission {
  try {
    const root = homeIn(openFolder(dir), form);
    const folder = HeldFolder.open(root);
    try {
      const mains = form.roles.map((role) => findMain(folder, root, dir, role, advice));
      return { dir: root, form, main: mains[0] ?? "", mains, ...read(folder, root, dir, mains) };
    } finally {
      folder.close();
    }
  } catch (error) {
    if (error instanceof EntryError) throw cannotRead(dir, error);
    throw error;
  }
}

/** What whoever hands the folder in should know of it, though it can be graded: one line each, none when it cannot. */
export function remarksOn(dir: string, form: Form): readonly string[] {
  try {
    const folder = HeldFolder.open(homeIn(openFolder(dir), form));
    try {
      const names = namesIn(folder);
      return [...new Set(form.roles.map(({ file }) => file))].flatMap((file) => chooseMain(file, names).remark ?? []);
    } finally {
      folder.close();
    }
  } catch {
    return [];
  }
}

function openFolder(dir: string): string {
  const stats = inspect(dir);
  if (stats === null) throw new UngradableError(`there is no folder ${dir}; give the folder that holds the submission`);
  if (!stats.isDirectory()) {
    throw new UngradableError(`${dir} is not a folder; give the folder that holds the submission, not a file of it`);
  }
  return realPathOf(dir, "");
}

/** A folder may hold one of each lab, called as the lab's home is: that of this lab, unless the main file is in the folder itself. */
function homeIn(root: string, { file, home }: Form): string {
  if (home === undefined) return root;
  const folder = HeldFolder.open(root);
  try {
    const has = (names: readonly string[]): boolean => chooseMain(file, names).main !== undefined;
    // A link would lead out of the folder that was named.
    return !has(namesIn(folder)) && has(namesBelow(folder, home)) ? join(root, home) : root;
  } finally {
    folder.close();
  }
}

/** @throws EntryError when it is gone meanwhile. */
function realPathOf(place: string, path: string): string {
  try {
    return realpathSync(place);
  } catch (error) {
    throw entryError(error, path);
  }
}

function cannotRead(dir: string, { path, problem }: EntryError): UngradableError {
  return new UngradableError(path === "" ? `the folder ${dir} ${problem}` : `${nameText(path)} in ${dir} ${problem}`);
}

function adviceOf({ home }: Form): string {
  return ` (\`grade init${home === undefined ? "" : ` --lab ${home}`}\` makes one)`;
}

function findMain(folder: HeldFolder, root: string, dir: string, role: Role, advice: string): string {
  const entries = namesIn(folder);
  // Asked of the folder's own listing, since some file systems would take Raft.ts for raft.ts.
  const { main } = chooseMain(role.file, entries);
  if (main === undefined) throw new UngradableError(describeMissingMain(folder, dir, role, entries, advice));
  const path = join(root, main);
  const target = inspect(path);
  if (target === null) throw new UngradableError(`${main} in ${dir} is a link to a file that is not there`);
  if (!target.isFile()) throw new UngradableError(`${main} in ${dir} is not a file`);
  if (!isInside(root, realPathOf(path, main))) {
    throw new UngradableError(`${main} in ${dir} is a link to a file outside the folder; put the file itself there`);
  }
  return main;
}

function describeMissingMain(
  folder: HeldFolder,
  dir: string,
  { file, className }: Role,
  entries: readonly string[],
  advice: string,
): string {
  const [wanted, orThis] = mainFilesOf(file);
  if (entries.length === 0) return `${dir} is empty; it must hold ${wanted} with \`export class ${className}\``;
  // A folder that is called so may hold it.
  const slips = describeSlips(
    file,
    entries.filter((name) => folder.kindOf(name) !== "folder"),
    nameText,
  );
  if (slips !== null) return `${dir} has ${slips}`;
  const below = entries.filter((name) => !isSkipped(name)).map((name) => ({ name, names: namesBelow(folder, name) }));
  for (const { name, names } of below) {
    const { main } = chooseMain(file, names);
    if (main !== undefined)
      return `no ${wanted} in ${dir}, but there is ${main === wanted ? "one" : main} in ${join(dir, nameText(name))}; grade that folder`;
  }
  const slipsBelow = describeSlips(
    file,
    below.flatMap(({ name, names }) => names.map((inner) => `${name}/${inner}`)),
    nameText,
  );
  if (slipsBelow !== null) return `${dir} has ${slipsBelow}`;
  return `no ${wanted} in ${dir}; it must be there (${orThis} will do too) and have \`export class ${className}\`${advice}`;
}

/** Sorted; no more than are looked at. */
function namesIn(folder: HeldFolder): string[] {
  const names: string[] = [];
  for (const { name } of folder.list()) if (names.push(name) > MAX_FOLDER_ENTRIES) break;
  return names.sort();
}

/** What lies in a folder, but for folders; nothing when it is no folder, or cannot be read. */
function namesBelow(folder: HeldFolder, name: string): string[] {
  if (folder.kindOf(name) !== "folder") return [];
  try {
    const inner = folder.folder(name);
    try {
      return namesIn(inner).filter((one) => inner.kindOf(one) !== "folder");
    } finally {
      inner.close();
    }
  } catch (error) {
    if (error instanceof EntryError) return [];
    throw error;
  }
}

type Sources = Pick<Submission, "files" | "links" | "hash" | "contents">;

function read(folder: HeldFolder, root: string, dir: string, mains: readonly string[]): Sources {
  const { sources, links } = readSources(folder, root, dir);
  const files = sources.map(({ path }) => path);
  for (const main of mains) {
    if (files.includes(main) || links.some(({ path }) => path === main) || !isSource(main)) continue;
    throw new UngradableError(`${main} in ${dir} ${PROBLEMS.changed}`);
  }
  return {
    files,
    links,
    hash: hashOf(sources, links),
    contents: new Map(sources.map((one) => [one.path, one.content])),
  };
}

function hashOf(sources: readonly SourceFile[], links: Submission["links"]): string {
  const hash = createHash("sha256");
  for (const { path, content } of sources) {
    checkNesting(content, path);
    // Lengths first, so that no two lists of files give the same bytes.
    hash.update(`${Buffer.byteLength(path)}:${path}${content.length}:`).update(content);
  }
  for (const { path, target } of links)
    hash.update(`link ${Buffer.byteLength(path)}:${path}${target.length}:${target}`);
  return hash.digest("hex");
}

/**
 * Brackets that are never closed, so to speak: bundler and compiler read nested code by recursion, and die of too much of
 * it. Those in strings and comments count too, where nobody writes so many.
 */
function checkNesting(content: Buffer, path: string): void {
  let depth = 0;
  let line = 1;
  for (const byte of content) {
    if (byte === 0x0a) line++;
    else if (byte === 0x28 || byte === 0x5b || byte === 0x7b) depth++;
    else if (depth > 0 && (byte === 0x29 || byte === 0x5d || byte === 0x7d)) depth--;
    if (depth > MAX_NESTING) {
      throw new UngradableError(`brackets are nested more than ${MAX_NESTING} deep in ${nameText(path)}, line ${line}`);
    }
  }
}

function inspect(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
