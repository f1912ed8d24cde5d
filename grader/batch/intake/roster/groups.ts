import type { Found } from "../sources/found.ts";
import type { Columns } from "./columns.ts";
import type { RosterLine } from "./read-roster.ts";
import type { TableRow } from "./table.ts";
import { type Index, indexOf, lower, nameKeys, wordsOf } from "./words.ts";

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
  const named = namedGroups(found, lines);
  return found.map((one) => {
    const theirs = groups.get(lower(one.rawId)) ?? groups.get(lower(one.name));
    if (theirs !== undefined) return { ...one, members: theirs.map(({ id }) => ({ studentId: id })) };
    const members = named.get(one);
    if (members === undefined) return one;
    const note = "its members are those whom its name has, one after the other";
    return { ...one, members: members.map(({ id }) => ({ studentId: id })), notes: [...(one.notes ?? []), note] };
  });
}

/** Groups that are called by their members, each of whom is in one only: what several names have is no member of theirs. */
function namedGroups(found: readonly Found[], lines: readonly RosterLine[]): ReadonlyMap<Found, readonly RosterLine[]> {
  const words = indexOf(lines, wordsOf);
  const people = indexOf(lines, ({ name }) => (name === null ? [] : nameKeys(name)));
  const names = new Set(found.map(({ rawId }) => lower(rawId)));
  const groups = new Map<Found, readonly RosterLine[]>();
  for (const one of found) {
    if (one.members !== undefined) continue;
    const members = membersInName(lower(one.rawId), words, names);
    const called = members.length > 0 ? members : membersByName(one.rawId, people);
    if (called.length > 0) groups.set(one, called);
  }
  const times = new Map<RosterLine, number>();
  for (const line of [...groups.values()].flat()) times.set(line, (times.get(line) ?? 0) + 1);
  return new Map([...groups].filter(([, members]) => members.every((line) => times.get(line) === 1)));
}

/** Marks between those whom a name has. */
const BETWEEN = /[-_,;+& ]/g;
/** Nobody's group has more, with a name around them. */
const MOST_MARKS = 12;

/**
 * Who is in a group that is called by all of them: `ana-ben`, `lab2_900001_900002`, `ana@x.edu,ben@x.edu`. What else its name has,
 * before them or behind, half of all names must have. None where one of them handed in alone, too: then it means somebody else.
 */
function membersInName(name: string, words: Index, names: ReadonlySet<string>): readonly RosterLine[] {
  const marks = placesOf(name);
  if (words.has(name) || marks.length === 0 || marks.length > MOST_MARKS) return [];
  const parts = [
    { before: "", behind: "" },
    ...marks.map((at) => ({ before: name.slice(0, at + 1), behind: "" })),
    ...marks.reverse().map((at) => ({ before: "", behind: name.slice(at) })),
  ];
  for (const { before, behind } of parts) {
    const lines = oneAfterOther(name.slice(before.length, name.length - behind.length), words);
    if (lines === null) continue;
    const isShared =
      [...names].filter((other) => other.startsWith(before) && other.endsWith(behind)).length * 2 >= names.size;
    const isAlone = lines.some((line) => wordsOf(line).some((word) => names.has(before + word + behind)));
    return lines.length > 1 && new Set(lines).size === lines.length && isShared && !isAlone ? lines : [];
  }
  return [];
}

/** What stands between the names of two people, and in nobody's name. */
const AND = /[&+;]| and | und | et /i;

/** Who is in a group that is called `Ana Dummy & Ben Test`; none where somebody in it is not known, or is one of two of a name. */
function membersByName(name: string, people: Index): readonly RosterLine[] {
  const parts = name.split(AND);
  const lines = parts.flatMap((part) => nameKeys(part).flatMap((key) => people.get(key) ?? [])[0] ?? []);
  return parts.length > 1 && lines.length === parts.length && new Set(lines).size === lines.length ? lines : [];
}

/** The lines whose words a text consists of; null when there is anything else in it. */
function oneAfterOther(text: string, words: Index): RosterLine[] | null {
  for (const end of [text.length, ...placesOf(text).reverse()]) {
    const line = words.get(text.slice(0, end));
    if (line === undefined || line === null) continue;
    const rest = text.slice(end).replace(/^[-_,;+& ]{1,3}/, "");
    const others = rest === "" ? [] : oneAfterOther(rest, words);
    if (others !== null) return [line, ...others];
  }
  return null;
}

/** Platforms write several into one cell. */
function groupNames({ group }: RosterLine): readonly string[] {
  if (group === null) return [];
  const parts = group.split(/[,;]/).map((part) => lower(part.trim()));
  return [...new Set([lower(group), ...parts])].filter((name) => name !== "");
}

function placesOf(text: string): number[] {
  return [...text.matchAll(BETWEEN)].map(({ index }) => index);
}
