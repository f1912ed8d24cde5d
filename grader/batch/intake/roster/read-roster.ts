import { dirname, resolve } from "node:path";
import { EntryError } from "../../../submission/held/entry-error.ts";
import { readNamedFile } from "../../../submission/held/named-file.ts";
import { shown } from "../names.ts";
import { type Columns, columnsOf, namesIds } from "./columns.ts";
import { groupColumn } from "./groups.ts";
import { spoiledAs } from "./spoiled.ts";
import { readTable, type TableRow } from "./table.ts";
import { tableText } from "./text.ts";

const MAX_BYTES = 50_000_000;
/** Roles, in courses of Gradescope and Moodle, of those who hand nothing in. */
const STAFF = new Set([
  "instructor",
  "ta",
  "reader",
  "teacher",
  "non-editing teacher",
  "teaching assistant",
  "manager",
  "designer",
  "observer",
  "staff",
  "trainer/in",
  "dozent/in",
  "tutor/in",
  "enseignant",
  "profesor",
  "docente",
]);

/** One student or group, as the roster has it. */
export interface RosterLine {
  readonly id: string;
  /** Of a roster of groups: what the column that staff named says, under which all of a group have handed in. */
  readonly group: string | null;
  /** Other words by which the roster names it: a login, an id of another system. */
  readonly aliases: readonly string[];
  /** Null when the roster has none. */
  readonly name: string | null;
  readonly email: string | null;
  /** A GitHub account. */
  readonly account: string | null;
  /** Absolute; null when nothing was handed in. */
  readonly path: string | null;
  /** The path and line in it, for messages. */
  readonly place: string;
  /** What a spreadsheet made of its id, in words. */
  readonly spoiled: string | null;
  /** All its columns, by name in small letters. */
  readonly columns: Readonly<Record<string, string>>;
}

/** A roster with what is wrong in it, one line each: then it cannot be used. */
export interface Roster {
  readonly lines: readonly RosterLine[];
  readonly problems: readonly string[];
  /** What staff should know of how it was read, one line each. */
  readonly remarks: readonly string[];
  /** Names of the columns that name students, the best first. */
  readonly idColumns: readonly string[];
}

export interface RosterOptions {
  /** It is a source of submissions itself, so there must be a column `path`. */
  readonly needsPath: boolean;
  /** The column that names students; absent: by the names that columns have. */
  readonly idColumn?: string | undefined;
  /** What is wrong with the cells of a line, to be put behind its place. */
  readonly cellProblems?: ((columns: RosterLine["columns"]) => readonly string[]) | undefined;
}

/**
 * Reads a roster: CSV with a header, of our own (columns `id` and, in any order, `name`, `path` and others) or as learning
 * platforms export it.
 */
export function readRoster(path: string, options: RosterOptions): Roster {
  const failed = (text: string, line?: number): Roster => ({
    lines: [],
    problems: [`${path}${line === undefined ? "" : `:${line}`}: ${text}`],
    remarks: [],
    idColumns: [],
  });
  let bytes: Buffer;
  try {
    bytes = readNamedFile(path, MAX_BYTES);
  } catch (error) {
    if (error instanceof EntryError) return failed(error.problem);
    return failed(`cannot be read: ${(error as Error).message}`);
  }
  const read = tableText(bytes);
  if ("problem" in read) return failed(read.problem);
  const table = readTable(read.text);
  if ("problem" in table) return failed(table.problem, table.line);
  const [header, ...rows] = table;
  if (header === undefined) return failed("is empty; it must have a header with the columns id, name, path");
  const names = header.cells.map((name) => name.toLowerCase());
  const columns = columnsOf(header.cells, options.idColumn);
  const body = names.includes(LINE_END) ? rows.map(unmarked) : rows;
  const lacksPath = options.needsPath && columns?.path === undefined;
  const below = columns === null ? rows.slice(0, TITLE_LINES).find(({ cells }) => isHeader(cells, options)) : undefined;
  if (below !== undefined) return failed(`has its header in line ${below.line}; delete what stands above it`);
  if (columns === null || lacksPath) {
    const missing = [...(columns === null ? [options.idColumn ?? "id"] : []), ...(lacksPath ? ["path"] : [])];
    const advice = columns === null && !lacksPath ? "; name the one that has the ids with --id-column" : "";
    return failed(
      `has no column ${missing.map(shown).join(" and no column ")} in its header; it has ${names.map(shown).join(", ")}${advice}`,
      header.line,
    );
  }
  const double = names.find((name, at) => name !== "" && names.indexOf(name) !== at);
  if (double !== undefined) return failed(`has two columns ${shown(double)}; rename one`, header.line);
  if (rows.length === 0) return failed("has no line below its header: nobody is in it");
  const { lines, problems, staff, leftOut } = readLines(body, names, columns, path, options);
  return {
    lines,
    problems,
    remarks: [
      ...(read.guessed === null
        ? []
        : [`${path}: is no UTF-8, and was read as ${read.guessed}; where names look wrong, save it as CSV UTF-8`]),
      ...(staff === 0 ? [] : [`${path}: ${staff} lines are of staff, by their role, and were left out`]),
      ...leftOut,
      ...lines.flatMap(({ id, place, spoiled }) =>
        spoiled === null ? [] : [`warning: ${place}: the id ${shown(id)} looks like ${spoiled}; ${SPOILED_ADVICE}`],
      ),
    ],
    idColumns: columns.ids.map((at) => names[at] ?? ""),
  };
}

/** Lines of a title that there may be above a header. */
const TITLE_LINES = 10;

/** Columns that name and tell of students, and not a student whose cells happen to be called like one. */
function isHeader(cells: readonly string[], { idColumn }: RosterOptions): boolean {
  return cells.length > 1 && columnsOf(cells, idColumn) !== null;
}

/** A column of Brightspace's, which also puts a `#` before ids, so that spreadsheets leave them as they are. */
const LINE_END = "end-of-line indicator";

function unmarked({ cells, ...row }: TableRow): TableRow {
  return { ...row, cells: cells.map((cell) => cell.replace(/^#/, "")) };
}

export const SPOILED_ADVICE = "take the roster anew from where it came, or format that column as text before saving";

function readLines(
  rows: readonly TableRow[],
  names: readonly string[],
  columns: Columns,
  path: string,
  { cellProblems, idColumn }: RosterOptions,
) {
  const lines: RosterLine[] = [];
  const problems: string[] = [];
  const leftOut: string[] = [];
  let staff = 0;
  const lineOfId = new Map<string, number>();
  const groupAt = groupAtOf(rows, columns, idColumn);
  for (const { cells, line } of rows) {
    const problem = (text: string) => problems.push(`${path}:${line}: ${text}`);
    if (isAboutColumns(cells, columns)) continue;
    if (isTestStudent(cells, names, columns)) {
      leftOut.push(`${path}:${line}: is Canvas' test student, and was left out`);
      continue;
    }
    const notOne = noStudent(cells, columns);
    if (notOne !== null) {
      leftOut.push(`${path}:${line}: ${notOne}, and was left out`);
      continue;
    }
    // Spreadsheets end lines in cells that nothing is in.
    const filled = cells.findLastIndex((cell) => cell !== "") + 1;
    if (cells.length !== names.length && (filled > names.length || cells.length < names.length)) {
      problem(`has ${cells.length} columns, but the header has ${names.length}`);
      continue;
    }
    if (columns.role !== undefined && STAFF.has((cells[columns.role] ?? "").toLowerCase())) {
      staff++;
      continue;
    }
    const one = toLine(cells, names, columns, groupAt, path, line);
    const before = lineOfId.get(one.id);
    if (one.id === "") problem("has no id");
    else if (before !== undefined) {
      const looks = one.spoiled === null ? "" : `, and looks like ${one.spoiled}; ${SPOILED_ADVICE}`;
      const groups =
        idColumn === undefined || looks !== "" ? "" : "; where it names groups, a column must name each student";
      problem(`the id ${shown(one.id)} is in line ${before} already${looks}${groups}`);
    } else lines.push(one);
    for (const text of cellProblems?.(one.columns) ?? []) problem(text);
    if (!lineOfId.has(one.id)) lineOfId.set(one.id, line);
  }
  return { lines, problems, staff, leftOut };
}

/** Whom Canvas makes for staff to look through (`Student, Test`), and exports like everybody else, though no office knows them. */
function isTestStudent(cells: readonly string[], names: readonly string[], { name, isCanvas }: Columns): boolean {
  const office = names.indexOf("sis user id");
  const isKnown = office >= 0 && cells[office] !== "";
  return isCanvas && !isKnown && name.length === 1 && cells[name[0] as number] === "Student, Test";
}

/** By the column that staff named, and else by the repositories of teams, which GitHub Classroom writes to each of their students. */
function groupAtOf(rows: readonly TableRow[], columns: Columns, idColumn: string | undefined): number | undefined {
  if (idColumn !== undefined) return groupColumn(rows, columns);
  const { repository, ids } = columns;
  return repository === undefined ? undefined : groupColumn(rows, { ids: [repository, ...ids] });
}

/** Words that a line of sums, means or counts begins with, and nobody's login is. */
const SUMMARY =
  /^(?:(?:grand |sub)?total|summe|gesamt(?:summe)?|(?:overall |class |course )?average|durchschnitt|mittelwert)(?:$|[ :=(])|^(?:sum|mean|median|moyenne|promedio|media|std\.? ?dev(?:iation)?) ?[:=(]/i;

/** What a line is that names no student: a header once more, one about all of them, or whom Blackboard makes for staff. */
function noStudent(cells: readonly string[], { ids, name }: Columns): string | null {
  const id = ids.map((at) => cells[at] ?? "").find((text) => text !== "");
  if (id !== undefined && (namesIds(id) || /^\([^()]{1,60}\)$/.test(id))) return "looks like a header once more";
  if (id?.endsWith("_previewuser") === true) return "is the user of Blackboard's student preview";
  const first = id ?? [...name.map((at) => cells[at] ?? ""), ...cells].find((text) => text !== "") ?? "";
  return SUMMARY.test(first) ? `looks like a line about all (${shown(first)})` : null;
}

/**
 * Canvas has lines between its header and the students that are about the columns: `Points Possible` in the place of a name, or
 * words such as `Manual Posting` under assignments. They name nobody.
 */
function isAboutColumns(cells: readonly string[], { ids, name, account, path, isCanvas }: Columns): boolean {
  if (!isCanvas) return false;
  const isNamed = [...ids, account, path].some((at) => at !== undefined && (cells[at] ?? "") !== "");
  const names = name.map((at) => cells[at] ?? "").filter((text) => text !== "");
  return !isNamed && names.every((text) => text.toLowerCase().includes("points possible"));
}

/** `'00123`, by which texts are kept from becoming numbers, is 00123; `Ana Dummy <ana@uni.example>` is her address. */
function withoutDress(cell: string): string {
  return /^[^<>]{0,200}<([^<>@\s]{1,100}@[^<>@\s]{1,200})>$/.exec(cell)?.[1] ?? cell.replace(/^'(?=\d)/, "");
}

/**
 * `Participant 42` of Moodle's worksheet is 42 in the names of what it lets download; some languages have no blank between, as
 * in `Teilnehmer/in42`.
 */
function participantNumber(id: string): string[] {
  const number = /^(?:[^\d]{1,40} |(?:particip|partecip|teilnehm|deelnem|deltag|участ)[^\d]{0,20})(\d{1,20})$/i.exec(
    id,
  )?.[1];
  return number === undefined ? [] : [number];
}

function toLine(
  cells: readonly string[],
  names: readonly string[],
  columns: Columns,
  groupAt: number | undefined,
  path: string,
  line: number,
): RosterLine {
  const cell = (at: number | undefined) => (at === undefined ? "" : (cells[at] ?? ""));
  const orNull = (text: string) => (text === "" ? null : text);
  const words = columns.ids.filter((at) => at !== groupAt).map((at) => withoutDress(cell(at)));
  const [id = "", ...aliases] = words.filter((text) => text !== "");
  const handedIn = cell(columns.path);
  return {
    id,
    group: orNull(cell(groupAt)),
    aliases: [...aliases, ...[id, ...aliases].flatMap(participantNumber)],
    name: orNull(columns.name.map(cell).join(" ").trim()),
    email: orNull(withoutDress(cell(columns.email))),
    account: orNull(cell(columns.account)),
    path: handedIn === "" ? null : resolve(dirname(path), handedIn),
    place: `${path}:${line}`,
    spoiled: spoiledAs(id),
    columns: Object.fromEntries(names.map((name, at) => [name, cell(at)])),
  };
}
