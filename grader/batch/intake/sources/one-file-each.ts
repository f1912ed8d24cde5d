import { describeSlips, mainFilesOf } from "../../../submission/main-file.ts";
import type { NamedFile } from "../material.ts";
import { shown } from "../names.ts";
import type { Found } from "./found.ts";
import { isSourceName } from "./hand-in.ts";
import type { Tree } from "./tree.ts";

/** Files that say whose they are, and what they became. */
export interface PerStudent {
  readonly names: readonly string[];
  readonly found: readonly Found[];
}

/**
 * Files that say whose main file they are: `ana_raft.ts`, `raft-ben.ts`; with the others that say so in the same way, such as
 * `ana_log.ts`. One alone may be anything.
 */
export function oneFileEach(tree: Tree, names: readonly string[], mainFile: string): PerStudent {
  const shaped = names.flatMap((name) => {
    const owner = ownerOf(name, mainFile);
    return owner === null ? [] : [{ name, ...owner }];
  });
  if (shaped.length < 2) return { names: [], found: [] };
  const mains = new Set(shaped.map(({ name }) => name));
  const beside = new Map(shaped.map((one) => [one.name, [] as NamedFile[]]));
  for (const path of names.filter((name) => !mains.has(name))) {
    // Whose name is the longest: `ana_b_log.ts` is of `ana_b`, and not of `ana`.
    const fitting = shaped.filter((one) => nameFor(one, path) !== null);
    const [owner] = fitting.sort((a, b) => b.mark.length - a.mark.length);
    if (owner !== undefined) beside.get(owner.name)?.push({ path, as: nameFor(owner, path) as string });
  }
  return {
    names: [...mains, ...[...beside.values()].flat().map(({ path }) => path)],
    found: shaped.map(({ name, id }) => toFound(tree, name, id, mainFile, beside.get(name))),
  };
}

/** Whose main file it is, and what else their files have before their names, or behind them. */
interface Owner {
  readonly id: string;
  readonly mark: string;
  readonly isBehind: boolean;
}

/** The name of a file without its owner's; null when it is not theirs. */
function nameFor({ mark, isBehind }: Owner, path: string): string | null {
  if (!isBehind) return path.startsWith(mark) && path.length > mark.length ? path.slice(mark.length) : null;
  const dot = path.lastIndexOf(".");
  const stem = path.slice(0, Math.max(0, dot));
  return stem.endsWith(mark) && stem.length > mark.length ? stem.slice(0, -mark.length) + path.slice(dot) : null;
}

/** Each source as the main file of a student called like it. */
export function sourcesAsStudents(tree: Tree, names: readonly string[], mainFile: string): PerStudent {
  const sources = names.filter(isSourceName);
  const found = sources.map((name) => toFound(tree, name, name.slice(0, name.lastIndexOf(".")), mainFile));
  return { names: sources, found };
}

/** By what is left of a name without the main file's; null when that is not a word of it, or nobody's name is left. */
function ownerOf(name: string, mainFile: string): Owner | null {
  if (!/\.[tj]s$/i.test(name) || /\.d\.ts$/i.test(name) || describeSlips(mainFile, [name], shown) !== null) return null;
  const stem = name.slice(0, -".ts".length);
  const lower = stem.toLowerCase();
  const main = mainFile.toLowerCase();
  if (isMark(lower[main.length]) && lower.startsWith(main)) return asOwner(stem.slice(main.length), true);
  if (isMark(lower.at(-main.length - 1)) && lower.endsWith(main)) return asOwner(stem.slice(0, -main.length), false);
  return null;
}

function asOwner(mark: string, isBehind: boolean): Owner | null {
  const id = withoutMarks(mark);
  return id === null ? null : { id, mark, isBehind };
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

function toFound(tree: Tree, name: string, id: string, mainFile: string, beside: readonly NamedFile[] = []): Found {
  const [typescript, javascript] = mainFilesOf(mainFile);
  const as = /ts$/i.test(name) ? typescript : javascript;
  return {
    rawId: id,
    name: shown(id),
    origin: tree.where(name),
    notes: [{ path: name, as }, ...beside].map((file) => `${shown(file.path)} was taken as ${shown(file.as)}`),
    material: tree.files([{ path: name, as }, ...beside]),
  };
}
