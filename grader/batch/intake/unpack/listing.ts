import { EntryError } from "../../../submission/held/entry-error.ts";
import type { Entry, HeldFolder } from "../../../submission/held/held-folder.ts";

/** What one folder holds, by name, each list sorted. */
export interface Listing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** Links, pipes, and whatever else is neither. */
  readonly others: readonly string[];
}

/** Lists a folder by the names that lead to it, none for the top; what is not there, or cannot be read, holds nothing. */
export type Lister = (way: readonly string[]) => Listing;

export const NOTHING: Listing = { files: [], folders: [], others: [] };

/** All names of a folder, sorted. */
export function namesOf({ files, folders, others }: Listing): string[] {
  return [...files, ...folders, ...others].sort();
}

/** Names of what may be a main file: a folder that is called like one, as unpacking `raft.ts.zip` makes it, is none. */
export function fileNamesOf({ files, others }: Listing): string[] {
  return [...files, ...others];
}

/**
 * Lists a folder that others may write to, and what is below it: no more than `most` entries in all.
 *
 * @throws EntryError when the folder itself cannot be read.
 */
export function folderLister(root: HeldFolder, most: number): Lister {
  let left = most;
  const known = new Map<string, Listing>();
  const listed = (folder: HeldFolder): Listing => {
    const entries: Entry[] = [];
    for (const entry of folder.list()) {
      if (left === 0) break;
      left--;
      entries.push(entry);
    }
    const named = (is: (entry: Entry) => boolean) =>
      entries
        .filter(is)
        .map(({ name }) => name)
        .sort();
    return {
      files: named(({ kind }) => kind === "file"),
      folders: named(({ kind }) => kind === "folder"),
      others: named(({ kind }) => kind === "link" || kind === "other"),
    };
  };
  return (way) => {
    const key = way.join("/");
    const before = known.get(key);
    if (before !== undefined) return before;
    const listing = way.length === 0 ? listed(root) : (below(root, way, listed) ?? NOTHING);
    known.set(key, listing);
    return listing;
  };
}

/** What `use` makes of a folder further down; null when it cannot be read. */
function below<T>(root: HeldFolder, way: readonly string[], use: (folder: HeldFolder) => T): T | null {
  let folder = root;
  try {
    for (const name of way) {
      const inner = folder.folder(name);
      if (folder !== root) folder.close();
      folder = inner;
    }
    return use(folder);
  } catch (error) {
    if (error instanceof EntryError) return null;
    throw error;
  } finally {
    if (folder !== root) folder.close();
  }
}

/** Lists what an archive holds, by the paths of its entries; those of folders end with `/`. */
export function pathLister(paths: readonly string[]): Lister {
  const files = new Map<string, Set<string>>();
  const folders = new Map<string, Set<string>>();
  for (const path of paths) {
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    const isFolder = path.endsWith("/");
    for (let at = 0; at < Math.min(parts.length, DEPTH); at++) {
      const kind = at < parts.length - 1 || isFolder ? folders : files;
      const key = parts.slice(0, at).join("/");
      const names = kind.get(key) ?? new Set();
      kind.set(key, names.add(parts[at] as string));
    }
  }
  return (way) => {
    const key = way.join("/");
    const sorted = (names: Map<string, Set<string>>) => [...(names.get(key) ?? [])].sort();
    return { files: sorted(files), folders: sorted(folders), others: [] };
  };
}

/** Deeper than anything is looked for. */
const DEPTH = 12;
