import { existsSync } from "node:fs";
import type { Material } from "../material.ts";
import { shown } from "../names.ts";
import type { Found, Source } from "../sources/found.ts";
import type { IntakeOptions, Member } from "../types.ts";
import { type RosterLine, readRoster } from "./read-roster.ts";

/**
 * The submissions that a roster lists, as the one source.
 *
 * @throws Error with a line for each thing that is wrong with it.
 */
export function readRosterSource(path: string, options: IntakeOptions): Source {
  const { lines, problems, remarks } = readRoster(path, { ...options, needsPath: true });
  const all = problems.length > 0 ? problems : missingPaths(lines, options);
  if (all.length > 0) throw new Error(all.join("\n"));
  if (lines.length === 0) throw new Error(`${path}: names no submission`);
  return { found: lines.map(asFound), remarks };
}

/** A line that no other source has a submission for. */
export function asFound(line: RosterLine): Found {
  const member = memberOf(line);
  return {
    rawId: line.id,
    name: member.name ?? shown(line.id),
    origin: line.path ?? line.place,
    members: [member],
    roster: line.columns,
    ...(line.spoiled !== null && { notes: [`its id looks like ${line.spoiled}`] }),
    material: rosterMaterial(line),
  };
}

/** Whoever a line is about. `as`: what the source says of the same person, where it does. */
export function memberOf(line: RosterLine, as: Member = {}): Member {
  const { email = line.email ?? undefined, studentId = line.id } = as;
  return {
    name: shown(line.name ?? as.name ?? line.id),
    studentId: shown(studentId),
    ...(email !== undefined && { email: shown(email) }),
    roster: line.columns,
  };
}

/** Paths that lead nowhere, in words: the mistake is the list's, and no student's. */
export function missingPaths(lines: readonly RosterLine[], { anyway = false }: IntakeOptions): string[] {
  if (anyway) return [];
  return lines.flatMap(({ path, place }) =>
    path === null || existsSync(path)
      ? []
      : [
          `${place}: there is no ${shown(path)}; paths are relative to the roster's folder, and an empty one says that nothing was handed in`,
        ],
  );
}

function rosterMaterial({ path, columns, place }: RosterLine): Material {
  if (path === null) {
    const why = columns.path === undefined ? place : `${place} names no path`;
    return { kind: "not-handed-in", reason: `nothing was handed in (${why})` };
  }
  if (!existsSync(path)) return { kind: "none", reason: `there is no ${shown(path)} (${place})` };
  return { kind: "path", path, mayBeLink: true };
}
