import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { JOURNAL_FILE, SEED_FILE } from "../../batch/store/file-names.ts";
import { UsageError } from "../input/usage-error.ts";

const SOURCE = /\.[mc]?[jt]sx?$/i;

/**
 * An option's file for results is written over without a question, so it must not be one that nothing brings back: the
 * source that somebody meant to have graded, or what a batch goes on from. Throws `UsageError`.
 */
export function requireNothingLost(option: string, path: string): void {
  // What cannot be there is told of by whoever opens it.
  if (!existsSync(path)) return;
  const stats = statSync(path);
  if (!stats.isFile() || stats.size === 0) return;
  // By the name that it leads to: a link with another name is no way around.
  const real = realpathSync(path);
  if (SOURCE.test(real)) throw lost("is a source file");
  const name = basename(real);
  if (!existsSync(join(dirname(real), JOURNAL_FILE))) return;
  if (name === JOURNAL_FILE || name === SEED_FILE || name.startsWith(`${SEED_FILE}-`)) throw lost("belongs to a batch");

  function lost(what: string): UsageError {
    return new UsageError(`${option} ${path} ${what}, and would be written over; name another file`);
  }
}
