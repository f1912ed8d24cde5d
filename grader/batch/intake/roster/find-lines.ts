import { shown } from "../names.ts";
import type { Found } from "../sources/found.ts";
import type { Member } from "../types.ts";
import { framedLines, lineOfNumber } from "./framed-names.ts";
import type { RosterLine } from "./read-roster.ts";
import { type Index, indexOf, localPart, lower, nameKeys, wordsOf } from "./words.ts";

/** A line that belongs to somebody, and how that is known when it is not by an id or an e-mail address. */
export interface Match {
  readonly line: RosterLine;
  readonly by?: string;
}

/** Which lines belong to a submission: to all of it, and to each of its members (of one without members, to nobody). */
export interface Matches {
  readonly whole: Match | undefined;
  readonly members: readonly (Match | undefined)[];
}

/**
 * Finds everybody's line: by id, by other ids of the roster, by e-mail address; and those that have none of these in common by
 * GitHub account, by the beginning of an e-mail address, and by name, where nobody else can be meant.
 */
export function findLines(found: readonly Found[], lines: readonly RosterLine[]): readonly Matches[] {
  const strong = [
    indexOf(lines, ({ id }) => [id]),
    indexOf(lines, ({ aliases }) => aliases),
    indexOf(lines, ({ id, aliases }) => [id, ...aliases].map(lower)),
    indexOf(lines, ({ email, id, aliases }) =>
      [email ?? "", id, ...aliases].filter((text) => text.includes("@")).map(lower),
    ),
  ] as const;
  const byWord = (word: string | undefined) => {
    if (word === undefined) return undefined;
    const [ids, aliases, anyCase, emails] = strong;
    const line = ids.get(word) ?? aliases.get(word) ?? anyCase.get(lower(word)) ?? emails.get(lower(word));
    return line === undefined || line === null ? undefined : { line };
  };
  const sure = found.map(({ rawId, members = [] }): Matches => {
    const whole = byWord(rawId);
    return {
      whole,
      members: members.map(
        ({ studentId, email }) => byWord(studentId) ?? byWord(email) ?? (members.length === 1 ? whole : undefined),
      ),
    };
  });
  return guess(found, lines, sure);
}

/** The rest, each only where one line and one submission go together and neither has another. */
function guess(found: readonly Found[], lines: readonly RosterLine[], sure: readonly Matches[]): readonly Matches[] {
  const taken = new Set(sure.flatMap(({ whole, members }) => [whole, ...members].map((match) => match?.line)));
  const free = lines.filter((line) => !taken.has(line));
  const accounts = accountsOf(found, free);
  const inNames = namedWithin(found, free, sure);
  const localParts = indexOf(free, ({ email, id, aliases }) => [email ?? "", id, ...aliases].flatMap(localPart));
  const names = indexOf(free, ({ name }) => (name === null ? [] : nameKeys(name)));
  const wanted = countNames(found);
  const ofGroups = namesBehindDashes(found, wanted);
  return found.map((one, at): Matches => {
    const known = sure[at] ?? { whole: undefined, members: [] };
    const { members = [] } = one;
    if (members.length === 0) {
      if (known.whole !== undefined) return known;
      const account = accounts.get(one);
      const local = localParts.get(lower(one.rawId));
      const whole =
        account !== undefined
          ? { line: account, by: "the GitHub account" }
          : local
            ? { line: local, by: "the beginning of the e-mail address" }
            : (inNames.get(one) ?? byName(one.name, names, wanted, ofGroups));
      return { ...known, whole };
    }
    // Somebody whose address is known, and who is not in the roster by it, is another one of that name.
    const guessed = members.map(({ name, email }, index) => {
      const match = known.members[index];
      if (match !== undefined || email !== undefined || name === undefined) return match;
      return byName(name, names, wanted, ofGroups) ?? (members.length === 1 ? inNames.get(one) : undefined);
    });
    return { ...known, members: guessed };
  });
}

/**
 * Repositories of GitHub Classroom are called `<assignment>-<account>`, or the other way round, and both may have dashes: the
 * assignment is what most of the names have in common where an account is the rest.
 */
function accountsOf(found: readonly Found[], lines: readonly RosterLine[]): ReadonlyMap<Found, RosterLine> {
  const accounts = indexOf(lines, ({ account }) => (account === null ? [] : [lower(account)]));
  const framed = framedLines(found, (word) => accounts.get(word) ?? undefined, "-");
  return new Map([...framed].map(([one, { line }]) => [one, line]));
}

/**
 * Those whose id or name is a part of what their submissions are called: a long number wherever it stands, all else beside what
 * most have in common, such as `lab2_ana` or `Ana Dummy - lab2`. Each line once.
 */
function namedWithin(
  found: readonly Found[],
  lines: readonly RosterLine[],
  sure: readonly Matches[],
): ReadonlyMap<Found, Match> {
  const ids = indexOf(lines, wordsOf);
  const names = indexOf(lines, ({ name }) => (name === null ? [] : nameKeys(name)));
  const lost = found.filter((_, at) =>
    [sure[at]?.whole, ...(sure[at]?.members ?? [])].every((match) => match === undefined),
  );
  const lineOfId = (word: string) => ids.get(word) ?? undefined;
  const lineOf = (word: string) => lineOfId(word) ?? nameKeys(word).flatMap((key) => names.get(key) ?? [])[0];
  const framed = framedLines(
    lost.filter(({ members = [] }) => members.length === 0),
    lineOf,
    "-_ .",
  );
  const matches = lost.flatMap((one): [Found, Match][] => {
    const number = lineOfNumber(one.members?.[0]?.name ?? one.rawId, lineOfId);
    if (number !== undefined) return [[one, { line: number, by: "the id in its name" }]];
    const other = framed.get(one);
    if (other === undefined || other.frame === "*" || other.times < 2 || other.times * 2 < lost.length) return [];
    return [[one, { line: other.line, by: `what stands in its name beside ${shown(frameText(other.frame))}` }]];
  });
  const times = new Map<RosterLine, number>();
  for (const [, { line }] of matches) times.set(line, (times.get(line) ?? 0) + 1);
  return new Map(matches.filter(([, { line }]) => times.get(line) === 1));
}

function frameText(frame: string): string {
  return frame
    .split(/[*_ .-]/)
    .filter((part) => part !== "")
    .join(" ");
}

type Counts = ReadonlyMap<string, number>;

function byName(name: string, names: Index, wanted: Counts, ofGroups: Counts): Match | undefined {
  for (const key of nameKeys(name)) {
    const line = names.get(key);
    if (line && wanted.get(key) === 1) return { line, by: "the name" };
  }
  for (const key of behindDashes(name)) {
    const line = names.get(key);
    if (line && ofGroups.get(key) === 1) return { line, by: "the name behind a group's" };
  }
  return undefined;
}

/**
 * Names behind dashes, where most have one: `Gruppe A-Ana Dummy` is how Moodle calls a student of a group (`download_submissions`
 * of mod/assign/locallib.php of moodle/moodle). One that is somebody's whole name does not count.
 */
function namesBehindDashes(found: readonly Found[], wanted: Counts): Counts {
  const all = found.flatMap(namesIn);
  if (all.filter((name) => name.includes("-")).length * 2 <= all.length) return new Map();
  const keys = all.flatMap(behindDashes).filter((key) => !wanted.has(key));
  return countsOf(keys);
}

function behindDashes(name: string): string[] {
  return [...name.slice(0, MOST_NAME).matchAll(/-/g)].flatMap(({ index }) =>
    nameKeys(name.slice(index + 1, MOST_NAME)),
  );
}

/** Longer than anybody's name with that of a group. */
const MOST_NAME = 300;

function namesIn({ name, members = [] }: Found): readonly string[] {
  return members.length === 0 ? [name] : members.flatMap((member: Member) => member.name ?? []);
}

function countsOf(keys: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function countNames(found: readonly Found[]): Counts {
  return countsOf(found.flatMap((one) => namesIn(one).flatMap(nameKeys)));
}
