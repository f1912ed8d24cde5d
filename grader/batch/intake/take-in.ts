import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { hasOffset } from "../policy/lateness.ts";
import { DEFAULT_INTAKE_LIMITS, type IntakeLimits } from "./limits.ts";
import { unpack } from "./material.ts";
import { safeId, shown, withHash } from "./names.ts";
import { OwnFolders } from "./own-folders.ts";
import type { Found } from "./sources/found.ts";
import { readOneOfSeveral } from "./sources/one-of-several.ts";
import { readSource, rosterMaterial } from "./sources/read-source.ts";
import { type RosterLine, readRoster } from "./sources/roster.ts";
import { type Intake, IntakeError, type IntakeOptions, type Opened } from "./types.ts";
import { locateMain } from "./unpack/locate.ts";
import { pathKey } from "./unpack/paths.ts";
import { Refusal } from "./unpack/refusal.ts";

/**
 * Finds the submissions that the sources name, sorted by id. Reads listings only; each is unpacked when it is opened.
 *
 * @throws IntakeError when a source or the roster is no good; what is wrong with one submission shows when it is opened.
 */
export async function takeIn(sources: readonly string[], options: IntakeOptions): Promise<readonly Intake[]> {
  checkDeadline(options);
  const problems: string[] = [];
  const found: Found[] = [];
  const own = new OwnFolders(options);
  for (const path of sources) {
    try {
      const problem = own.problemWith(path);
      if (problem !== null) throw new Error(`${path}: ${problem}`);
      const source = sources.length === 1 ? await readSource(path, options, own) : readOneOfSeveral(path, options);
      found.push(...source.found);
      for (const remark of source.remarks) options.onRemark?.(remark);
    } catch (error) {
      // One that is not there should not hide what is wrong with the next.
      problems.push(...(error as Error).message.split("\n"));
    }
  }
  const all = options.roster === undefined ? found : joinRoster(found, options.roster, problems);
  problems.push(...placedInOwn(all, own), ...doubles(all));
  if (problems.length === 0 && all.length === 0)
    problems.push("there is no submission; name folders, archives or a roster");
  if (problems.length > 0) throw new IntakeError(problems);
  const limits = { ...DEFAULT_INTAKE_LIMITS, ...options.limits };
  const ids = makeIds(all);
  const intakes = all.map((one, at) => new LazyIntake(ids[at] ?? "", one, options, limits));
  return intakes.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function checkDeadline({ deadline }: IntakeOptions): void {
  if (deadline === undefined) return;
  if (hasOffset(deadline) && !Number.isNaN(Date.parse(deadline))) return;
  throw new IntakeError([`"${shown(deadline)}" is no time with an offset; write it as 2026-03-01T23:59:00+01:00`]);
}

/** Adds the roster's columns to what was found, and the lines that nothing was found for. */
function joinRoster(found: readonly Found[], path: string, problems: string[]): Found[] {
  const roster = readRoster(path, false);
  problems.push(...roster.problems);
  const used = new Set<RosterLine>();
  const joined = found.map((one) => {
    const lines = roster.lines.filter((line) => belongsTo(line, one));
    for (const line of lines) used.add(line);
    const [first] = lines;
    if (first === undefined) return { ...one, notes: [...(one.notes ?? []), `${path} has no line for it`] };
    const name = one.members === undefined ? shown(first.name) : one.name;
    const members = one.members ?? [{ name: shown(first.name), studentId: shown(first.id) }];
    return { ...one, name, members, roster: { ...one.roster, ...first.columns } };
  });
  const rest = roster.lines.filter((line) => !used.has(line));
  const more = rest.map((line) => ({
    rawId: line.id,
    name: shown(line.name),
    origin: line.path ?? `${path}:${line.line}`,
    members: [{ name: shown(line.name), studentId: shown(line.id) }],
    roster: line.columns,
    material:
      line.path === null && line.columns.path === undefined
        ? ({ kind: "none", reason: `nothing was handed in (${path}:${line.line})` } as const)
        : rosterMaterial(line.path, `${path}:${line.line}`),
  }));
  return [...joined, ...more];
}

function belongsTo(line: RosterLine, one: Found): boolean {
  if (one.rawId === line.id) return true;
  const email = line.columns.email?.toLowerCase();
  return (one.members ?? []).some(
    (member) =>
      member.studentId === line.id || (email !== undefined && email !== "" && member.email?.toLowerCase() === email),
  );
}

/** Those that a roster finds where the batch itself writes. */
function placedInOwn(found: readonly Found[], own: OwnFolders): string[] {
  return found.flatMap(({ origin, material }) => {
    const problem = material.kind === "path" ? own.problemWith(material.path) : null;
    return problem === null ? [] : [`${shown(origin)}: ${problem}`];
  });
}

/** Two submissions under one name: nobody can say which of them counts. */
function doubles(found: readonly Found[]): string[] {
  const origins = new Map<string, string[]>();
  for (const { rawId, origin } of found) origins.set(rawId, [...(origins.get(rawId) ?? []), origin]);
  return [...origins]
    .filter(([, places]) => places.length > 1)
    .map(([id, places]) => {
      const names = places.slice(0, 3).map(shown).join(" and ");
      return `${places.length} submissions have the id ${shown(id)}: ${names}; rename one, or name one of them in a roster`;
    });
}

/** Safe ids in the order of what was found; those that some file system would take for the same get a hash each. */
function makeIds(found: readonly Found[]): string[] {
  const ids = found.map(({ rawId }) => safeId(rawId));
  const times = new Map<string, number>();
  for (const id of ids) times.set(pathKey(id), (times.get(pathKey(id)) ?? 0) + 1);
  return ids.map((id, at) => ((times.get(pathKey(id)) ?? 0) > 1 ? withHash(found[at]?.rawId ?? id) : id));
}

class LazyIntake implements Intake {
  readonly name: string;
  readonly origin: string;
  readonly members: Intake["members"];
  readonly submittedAt?: string;
  readonly markedLate?: true;
  readonly roster?: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  private readonly place: string;

  constructor(
    readonly id: string,
    private readonly found: Found,
    private readonly options: IntakeOptions,
    private readonly limits: IntakeLimits,
  ) {
    this.name = found.name;
    this.origin = found.origin;
    this.members = found.members ?? [];
    if (found.submittedAt !== undefined) this.submittedAt = found.submittedAt;
    if (found.markedLate !== undefined) this.markedLate = found.markedLate;
    if (found.roster !== undefined) this.roster = found.roster;
    this.notes = found.notes ?? [];
    this.place = join(resolve(options.workDir), id);
  }

  async open(): Promise<Opened> {
    let { submittedAt } = this;
    const notes = [...this.notes];
    try {
      const unpacked = await unpack(this.found.material, this.place, this.options, this.limits);
      notes.push(...unpacked.notes);
      submittedAt ??= unpacked.committedAt;
      const { folder, notes: found } = locateMain(join(this.place, "files"), this.options.mainFile);
      notes.push(...found);
      const { commit } = unpacked;
      return { folder, notes, ...(submittedAt && { submittedAt }), ...(commit !== undefined && { commit }) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ungradable: error.message, notes, ...(submittedAt && { submittedAt }) };
    }
  }

  async dispose(): Promise<void> {
    rmSync(this.place, { recursive: true, force: true });
  }
}
