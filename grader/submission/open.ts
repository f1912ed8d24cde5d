import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";
import type { PeerInterface } from "../sim/peer-host.ts";
import { UngradableError } from "./ungradable.ts";

/** A folder that holds what is to be graded. Nothing of it has been run. */
export interface Submission {
  /** Absolute path without symbolic links. */
  readonly dir: string;
  /** What its main file must export. */
  readonly iface: PeerInterface;
  /** The main file, relative to `dir`: `raft.ts` or `raft.js`. */
  readonly main: string;
  /** All source files, relative to `dir`, with `/`, sorted. */
  readonly files: readonly string[];
  /** Symbolic links to files and folders of its own, relative to `dir`, sorted, and where each leads to in the end. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** SHA-256, in hexadecimal, over the paths and contents of `files`, and over `links`: equal for equal sources, wherever the folder lies. */
  readonly hash: string;
}

const SOURCE_EXTENSIONS = new Set([".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".json"]);
/** Files of tools: they have no part in how the submission behaves. */
const TOOL_FILES = /^(package|package-lock|tsconfig.*|jsconfig|biome)\.json$/;
const SKIPPED_FOLDERS = new Set(["node_modules", "dist", "coverage"]);

const MAX_FILES = 200;
const MAX_BYTES = 2_000_000;
const MAX_FOLDER_ENTRIES = 10_000;
const MAX_DEPTH = 20;
const MAX_NESTING = 1_000;

/**
 * Finds the submission in a folder. Reads its files, but runs and checks nothing of them.
 *
 * @throws UngradableError when there is no such folder, no main file in it, or too much of everything.
 */
export function openSubmission(dir: string, iface: PeerInterface): Submission {
  const root = openFolder(dir);
  const main = findMain(root, dir, iface);
  const { sources, links } = listSources(root, dir);
  const files = sources.map((source) => source.path);
  return { dir: root, iface, main, files, links, hash: hashOf(root, sources, links) };
}

function openFolder(dir: string): string {
  const stats = inspect(dir);
  if (stats === null) throw new UngradableError(`there is no folder ${dir}; give the folder that holds the submission`);
  if (!stats.isDirectory()) {
    throw new UngradableError(`${dir} is not a folder; give the folder that holds the submission, not a file of it`);
  }
  return realpathSync(dir);
}

function findMain(root: string, dir: string, iface: PeerInterface): string {
  const candidates = [`${iface.file}.ts`, `${iface.file}.js`];
  const entries = namesIn(root, dir);
  // Asked of the folder's own listing, since some file systems would take Raft.ts for raft.ts.
  const main = candidates.find((name) => entries.includes(name));
  if (main === undefined) throw new UngradableError(describeMissingMain(root, dir, iface, entries));
  const path = join(root, main);
  const target = inspect(path);
  if (target === null) throw new UngradableError(`${main} in ${dir} is a link to a file that is not there`);
  if (!target.isFile()) throw new UngradableError(`${main} in ${dir} is not a file`);
  if (!isInside(root, realpathSync(path))) {
    throw new UngradableError(`${main} in ${dir} is a link to a file outside the folder; put the file itself there`);
  }
  return main;
}

function describeMissingMain(root: string, dir: string, iface: PeerInterface, entries: readonly string[]): string {
  const wanted = `${iface.file}.ts`;
  if (entries.length === 0) return `${dir} is empty; it must hold ${wanted} with \`export class ${iface.className}\``;
  const otherCase = entries.find((name) => name.toLowerCase() === wanted);
  if (otherCase !== undefined) return `${dir} has ${otherCase}, but the file must be named ${wanted}; rename it`;
  const nested = entries.find(
    (name) => !isSkipped(name) && [wanted, `${iface.file}.js`].some((file) => existsSync(join(root, name, file))),
  );
  if (nested !== undefined)
    return `no ${wanted} in ${dir}, but there is one in ${join(dir, nested)}; grade that folder`;
  return `no ${wanted} in ${dir}; it must be there and have \`export class ${iface.className}\` (\`grade init\` makes one)`;
}

interface SourceFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** All source files below the folder, and the links to what lies in it, sorted by path. */
function listSources(root: string, dir: string): { sources: SourceFile[]; links: Submission["links"] } {
  const sources: SourceFile[] = [];
  const links: { path: string; target: string }[] = [];
  const folders = [{ path: root, depth: 0 }];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (folder.depth > MAX_DEPTH) {
      const place = relativePath(root, folder.path).split("/", 3).join("/");
      throw new UngradableError(`${dir} has folders nested more than ${MAX_DEPTH} deep, in ${place}`);
    }
    for (const name of namesIn(folder.path, dir)) {
      seen++;
      if (seen > MAX_FOLDER_ENTRIES) {
        throw new UngradableError(
          `${dir} holds more than ${MAX_FOLDER_ENTRIES} files; is it the submission's own folder?`,
        );
      }
      const path = join(folder.path, name);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats?.isDirectory() === true && !isSkipped(name)) folders.push({ path, depth: folder.depth + 1 });
      if (stats?.isFile() === true && isSource(name)) {
        sources.push({ path: relativePath(root, path), sizeBytes: stats.size });
      }
      const target = stats?.isSymbolicLink() === true ? targetInside(root, path) : null;
      if (target !== null) links.push({ path: relativePath(root, path), target });
    }
  }
  checkAmount(sources, dir);
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  return { sources: sources.sort(byPath), links: links.sort(byPath) };
}

/** Where a link leads to, relative to the folder; null when that is outside or nowhere. */
function targetInside(root: string, path: string): string | null {
  try {
    const target = realpathSync(path);
    return target !== root && isInside(root, target) ? relativePath(root, target) : null;
  } catch {
    return null;
  }
}

function relativePath(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

function checkAmount(sources: readonly SourceFile[], dir: string): void {
  if (sources.length > MAX_FILES) {
    throw new UngradableError(`${dir} has ${sources.length} source files; at most ${MAX_FILES} are graded`);
  }
  const totalBytes = sources.reduce((sum, source) => sum + source.sizeBytes, 0);
  if (totalBytes > MAX_BYTES) {
    const largest = sources.reduce((a, b) => (b.sizeBytes > a.sizeBytes ? b : a));
    throw new UngradableError(
      `the sources in ${dir} have ${totalBytes} bytes; at most ${MAX_BYTES} are graded ` +
        `(${largest.path} alone has ${largest.sizeBytes})`,
    );
  }
}

function hashOf(root: string, sources: readonly SourceFile[], links: Submission["links"]): string {
  const hash = createHash("sha256");
  for (const { path } of sources) {
    const content = readSource(join(root, path), path);
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
      throw new UngradableError(`brackets are nested more than ${MAX_NESTING} deep in ${path}, line ${line}`);
    }
  }
}

function readSource(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UngradableError(`cannot read ${name}: ${(error as Error).message}`);
  }
}

function namesIn(folder: string, dir: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new UngradableError(`cannot read the folder ${dir}: ${(error as Error).message}`);
  }
}

function inspect(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function isSkipped(folderName: string): boolean {
  return SKIPPED_FOLDERS.has(folderName) || folderName.startsWith(".");
}

function isSource(name: string): boolean {
  return SOURCE_EXTENSIONS.has(extname(name)) && !TOOL_FILES.test(name) && !name.startsWith(".");
}

/** Whether the path lies in the folder or is it; both absolute and free of links. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, resolve(path));
  return way !== ".." && !way.startsWith(`..${sep}`);
}
