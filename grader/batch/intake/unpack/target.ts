import { closeSync, constants, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { IntakeLimits } from "../limits.ts";
import { shown } from "../names.ts";
import { entryParts, ignoredPart, isToolFile, pathKey } from "./paths.ts";
import { LEFT_OUT_FACTOR, Refusal, tooManyEntries } from "./refusal.ts";

const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
/** Never executable, whatever the archive says. */
const FILE_MODE = 0o644;

/** Takes the content of one file, in pieces. */
export interface FileWriter {
  write(chunk: Uint8Array): void;
  end(): void;
}

/**
 * The folder into which one submission is unpacked. All its folders and files are made here, new, and never a link, so
 * that no path can lead out; and all limits on what is unpacked are kept here, by what really comes and not by what an
 * archive says of itself.
 */
export class Target {
  /** Spelling and kind of each path, by its key. */
  private readonly known = new Map<string, { readonly path: string; readonly isFolder: boolean }>();
  private readonly ignored = new Map<string, number>();
  private entries = 0;
  private leftOut = 0;
  private bytes = 0;

  /** @param archiveBytes size of the archive, for the ratio; null when there is none. */
  constructor(
    private readonly folder: string,
    private readonly limits: IntakeLimits,
    private readonly archiveBytes: number | null,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  addFolder(path: string): void {
    const parts = this.accept(path);
    if (parts !== null) this.makeFolders(parts);
  }

  /** Null: the file is left out, and so its content is of no interest. */
  addFile(path: string, declaredBytes: number): FileWriter | null {
    const parts = this.accept(path);
    const name = parts?.at(-1);
    if (parts === null || (name !== undefined && isToolFile(name))) return null;
    if (name === undefined) throw new Refusal(`an entry that is a file has the name of a folder: ${shown(path)}`);
    if (declaredBytes > this.limits.fileBytes) throw this.fileTooLarge(path);
    this.checkTotal(declaredBytes);
    this.makeFolders(parts.slice(0, -1));
    this.claim(parts, false);
    return this.openFile(path, parts);
  }

  /** Whether an entry of this name is left out, so that what it is does not matter. @throws Refusal for a bad name. */
  ignores(path: string): boolean {
    return ignoredPart(entryParts(path, this.limits)) !== undefined;
  }

  /** @throws Refusal when so many more files and folders would be too many. */
  checkRoom(more: number): void {
    if (this.entries + more > this.limits.entries) throw tooManyEntries(this.limits);
  }

  /** What was left out, one line each. */
  notes(): string[] {
    return [...this.ignored]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, times]) => {
        return `${shown(name)} was left out${times === 1 ? "" : ` (${times} entries)`}`;
      });
  }

  private accept(path: string): readonly string[] | null {
    const parts = entryParts(path, this.limits);
    const ignored = ignoredPart(parts);
    if (ignored === undefined) {
      if (++this.entries > this.limits.entries) throw tooManyEntries(this.limits);
      return parts;
    }
    if (++this.leftOut > this.limits.entries * LEFT_OUT_FACTOR) throw tooManyEntries(this.limits);
    const name = ignored.startsWith("._") ? "._*" : ignored;
    this.ignored.set(name, (this.ignored.get(name) ?? 0) + 1);
    return null;
  }

  private makeFolders(parts: readonly string[]): void {
    for (let length = 1; length <= parts.length; length++) {
      const way = parts.slice(0, length);
      if (this.claim(way, true)) mkdirSync(join(this.folder, ...way));
    }
  }

  /** Whether the path is new. A folder may come again, everything else only once, in whatever spelling. */
  private claim(parts: readonly string[], isFolder: boolean): boolean {
    const path = parts.join("/");
    const key = pathKey(path);
    const before = this.known.get(key);
    if (before === undefined) {
      this.known.set(key, { path, isFolder });
      return true;
    }
    if (before.isFolder !== isFolder) throw new Refusal(`both a file and a folder are named ${shown(path)}`);
    if (before.path !== path) {
      throw new Refusal(
        `two names differ in case or accents only: ${shown(before.path)} and ${shown(path)}; rename one, as not every system can have both`,
      );
    }
    if (!isFolder) throw new Refusal(`two files have the name ${shown(path)}`);
    return false;
  }

  private openFile(path: string, parts: readonly string[]): FileWriter {
    const fd = openSync(join(this.folder, ...parts), O_CREAT | O_EXCL | O_WRONLY | (O_NOFOLLOW ?? 0), FILE_MODE);
    let fileBytes = 0;
    let isOpen = true;
    const end = () => {
      if (isOpen) closeSync(fd);
      isOpen = false;
    };
    const write = (chunk: Uint8Array) => {
      fileBytes += chunk.length;
      if (fileBytes > this.limits.fileBytes) throw this.fileTooLarge(path);
      this.checkTotal(chunk.length);
      this.bytes += chunk.length;
      for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
    };
    return { write, end };
  }

  private checkTotal(moreBytes: number): void {
    const total = this.bytes + moreBytes;
    const { totalBytes, ratio, ratioFreeBytes } = this.limits;
    if (total > totalBytes) throw new Refusal(`unpacks to more than ${totalBytes} bytes; hand in the sources only`);
    if (this.archiveBytes !== null && total > ratioFreeBytes && total > ratio * this.archiveBytes) {
      throw new Refusal(`unpacks to more than ${ratio} times its size, as an archive bomb does`);
    }
  }

  private fileTooLarge(path: string): Refusal {
    return new Refusal(`${shown(path)} has more than ${this.limits.fileBytes} bytes; hand in the sources only`);
  }
}
