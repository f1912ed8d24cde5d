import type { Found } from "../sources/found.ts";
import type { Columns } from "./columns.ts";
import { lower } from "./find-lines.ts";
import type { RosterLine } from "./read-roster.ts";
import type { TableRow } from "./table.ts";

/**
 * The column that names groups: the one that staff named, where several lines have the same in it and other columns tell their
 * students apart. Undefined where it names students.
 */
export function groupColumn(rows: readonly TableRow[], { ids }: Pick<Columns, "ids">): number | undefined {
  const [named, ...others] = ids;
  if (named === undefined) return undefined;
  const own = (cells: readonly string[]) => others.map((at) => cells[at] ?? "").find((text) => text !== "");
  const students = new Map<string, Set<string | undefined>>();
  for (const { cells } of rows) {
    const name = lower(cells[named] ?? "");
    if (name !== "") students.set(name, (students.get(name) ?? new Set()).add(own(cells)));
  }
  return [...students.values()].some((ids) => ids.size > 1 && !ids.has(undefined)) ? named : undefined;
}

/** Groups that handed in under their names, with those who are in them by the roster. */
export function withMembers(found: readonly Found[], lines: readonly RosterLine[]): readonly Found[] {
  const groups = new Map<string, RosterLine[]>();
  for (const line of lines) {
    for (const name of groupNames(line)) groups.set(name, [...(groups.get(name) ?? []), line]);
  }
  if (groups.size === 0) return found;
  return found.map((one) => {
    const theirs = groups.get(lower(one.rawId)) ?? groups.get(lower(one.name));
    return theirs === undefined ? one : { ...one, members: theirs.map(({ id }) => ({ studentId: id })) };
  });
}

/** Platforms write several into one cell. */
function groupNames({ group }: RosterLine): readonly string[] {
  if (group === null) return [];
  const parts = group.split(/[,;]/).map((part) => lower(part.trim()));
  return [...new Set([lower(group), ...parts])].filter((name) => name !== "");
}
