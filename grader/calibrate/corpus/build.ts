import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Form, loadOf } from "../../run/load.ts";
import type { Load } from "../../run/player.ts";
import { makeTemporaryFolder } from "../../sandbox/temporary-folder.ts";
import {
  bundleSubmission,
  makeSourceMapper,
  openSubmission,
  type SourceMapper,
  UngradableError,
} from "../../submission/index.ts";
import { CorpusError } from "./corpus-error.ts";
import type { Edit } from "./format.ts";
import type { CorpusEntry } from "./load.ts";
import { renameOnWire } from "./renamed.ts";

/** A submission of a corpus, ready to be played. */
export interface BuiltEntry extends CorpusEntry {
  /** Of its sources, patched. */
  readonly hash: string;
  readonly load: Load;
  readonly mapper: SourceMapper;
}

export interface BuildOptions {
  /** The patched sources stay there, in a folder each, so that single runs can be looked at. */
  readonly keepIn?: string;
  /** Nothing on the wire bears the names that a submission gives it. */
  readonly renamed?: boolean;
}

/**
 * Applies the patches and bundles every submission. Throws `CorpusError` on a patch that does not fit or a submission
 * that does not load.
 */
export async function buildCorpus(
  entries: readonly CorpusEntry[],
  form: Form,
  { keepIn, renamed = false }: BuildOptions = {},
): Promise<readonly BuiltEntry[]> {
  if (keepIn !== undefined) takeFolder(keepIn);
  const root = keepIn ?? realpathSync(makeTemporaryFolder("corpus"));
  try {
    return await Promise.all(
      entries
        .filter(({ noEffect }) => noEffect === undefined)
        .map(async (entry) => {
          const folder = join(root, entry.id);
          writePatched(entry, folder);
          try {
            if (renamed) renameOnWire(openSubmission(folder, form));
            const submission = openSubmission(folder, form);
            const { code, filename, sourceMap } = await bundleSubmission(submission);
            return {
              ...entry,
              hash: submission.hash,
              load: loadOf({ code, filename }, form),
              mapper: makeSourceMapper(sourceMap),
            };
          } catch (error) {
            if (!(error instanceof UngradableError)) throw error;
            throw new CorpusError(`${entry.file}: ${entry.id}: ${error.message}`);
          }
        }),
    );
  } finally {
    if (keepIn === undefined) rmSync(root, { recursive: true, force: true });
  }
}

const MARK = ".calibrate";

/** A folder of ours, or one in which nothing is: submissions are written over what is there. */
function takeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder);
  if (names.length > 0 && !names.includes(MARK))
    throw new CorpusError(`--folders ${folder}: there are other files in it; name a new folder`);
  writeFileSync(join(folder, MARK), "Written by grade calibrate, and written over by the next one.\n");
}

/** Makes the folder anew, so that nothing of an earlier corpus is left in it. */
function writePatched(entry: CorpusEntry, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync(entry.folder, folder, { recursive: true, filter: (path) => !/[/\\]node_modules$/.test(path) });
  for (const edit of entry.edits) {
    const path = join(folder, edit.file);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
      throw new CorpusError(`${entry.file}: ${entry.id}: there is no ${edit.file} in ${entry.folder}`);
    writeFileSync(path, applyEdit(readFileSync(path, "utf8"), edit, entry));
  }
}

/** The text with the edit applied. Throws `CorpusError` when what it looks for is not there exactly once. */
export function applyEdit(
  text: string,
  { file, find, replace }: Edit,
  entry: { readonly id: string; readonly file: string },
): string {
  const parts = text.split(find);
  if (parts.length === 2) return parts.join(replace);
  const firstLine = find.trim().split("\n")[0];
  throw new CorpusError(
    `${entry.file}: ${entry.id}: its text stands ${parts.length - 1} times in ${file}, not once; bring the patch up to date: ${firstLine}`,
  );
}
