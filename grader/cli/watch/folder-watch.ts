import { type FSWatcher, readdirSync, watch } from "node:fs";
import { basename, join } from "node:path";
import { isSkipped } from "../../submission/index.ts";

/** After the last sign of a change: editors write a file in several steps, and version control many files. */
const SETTLE_MS = 80;
/** How often a folder that is gone, or cannot be watched, is looked for. */
const LOOK_MS = 1_000;
/** Of a submission; nobody's has more. */
const FOLDERS_MAX = 500;
const DEPTH_MAX = 20;

/**
 * Tells when something in a folder may have changed, as the system tells it: nothing is polled while the folder is there.
 * Folders that are no part of a submission, such as `node_modules`, are not watched. One that vanishes is found again when it
 * comes back.
 */
export class FolderWatch {
  private watchers: readonly FSWatcher[] = [];
  private settling: NodeJS.Timeout | undefined;
  private looking: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly folder: string,
    private readonly onChange: () => void,
  ) {
    this.watchAll();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.settling);
    clearTimeout(this.looking);
    for (const watcher of this.watchers) watcher.close();
  }

  private readonly heard = (): void => {
    if (this.isClosed) return;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.watchAll();
      this.onChange();
    }, SETTLE_MS);
  };

  /** Anew each time: a folder of the same name may be another one by now. */
  private watchAll(): void {
    const before = this.watchers;
    this.watchers = foldersBelow(this.folder).flatMap((path) => this.watchOne(path) ?? []);
    for (const watcher of before) watcher.close();
    clearTimeout(this.looking);
    if (this.watchers.length > 0) return;
    this.looking = setTimeout(() => {
      this.watchAll();
      this.onChange();
    }, LOOK_MS);
  }

  /** Null when it is gone meanwhile, or the system watches no more folders. */
  private watchOne(path: string): FSWatcher | null {
    try {
      const watcher = watch(path, (_, name) => {
        if (name === null || !isIgnored(name) || name === basename(path)) this.heard();
      });
      return watcher.on("error", this.heard);
    } catch {
      return null;
    }
  }
}

/** The folder and those in it that may hold sources. */
function foldersBelow(folder: string): readonly string[] {
  const found: string[] = [];
  const visit = (path: string, depth: number) => {
    if (found.length >= FOLDERS_MAX || depth > DEPTH_MAX) return;
    try {
      const entries = readdirSync(path, { withFileTypes: true });
      found.push(path);
      for (const entry of entries)
        if (entry.isDirectory() && !isSkipped(entry.name)) visit(join(path, entry.name), depth + 1);
    } catch {
      // Not there, or not to be read.
    }
  };
  visit(folder, 0);
  return found;
}

/** What tools leave there; whether anything that is graded changed, whoever listens finds out. */
function isIgnored(name: string): boolean {
  return isSkipped(name) || name.endsWith("~");
}
