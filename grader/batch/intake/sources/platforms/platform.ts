import type { Found } from "../found.ts";
import type { Tree } from "../tree.ts";

/** How one platform packs what a class handed in: recognised by the shape of names alone. */
export interface Platform {
  /** For people, with its article: `a Canvas download`. */
  readonly what: string;
  /** How many hand-ins it holds by its names; 0 when it is no such download. */
  count(tree: Pick<Tree, "list">): number;
  /** The submissions of what `count` has recognised. @throws Error with one line when it is broken. */
  read(tree: Tree, options: ReadOptions): Download | Promise<Download>;
}

/** What a platform's download holds. */
export interface Download {
  readonly found: readonly Found[];
  /** Names at its top that are not as the platform gives them: they may be submissions that staff put there. */
  readonly rest: readonly string[];
  /** What staff should know of the whole, one line each. */
  readonly remarks?: readonly string[];
}

/** What platforms are told. */
export interface ReadOptions {
  /** Main file of the lab without its extension. */
  readonly mainFile: string;
  /** Zone of times that are written without one: an offset such as `+01:00`, or a name such as `Europe/Berlin`. */
  readonly timeZone?: string | undefined;
}

/** Whether so many of all names are shaped as a platform gives them that they come from there. */
export function areMost(shaped: number, all: number): boolean {
  return shaped > 0 && shaped > all / 2;
}

/**
 * A readable id of a name and a number that tells it from others: letters, digits, `.`, `_`, `-`. The name itself where nothing
 * of that is left, as of other alphabets without a number.
 */
export function idOf(name: string, number: string): string {
  const readable = name
    .slice(0, 200)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9.-]+/g, "_")
    .slice(0, 40);
  return [readable, number].filter((part) => part !== "" && part !== "_").join("_") || name;
}

/** Groups by a key, in the order in which keys come. */
export function grouped<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [one]);
    else others.push(one);
  }
  return groups;
}
