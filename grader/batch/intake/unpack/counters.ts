import { readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { mainFilesOf } from "../../../submission/main-file.ts";
import { shown } from "../names.ts";

/** Longer than any source that is graded. */
const MOST_READ_BYTES = 2_000_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_LENGTH = 36;

/**
 * A name without the counter that a platform put behind its stem because the student had a file of that name already:
 * `raft-2.ts` is `raft.ts`, `log-1.test.ts` is `log.test.ts`; after several, Canvas takes a UUID instead of a number.
 */
export function splitCounter(name: string): { readonly plain: string; readonly counter: string } {
  const stem = name.slice(0, name.length - endingOf(name).length);
  const counter = counterOf(stem);
  return counter === ""
    ? { plain: name, counter }
    : { plain: stem.slice(0, -counter.length - 1) + name.slice(stem.length), counter };
}

/** All that looks like extensions: `.test.ts`, `.tar.gz`. */
function endingOf(name: string): string {
  const parts = name.split(".");
  let at = parts.length - 1;
  if (at < 1 || !/^[A-Za-z0-9]*$/.test(parts[at] as string)) return "";
  while (at > 1 && /^[A-Za-z][A-Za-z0-9]*$/.test(parts[at - 1] as string)) at--;
  return `.${parts.slice(at).join(".")}`;
}

/** What stands behind the last `-` of a stem, or the UUID that it ends in; empty when that is no counter. */
function counterOf(stem: string): string {
  const start = stem.length - UUID_LENGTH;
  if (start > 1 && stem[start - 1] === "-" && UUID.test(stem.slice(start))) return stem.slice(start);
  const dash = stem.lastIndexOf("-");
  const last = stem.slice(dash + 1);
  return dash > 0 && /^\d{1,4}$/.test(last) ? last : "";
}

/**
 * Takes counters off the names of the loose files of a folder of ours, since they are imported by the names that they had.
 * A name with a counter that some source imports as it is, is the student's own, and stays.
 *
 * @param names of files in the folder, in the order in which they were handed in: of two with one plain name the later counts.
 * @returns what there is to note.
 */
export function settleCounters(folder: string, names: readonly string[], mainFile: string): string[] {
  const present = new Set(readdirSync(folder));
  const texts = names.filter((name) => present.has(name)).map((name) => sourceText(join(folder, name)));
  const isMeant = (name: string) => splitCounter(name).counter !== "" && texts.some((text) => imports(text, name));
  const mains = mainFilesOf(mainFile) as readonly string[];
  const latest = new Map<string, string>();
  const notes: string[] = [];
  for (const name of names) {
    const { plain } = splitCounter(name);
    if (!present.has(name) || (!mains.includes(plain) && isMeant(name))) continue;
    const before = latest.get(plain);
    latest.set(plain, name);
    if (before === undefined) continue;
    rmSync(join(folder, before));
    notes.push(`${shown(name)} was taken, handed in after ${shown(before)}`);
  }
  for (const [plain, name] of latest) if (plain !== name) renameSync(join(folder, name), join(folder, plain));
  return notes;
}

function sourceText(path: string): string {
  if (!/\.[mc]?[jt]sx?$/i.test(path) || statSync(path).size > MOST_READ_BYTES) return "";
  return readFileSync(path, "utf8");
}

/** Whether a text has the name as the end of a path in quotes, with its extension or without. */
function imports(text: string, name: string): boolean {
  const stem = name.slice(0, name.length - endingOf(name).length);
  return [stem, name, `${stem}.js`].some((path) => ['"', "'", "`"].some((quote) => text.includes(`/${path}${quote}`)));
}
