import { chooseMain, mainFilesOf } from "../../../submission/main-file.ts";
import type { Material, NamedFile } from "../material.ts";
import { shown } from "../names.ts";
import { hasArchiveName, hasForeignArchiveName } from "../unpack/archive.ts";
import type { Tree } from "./tree.ts";

/** What one student handed in as files of their own, and what is to be noted of it. */
export interface HandIn {
  readonly material: Material;
  readonly notes: readonly string[];
}

/**
 * Of the files that one student handed in: the one archive, or all of them when there is none. What has no part in a
 * solution, such as a report beside an archive, is left out with a note.
 *
 * @param mainFile main file of the lab without its extension: a single source of whatever name is taken for it.
 */
export function handIn(tree: Tree, files: readonly NamedFile[], mainFile: string): HandIn {
  const none = (reason: string): HandIn => ({ material: { kind: "none", reason }, notes: [] });
  const archives = files.filter(({ as }) => isArchiveName(as));
  const [archive, ...more] = archives;
  if (archive === undefined) return { material: tree.files(withMain(files, mainFile)), notes: [] };
  const listed = (some: readonly NamedFile[]) => some.map(({ as }) => shown(as)).join(", ");
  if (more.length > 0) return none(`several archives were handed in: ${listed(archives)}; hand in one`);
  const others = files.filter((file) => file !== archive);
  const sources = others.filter(({ as }) => isSourceName(as));
  if (sources.length > 0) {
    return none(
      `an archive and other sources were handed in (${listed([archive, ...sources])}); hand in one archive with all of them`,
    );
  }
  const notes = others.length === 0 ? [] : [`${listed(others)} beside ${shown(archive.as)} was left out`];
  return { material: tree.files([archive]), notes };
}

export function isArchiveName(name: string): boolean {
  return hasArchiveName(name) || hasForeignArchiveName(name);
}

export function isSourceName(name: string): boolean {
  return /\.[mc]?[jt]sx?$/i.test(name);
}

/** A platform that takes one file gives it a name of its own: the one source there is, is the main file. */
function withMain(files: readonly NamedFile[], mainFile: string): readonly NamedFile[] {
  const [only, ...more] = files;
  if (only === undefined || more.length > 0 || !/^handin\.[tj]s$/i.test(only.as)) return files;
  const names = files.map(({ as }) => as);
  if (chooseMain(mainFile, names).main !== undefined) return files;
  return [{ ...only, as: mainFilesOf(mainFile)[/\.ts$/i.test(only.as) ? 0 : 1] }];
}
