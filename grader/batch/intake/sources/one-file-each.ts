import { describeSlips, mainFilesOf } from "../../../submission/main-file.ts";
import { shown } from "../names.ts";
import type { Found } from "./found.ts";
import { isSourceName } from "./hand-in.ts";
import type { Tree } from "./tree.ts";

/** Files that are one student's each, and what they became. */
export interface PerStudent {
  readonly names: readonly string[];
  readonly found: readonly Found[];
}

/** Files that say whose main file they are: `ana_raft.ts`, `raft-ben.ts`. One alone may be anything. */
export function oneFileEach(tree: Tree, names: readonly string[], mainFile: string): PerStudent {
  const shaped = names.flatMap((name) => {
    const id = ownerOf(name, mainFile);
    return id === null ? [] : [{ name, id }];
  });
  if (shaped.length < 2) return { names: [], found: [] };
  return {
    names: shaped.map(({ name }) => name),
    found: shaped.map(({ name, id }) => toFound(tree, name, id, mainFile)),
  };
}

/** Each source as the main file of a student called like it. */
export function sourcesAsStudents(tree: Tree, names: readonly string[], mainFile: string): PerStudent {
  const sources = names.filter(isSourceName);
  const found = sources.map((name) => toFound(tree, name, name.slice(0, name.lastIndexOf(".")), mainFile));
  return { names: sources, found };
}

/** What is left of a name without the main file's; null when that is not a word of it, or nobody's name is left. */
function ownerOf(name: string, mainFile: string): string | null {
  if (!/\.[tj]s$/i.test(name) || /\.d\.ts$/i.test(name) || describeSlips(mainFile, [name], shown) !== null) return null;
  const stem = name.slice(0, -".ts".length);
  const lower = stem.toLowerCase();
  const main = mainFile.toLowerCase();
  if (isMark(lower[main.length]) && lower.startsWith(main)) return withoutMarks(stem.slice(main.length + 1));
  if (isMark(lower.at(-main.length - 1)) && lower.endsWith(main)) return withoutMarks(stem.slice(0, -main.length - 1));
  return null;
}

/** `Test, Ben - raft.ts` is Ben Test's. */
function withoutMarks(name: string): string | null {
  let [start, end] = [0, name.length];
  while (start < end && isMark(name[start])) start++;
  while (end > start && isMark(name[end - 1])) end--;
  return name.slice(start, end) || null;
}

function isMark(letter: string | undefined): boolean {
  return letter !== undefined && "_- .".includes(letter);
}

function toFound(tree: Tree, name: string, id: string, mainFile: string): Found {
  const [typescript, javascript] = mainFilesOf(mainFile);
  const as = /ts$/i.test(name) ? typescript : javascript;
  return {
    rawId: id,
    name: shown(id),
    origin: tree.where(name),
    notes: [`${shown(name)} was taken as ${as}`],
    material: tree.files([{ path: name, as }]),
  };
}
