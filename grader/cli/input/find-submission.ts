import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Lab } from "../../harness/scenario.ts";
import { chooseMain, isSkipped } from "../../submission/index.ts";
import { oneLine } from "../../text/printable.ts";
import { UsageError } from "./usage-error.ts";

/** Somebody's folders are not nested deeper; what lies above so many is not theirs. */
const LEVELS_MAX = 20;
/** Looked through for what may be meant; more are no project of a student's. */
const FOLDERS_MAX = 50;
const SHOWN = 3;

/**
 * The folder that is graded: the one that is named, or, where none is, the current one. Where that has no main file, the
 * nearest folder above that has one; `say` is told so, since it is not what was asked for. Never one below, which may be anybody's.
 *
 * @returns a path as people may be shown it; where nothing is found `.`, whose opening says what is missing.
 * @throws UsageError that names folders below that may be meant.
 */
export function submissionFolder(
  { form, home }: Pick<Lab, "form" | "home">,
  asked: string | undefined,
  say: (line: string) => void,
  current: string = process.cwd(),
): string {
  if (asked !== undefined) return asked;
  const holdsMain = (folder: string): boolean => chooseMain(form.file, namesIn(folder)).main !== undefined;
  if (holdsMain(current) || holdsMain(join(current, home))) return ".";
  let folder = current;
  for (let level = 0; level < LEVELS_MAX && dirname(folder) !== folder; level++) {
    folder = dirname(folder);
    if (!holdsMain(folder)) continue;
    const path = relative(current, folder);
    say(`note: the current folder has no ${form.file}.ts; ${path} has one, and that is what is meant`);
    return path;
  }
  const below = foldersBelow(current, 2).filter(holdsMain);
  if (below.length === 0) return ".";
  const named = below.slice(0, SHOWN).map((path) => oneLine(relative(current, path)));
  const rest = below.length - named.length;
  throw new UsageError(
    `no ${form.file}.ts in the current folder, nor in one above it; name the one that is meant: ${named.join(", ")}${rest > 0 ? ` or one of ${rest} more` : ""}`,
  );
}

function foldersBelow(folder: string, depth: number): readonly string[] {
  const folders = namesIn(folder, true).filter((name) => !isSkipped(name));
  const paths = folders.slice(0, FOLDERS_MAX).map((name) => join(folder, name));
  return depth <= 1 ? paths : [...paths, ...paths.flatMap((path) => foldersBelow(path, depth - 1))];
}

/** Sorted; of folders only, if that is asked. */
function namesIn(folder: string, areFolders = false): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.flatMap((entry) => (areFolders && !entry.isDirectory() ? [] : [entry.name])).sort();
  } catch {
    return [];
  }
}
