import { hasArchiveName } from "./archive.ts";
import type { Lister } from "./listing.ts";
import { ignoredPart } from "./paths.ts";

const DEEPEST = 4;

/** The one archive that a folder holds when it has no source beside it. */
export interface LoneArchive {
  /** Names of folders, then its own. */
  readonly way: readonly string[];
  /** What lies beside it, which can be nothing but papers; paths with `/`. */
  readonly beside: readonly string[];
}

/** An archive that was packed once more, or lies in a folder beside a report: what it holds is what was handed in. */
export function loneArchive(list: Lister): LoneArchive | null {
  const files: (readonly string[])[] = [];
  let ways: (readonly string[])[] = [[]];
  for (let depth = 0; depth <= DEEPEST && ways.length > 0; depth++) {
    const inner: (readonly string[])[] = [];
    for (const way of ways) {
      const listing = list(way);
      if (listing.others.length > 0) return null;
      files.push(...listing.files.filter(isTheirs).map((name) => [...way, name]));
      inner.push(...listing.folders.filter(isTheirs).map((name) => [...way, name]));
    }
    ways = inner;
  }
  const archives = files.filter((way) => hasArchiveName(way.at(-1) ?? ""));
  const [only, ...more] = archives;
  const hasSources = files.some((way) => /\.[mc]?[jt]sx?$/i.test(way.at(-1) ?? ""));
  if (only === undefined || more.length > 0 || hasSources || ways.length > 0) return null;
  return { way: only, beside: files.filter((way) => way !== only).map((way) => way.join("/")) };
}

function isTheirs(name: string): boolean {
  return ignoredPart([name]) === undefined;
}
