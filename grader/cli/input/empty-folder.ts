import { readdirSync, statSync } from "node:fs";
import { UsageError } from "./usage-error.ts";

/** What may lie in a folder that counts as empty. */
const HARMLESS = new Set([".git", ".DS_Store"]);

/** Refuses a folder that holds something. `named`: as the user did; null for the current folder. */
export function requireEmptyFolder(folder: string, named: string | null): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) throw new UsageError(`${named} is a file; name a folder that does not exist yet`);
  if (readdirSync(folder).every((name) => HARMLESS.has(name))) return;
  if (named !== null) throw new UsageError(`${named} is not empty; name a folder that is empty or does not exist yet`);
  throw new UsageError('the current folder is not empty; name a new one, for example "grade init my-raft"');
}
