import { rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { INSTANT_EXAMPLE, parseInstant } from "../policy/index.ts";
import { doubtsAbout } from "./doubts.ts";
import { DEFAULT_INTAKE_LIMITS, type IntakeLimits } from "./limits.ts";
import { type Material, type UnpackOptions, unpack } from "./material.ts";
import { safeId, shown, withHash } from "./names.ts";
import { OwnFolders } from "./own-folders.ts";
import { joinRoster } from "./roster/join-roster.ts";
import { refuseClass } from "./sources/class-look.ts";
import type { Found } from "./sources/found.ts";
import { readOneOfSeveral } from "./sources/one-of-several.ts";
import { isTimeZone } from "./sources/platforms/platform-time.ts";
import { readSource } from "./sources/read-source.ts";
import { type Intake, IntakeError, type IntakeOptions, type Opened } from "./types.ts";
import { archiveKind } from "./unpack/archive.ts";

import { gitDirOf } from "./unpack/git/repository.ts";
import type { Lister } from "./unpack/listing.ts";
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
  checkTimeZone(options);
  const problems: string[] = [];
  const found: Found[] = [];
  const doubts: string[] = [];
  const own = new OwnFolders(options);
  let isOne = false;
  for (const path of sources) {
    try {
      const problem = own.problemWith(path);
      if (problem !== null) throw new Error(`${path}: ${problem}`);
      const source = sources.length === 1 ? await readSource(path, options, own) : readOneOfSeveral(path, options);
      found.push(...source.found);
      isOne = source.isOne === true;
      doubts.push(...(source.doubts ?? []));
      for (const remark of source.remarks) options.onRemark?.(remark);
      if (source.takenFor !== undefined) options.onTakenFor?.(takenForLine(path, source.takenFor, source.found.length));
    } catch (error) {
      // One that is not there should not hide what is wrong with the next.
      problems.push(...(error as Error).message.split("\n"));
    }
  }
  problems.push(...condensed(problems.splice(0)));
  let all: readonly Found[] = found;
  if (options.roster !== undefined) {
    const joined = joinRoster(found, options.roster, options);
    all = joined.found;
    problems.push(...joined.problems);
    for (const remark of joined.remarks) options.onRemark?.(remark);
  }
  problems.push(...placedInOwn(all, own), ...doubles(all), ...notByCommit(all, options));
  if (problems.length === 0 && all.length === 0)
    problems.push("there is no submission; name folders, archives or a roster");
  if (problems.length === 0 && doubts.length === 0) doubts.push(...(await doubtsAbout(all, isOne, options)));
  for (const doubt of doubts) {
    if (options.anyway === true) options.onRemark?.(doubt);
    else problems.push(`${doubt} (--anyway grades it as it is)`);
  }
  if (problems.length > 0) throw new IntakeError(problems);
  const limits = { ...DEFAULT_INTAKE_LIMITS, ...options.limits };
  const ids = makeIds(all);
  const intakes = all.map((one, at) => new LazyIntake(ids[at] ?? "", one, options, limits));
  return intakes.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** So many lines are read one by one. */
const MOST_ALIKE = 4;

/** Of sources that have the same wrong with them, such as all files of a directory that a shell put there, one line. */
function condensed(problems: readonly string[]): string[] {
  const alike = new Map<string, string[]>();
  for (const line of problems) {
    const what = line.slice(line.indexOf(": "));
    alike.set(what, [...(alike.get(what) ?? []), line]);
  }
  return [...alike.values()].flatMap((lines) => {
    if (lines.length <= MOST_ALIKE) return lines;
    return [`${lines[0]} (and so with ${lines.length - 1} more; where they lie in one folder, name that)`];
  });
}

function takenForLine(path: string, what: string, count: number): string {
  return `${shown(path)} was read as ${what}: ${count === 1 ? "one submission" : `${count} submissions`}`;
}

function checkDeadline({ deadline }: IntakeOptions): void {
  if (deadline === undefined || parseInstant(deadline) !== null) return;
  throw new IntakeError([`--deadline "${shown(deadline)}" is no time with an offset; write it as ${INSTANT_EXAMPLE}`]);
}

function checkTimeZone({ timeZone }: IntakeOptions): void {
  if (timeZone === undefined || isTimeZone(timeZone)) return;
  throw new IntakeError([
    `"${shown(timeZone)}" is no time zone; write an offset such as +01:00, or a name such as Europe/Berlin`,
  ]);
}

/** Of what is no repository nobody can say what it was at a deadline. */
function notByCommit(found: readonly Found[], { deadline, anyway = false }: IntakeOptions): string[] {
  if (deadline === undefined || anyway) return [];
  const others = found.filter(
    ({ material }) => material.kind !== "none" && material.kind !== "not-handed-in" && !isRepository(material),
  );
  const [first] = others;
  if (first === undefined) return [];
  const more = others.length > 1 ? ` and ${others.length - 1} more are` : " is";
  return [
    `--deadline chooses the last commit before a time, and ${shown(first.origin)}${more} no git repository; ` +
      "late.deadline in the policy file (--config) is the deadline of everything else, --anyway goes on",
  ];
}

function isRepository(material: Material): boolean {
  if (material.kind !== "path") return false;
  try {
    if (statSync(material.path).isFile()) return archiveKind(material.path) === "bundle";
    // What has a damaged `.git` is meant to be one, and says so when it is opened.
    return (
      gitDirOf(material.path) !== null || statSync(join(material.path, ".git"), { throwIfNoEntry: false }) !== undefined
    );
  } catch {
    // What cannot be read says so when it is opened.
    return true;
  }
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
    const { material } = this.found;
    if (material.kind === "not-handed-in") return { ungradable: material.reason, notHandedIn: true, notes };
    let branches: readonly string[] = [];
    try {
      const unpacked = await unpack(material, this.place, this.unpackOptions(), this.limits);
      notes.push(...unpacked.notes);
      submittedAt ??= unpacked.committedAt;
      branches = unpacked.otherBranches ?? [];
      const { mainFile } = this.options;
      const check = (list: Lister) => refuseClass(list, mainFile);
      const { folder, notes: found } = locateMain(unpacked.folder, mainFile, check);
      notes.push(...found);
      const { commit } = unpacked;
      return { folder, notes, ...(submittedAt && { submittedAt }), ...(commit !== undefined && { commit }) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const beside = branches.length === 0 ? "" : `; it has other branches: ${branches.map(shown).join(", ")}`;
      return { ungradable: `${error.message}${beside}`, notes, ...(submittedAt && { submittedAt }) };
    }
  }

  private unpackOptions(): UnpackOptions {
    const { mainFile, ref, deadline, deadlineOf } = this.options;
    const rosters = this.members.map(({ roster }) => roster).filter((roster) => roster !== undefined);
    const lines = rosters.length === 0 && this.roster !== undefined ? [this.roster] : rosters;
    return {
      mainFile,
      ref,
      deadline: deadline === undefined ? undefined : (deadlineOf?.(deadline, lines) ?? deadline),
    };
  }

  async dispose(): Promise<void> {
    rmSync(this.place, { recursive: true, force: true });
  }
}
