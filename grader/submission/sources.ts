import { realpathSync } from "node:fs";
import { extname, join, relative, resolve, sep } from "node:path";
import type { HeldFolder } from "./held/held-folder.ts";
import { nameText } from "./name-text.ts";
import { UngradableError } from "./ungradable.ts";

const SOURCE_EXTENSIONS = new Set([".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".json"]);
/** Files of tools: they have no part in how the submission behaves. */
const TOOL_FILES = /^(?:(package|package-lock|tsconfig.*|jsconfig|biome)\.json|vitest\.config\.ts)$/;
const SKIPPED_FOLDERS = new Set(["node_modules", "dist", "coverage"]);

const MAX_FILES = 200;
const MAX_BYTES = 2_000_000;
export const MAX_FOLDER_ENTRIES = 10_000;
const MAX_DEPTH = 20;
/** Systems take paths of 4096 bytes at most, and what is built lies somewhere else. */
const MAX_PATH_BYTES = 3_000;

/** A source file as it was read. */
export interface SourceFile {
  /** Relative to the submission's folder, with `/`. */
  readonly path: string;
  readonly content: Buffer;
}

/** A link to a file or folder of the submission's own, and where it leads to in the end, both relative to its folder. */
export interface SourceLink {
  readonly path: string;
  readonly target: string;
}

/**
 * Reads all source files below a folder, and the links to what lies in it, sorted by path.
 *
 * @param root the folder's absolute path, free of links. @param dir what it is to people.
 * @throws UngradableError when there is too much. @throws EntryError when something cannot be read, or is changed meanwhile.
 */
export function readSources(folder: HeldFolder, root: string, dir: string) {
  const walk = new SourceWalk(root, dir);
  walk.folder(folder, 0);
  return walk.end();
}

class SourceWalk {
  private readonly sources: SourceFile[] = [];
  private readonly links: SourceLink[] = [];
  private seen = 0;
  private files = 0;
  private totalBytes = 0;
  private largest = { path: "", sizeBytes: 0 };

  constructor(
    private readonly root: string,
    private readonly dir: string,
  ) {}

  folder(folder: HeldFolder, depth: number): void {
    if (depth > MAX_DEPTH) {
      const place = nameText(folder.path.split("/", 3).join("/"));
      throw new UngradableError(`${this.dir} has folders nested more than ${MAX_DEPTH} deep, in ${place}`);
    }
    const folders: string[] = [];
    for (const { name, kind } of folder.list()) {
      this.count();
      if (kind === "folder" && !isSkipped(name)) folders.push(name);
      if (kind === "file" && isSource(name)) this.file(folder, name);
      if (kind === "link") this.link(pathOf(folder, name));
    }
    for (const name of folders) {
      const inner = folder.folder(name);
      try {
        this.folder(inner, depth + 1);
      } finally {
        inner.close();
      }
    }
  }

  end(): { sources: SourceFile[]; links: SourceLink[] } {
    const { dir, files, totalBytes, largest } = this;
    if (files > MAX_FILES) {
      throw new UngradableError(`${dir} has ${files} source files; at most ${MAX_FILES} are graded`);
    }
    if (totalBytes > MAX_BYTES) {
      throw new UngradableError(
        `the sources in ${dir} have ${totalBytes} bytes; at most ${MAX_BYTES} are graded ` +
          `(${nameText(largest.path)} alone has ${largest.sizeBytes})`,
      );
    }
    const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
    return { sources: this.sources.sort(byPath), links: this.links.sort(byPath) };
  }

  private count(): void {
    this.seen++;
    if (this.seen <= MAX_FOLDER_ENTRIES) return;
    throw new UngradableError(
      `${this.dir} holds more than ${MAX_FOLDER_ENTRIES} files; is it the submission's own folder?`,
    );
  }

  /** Read at once, unless there is too much already: then only what is said of it is of interest. */
  private file(folder: HeldFolder, name: string): void {
    this.checkLength(pathOf(folder, name));
    const file = folder.file(name);
    try {
      const { path, sizeBytes } = file;
      this.files++;
      this.totalBytes += sizeBytes;
      if (sizeBytes > this.largest.sizeBytes) this.largest = { path, sizeBytes };
      if (this.files > MAX_FILES || this.totalBytes > MAX_BYTES) return;
      this.sources.push({ path, content: file.content() });
    } finally {
      file.close();
    }
  }

  private link(path: string): void {
    const target = targetInside(this.root, join(this.root, path));
    if (target === null) return;
    this.checkLength(path);
    this.checkLength(target);
    this.links.push({ path, target });
  }

  private checkLength(path: string): void {
    const sizeBytes = Buffer.byteLength(path);
    if (sizeBytes <= MAX_PATH_BYTES) return;
    throw new UngradableError(
      `${this.dir} has a path of ${sizeBytes} bytes, ${nameText(path.slice(0, 60))}…; at most ${MAX_PATH_BYTES} are graded`,
    );
  }
}

function pathOf({ path }: HeldFolder, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

/** Where a link leads to, relative to the folder; null when that is outside or nowhere. Nothing is read through it. */
function targetInside(root: string, path: string): string | null {
  try {
    const target = realpathSync(path);
    return target !== root && isInside(root, target) ? relative(root, target).split(sep).join("/") : null;
  } catch {
    return null;
  }
}

/** Whether a folder of this name is none of the submission's own. */
export function isSkipped(folderName: string): boolean {
  return SKIPPED_FOLDERS.has(folderName) || folderName.startsWith(".");
}

/** Whether a file of this name has a part in how the submission behaves. */
export function isSource(name: string): boolean {
  return SOURCE_EXTENSIONS.has(extname(name)) && !TOOL_FILES.test(name) && !name.startsWith(".");
}

/** Whether the path lies in the folder or is it; both absolute and free of links. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, resolve(path));
  return way !== ".." && !way.startsWith(`..${sep}`);
}
