import { shown } from "../names.ts";
import type { Found } from "../sources/found.ts";
import type { IntakeOptions, Member } from "../types.ts";
import { findLines, type Match, type Matches } from "./find-lines.ts";
import { withMembers } from "./groups.ts";
import { WORKSHEET_REMARK, worksheetTime } from "./moodle-time.ts";
import { type Roster, type RosterLine, readRoster, SPOILED_ADVICE } from "./read-roster.ts";
import { asFound, memberOf, missingPaths } from "./roster-source.ts";
import { spoiledFrom } from "./spoiled.ts";

const SHOWN_IDS = 3;

/** What came of joining: the submissions, or what is wrong with the roster, one line each. */
export interface Joined {
  readonly found: readonly Found[];
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

/** Adds the roster's columns to what was found, and the lines that nothing was found for. */
export function joinRoster(all: readonly Found[], path: string, options: IntakeOptions): Joined {
  const roster = readRoster(path, { ...options, needsPath: false });
  if (roster.problems.length > 0) return { found: all, problems: roster.problems, remarks: roster.remarks };
  const found = withMembers(all, roster.lines);
  const matches = findLines(found, roster.lines);
  const owners = ownersOf(found, matches);
  const rest = roster.lines.filter((line) => !owners.has(line));
  const strangers = found.filter((_, at) => matchesOf(matches[at]).length === 0);
  const spoiled = spoiledOf(rest, strangers);
  const problems = [
    ...missingPaths(rest, options),
    ...foreignRoster(found, strangers, roster, path, owners, spoiled, options),
  ];
  const joined = found.map((one, at) =>
    withTime(withLines(one, matches[at], owners, path), matchesOf(matches[at]), options),
  );
  const isTimed = joined.some(({ submittedAt }, at) => submittedAt !== found[at]?.submittedAt);
  const timed = isTimed && options.timeZone === undefined ? [WORKSHEET_REMARK] : [];
  const remarks = problems.length > 0 ? roster.remarks : [...roster.remarks, ...timed, ...spoiled];
  return { found: [...joined, ...rest.map(asFound)], problems, remarks };
}

function matchesOf(matches: Matches | undefined): readonly Match[] {
  return [matches?.whole, ...(matches?.members ?? [])].filter((match) => match !== undefined);
}

/** Which submissions each line belongs to. */
function ownersOf(found: readonly Found[], matches: readonly Matches[]): ReadonlyMap<RosterLine, readonly string[]> {
  const owners = new Map<RosterLine, string[]>();
  for (const [at, { rawId }] of found.entries()) {
    for (const line of new Set(matchesOf(matches[at]).map((match) => match.line))) {
      owners.set(line, [...(owners.get(line) ?? []), rawId]);
    }
  }
  return owners;
}

function withLines(
  one: Found,
  matches: Matches | undefined,
  owners: ReadonlyMap<RosterLine, readonly string[]>,
  path: string,
): Found {
  const all = matchesOf(matches);
  const [first] = all;
  if (first === undefined) return { ...one, notes: [...(one.notes ?? []), `${path} has no line for it`] };
  const whole = matches?.whole;
  const members: readonly Member[] =
    one.members === undefined || one.members.length === 0
      ? [memberOf(first.line)]
      : one.members.map((member, at) => {
          const line = matches?.members[at]?.line;
          if (line !== undefined) return memberOf(line, member);
          return whole === undefined ? member : { ...member, roster: whole.line.columns };
        });
  const lines = [...new Set(all.map(({ line }) => line))];
  const notes = [
    ...all.flatMap(({ line, by }) => (by === undefined ? [] : [`${line.place} was taken for it by ${by}`])),
    ...members.flatMap(({ roster, name, studentId }) =>
      roster === undefined ? [`${path} has no line for ${shown(name ?? studentId ?? "a member")}`] : [],
    ),
    ...lines.flatMap((line) => {
      const others = (owners.get(line) ?? []).filter((id) => id !== one.rawId);
      return others.length === 0
        ? []
        : [`${line.place} also belongs to ${others.slice(0, SHOWN_IDS).map(shown).join(", ")}`];
    }),
  ];
  const [only = "", ...others] = members.flatMap(({ name }) => name ?? []);
  // A group is called by what the roster calls it, else as the export does.
  const ofGroup = whole?.line.name ?? null;
  const name = others.length === 0 ? only : ofGroup === null ? "" : shown(ofGroup);
  const roster = { ...one.roster, ...(whole?.line ?? first.line).columns };
  return {
    ...one,
    name: name === "" ? one.name : name,
    members,
    roster,
    notes: [...new Set([...(one.notes ?? []), ...notes])],
  };
}

/** With the time of handing in that a platform's roster says, where the download does not. Of a group all lines have the same. */
function withTime(one: Found, matches: readonly Match[], { timeZone = "UTC" }: IntakeOptions): Found {
  if (one.submittedAt !== undefined) return one;
  const times = matches.map(({ line }) => worksheetTime(line, timeZone));
  const submittedAt = times
    .map((time) => time.submittedAt ?? "")
    .reduce((last, time) => (time > last ? time : last), "");
  const notes = [...(one.notes ?? []), ...times.flatMap(({ note }) => note ?? [])];
  return { ...one, ...(submittedAt !== "" && { submittedAt }), notes: [...new Set(notes)] };
}

/** Lines without a submission that a spreadsheet made of the id of a submission without a line, in words. */
function spoiledOf(rest: readonly RosterLine[], strangers: readonly Found[]): string[] {
  return rest.flatMap((line) =>
    strangers.flatMap(({ rawId, members = [] }) => {
      const ids = [rawId, ...members.flatMap(({ studentId }) => studentId ?? [])];
      const how = ids.flatMap((id) => {
        const word = spoiledFrom(line.id, id);
        return word === null ? [] : [`${shown(id)}, ${word}`];
      })[0];
      return how === undefined
        ? []
        : [`warning: ${line.place}: the id ${shown(line.id)} may be that of submission ${how}; ${SPOILED_ADVICE}`];
    }),
  );
}

/** Why a roster is most likely not that of these submissions. */
function foreignRoster(
  found: readonly Found[],
  strangers: readonly Found[],
  { lines, idColumns }: Roster,
  path: string,
  owners: ReadonlyMap<RosterLine, readonly string[]>,
  spoiled: readonly string[],
  { anyway = false }: IntakeOptions,
): string[] {
  const joined = found.length - strangers.length;
  if (anyway || joined * 2 >= found.length) return [];
  // GitHub Classroom lets accounts in that its roster does not know: there the lines say whether it is the right one.
  const accounts = lines.filter(({ account }) => account !== null);
  if (joined > 0 && accounts.length > 0 && accounts.filter((line) => owners.has(line)).length * 2 >= accounts.length)
    return [];
  const some = (words: readonly string[]) =>
    `${words.slice(0, SHOWN_IDS).map(shown).join(", ")}${words.length > SHOWN_IDS ? ", …" : ""}`;
  return [
    `${path}: only ${joined} of ${found.length} submissions find a line in it: they are called ${some(strangers.map(({ rawId }) => rawId))}, ` +
      `and its column ${shown(idColumns[0] ?? "")} has ${some([...new Set(lines.filter((line) => !owners.has(line)).map(({ group, id }) => group ?? id))])}. ` +
      "Name the column that has their ids with --id-column, or another roster; --anyway goes on",
    ...spoiled.map((text) => text.replace(/^warning: /, "")),
  ];
}
