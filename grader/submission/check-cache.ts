import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HeldFile } from "./held/held-file.ts";

/** How much a cache keeps; the entries that were not asked for the longest go first. */
export interface CacheLimits {
  readonly entries: number;
  readonly totalBytes: number;
  /** What is longer is not kept. */
  readonly textBytes: number;
}

export const CACHE_LIMITS: CacheLimits = { entries: 200, totalBytes: 2_000_000, textBytes: 100_000 };

const FORMAT = "consensus-labs/check-cache@1";
const ENTRY = /^[0-9a-f]{64}$/;
const UNFINISHED = /^[0-9a-f]{64}\.[0-9a-f]{16}\.new$/;
/** The user's folder for caches, the grader's in it, and one for what is kept. */
const FOLDERS_MADE_MAX = 3;
/** Whoever writes one is through in a moment. */
const LEFT_BEHIND_MS = 3_600_000;

/**
 * Texts in a folder of the user's, each under the SHA-256 of all that it follows from. It saves work and is never needed: what
 * cannot be read is not there, what cannot be written is not kept, and nobody is told.
 *
 * Whoever may write to the folder can put anything there, and without a sandbox a submission may. So it is only for what
 * changes no verdict, and only for gradings of one's own: batches and sandboxes are not given one.
 */
export class CheckCache {
  constructor(
    private readonly folder: string,
    private readonly limits: CacheLimits = CACHE_LIMITS,
  ) {}

  /** What was put there under this key, 64 hexadecimal digits; null when there is nothing, or nothing whole of one's own. */
  get(key: string): string | null {
    try {
      const text = this.read(key);
      if (text === null) return null;
      const now = new Date();
      utimesSync(join(this.folder, key), now, now);
      return text;
    } catch {
      return null;
    }
  }

  /** Two that put the same at once do not disturb each other. */
  put(key: string, text: string): void {
    if (Buffer.byteLength(text) > this.limits.textBytes) return;
    const unfinished = join(this.folder, `${key}.${randomBytes(8).toString("hex")}.new`);
    try {
      makeFolder(this.folder, FOLDERS_MADE_MAX);
      writeFileSync(unfinished, headOf(key, text) + text, { flag: "wx", mode: 0o600 });
      renameSync(unfinished, join(this.folder, key));
      this.prune();
    } catch {
      quietly(() => rmSync(unfinished, { force: true }));
    }
  }

  private read(key: string): string | null {
    const file = HeldFile.open(join(this.folder, key), key, false, ({ uid }) => {
      // Another user's word is not taken, where the folder is shared.
      if (process.getuid !== undefined && Number(uid) !== process.getuid()) throw new Error("it is another user's");
    });
    try {
      if (file.sizeBytes > this.limits.textBytes + headOf(key, "").length) return null;
      const content = file.content().toString("utf8");
      const text = content.slice(content.indexOf("\n") + 1);
      return content === headOf(key, text) + text ? text : null;
    } finally {
      file.close();
    }
  }

  private prune(): void {
    const kept: { readonly path: string; readonly sizeBytes: number; readonly usedMs: number }[] = [];
    for (const name of readdirSync(this.folder)) {
      const path = join(this.folder, name);
      const stats = quietly(() => statSync(path));
      if (stats?.isFile() !== true) continue;
      if (ENTRY.test(name)) kept.push({ path, sizeBytes: stats.size, usedMs: stats.mtimeMs });
      else if (UNFINISHED.test(name) && Date.now() - stats.mtimeMs > LEFT_BEHIND_MS) remove(path);
    }
    kept.sort((a, b) => b.usedMs - a.usedMs);
    let totalBytes = 0;
    for (const [i, { path, sizeBytes }] of kept.entries()) {
      totalBytes += sizeBytes;
      if (i >= this.limits.entries || totalBytes > this.limits.totalBytes) remove(path);
    }
  }
}

/** Not by Node's own recursion, which comes to no end where the system denies that an existing folder is there. */
function makeFolder(folder: string, depth: number): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || depth <= 1) throw error;
    makeFolder(dirname(folder), depth - 1);
    mkdirSync(folder, { mode: 0o700 });
  }
}

/** The first line of an entry: which it is, and that all of it is there. */
function headOf(key: string, text: string): string {
  return `${FORMAT} ${key} ${createHash("sha256").update(text).digest("hex")}\n`;
}

function remove(path: string): void {
  quietly(() => rmSync(path, { force: true }));
}

function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
