import type { LatePolicy, Policy } from "./config.ts";
import { INSTANT_EXAMPLE, parseInstant } from "./instant.ts";

/** All columns of a line of the roster, by name in small letters. */
export type RosterColumns = Readonly<Record<string, string>>;

const TIME = { parse: parseInstant, problem: `is no time with an offset; write it as ${INSTANT_EXAMPLE}` };
const DAYS = { parse: parseDays, problem: "is no number of days; write it as 0, 1, 2 …, or leave it empty" };

/** What the policy reads of a roster. */
const CELLS = { deadlineColumn: TIME, usedColumn: DAYS, submittedColumn: TIME } as const;
type CellKey = keyof typeof CELLS;
const KEYS = Object.keys(CELLS) as CellKey[];

/**
 * A cell that the rules for lateness read: milliseconds since 1970, or days; null when it is empty, or no column is named.
 *
 * @throws Error when it cannot be read: `cellProblems` is asked before anything is graded.
 */
export function readCell(late: LatePolicy, key: CellKey, columns: RosterColumns | undefined): number | null {
  const text = cell(columns, late[key]);
  if (text === "") return null;
  const value = CELLS[key].parse(text);
  if (value === null) throw new Error(`late.${key}: "${text}" ${CELLS[key].problem}`);
  return value;
}

/** Cells of a line that cannot be read, in words, to be put behind its place. */
export function cellProblems({ late }: Policy, columns: RosterColumns): readonly string[] {
  return KEYS.flatMap((key) => {
    const text = cell(columns, late?.[key]);
    if (text === "" || CELLS[key].parse(text) !== null) return [];
    return [`column ${late?.[key]} is "${text}", which ${CELLS[key].problem}`];
  });
}

/**
 * Columns that the rules for lateness name and that no line of a roster has, in words: everybody's extension would be lost.
 *
 * @param rosters the lines of all submissions that have one
 */
export function missingColumns({ late }: Policy, rosters: readonly RosterColumns[]): readonly string[] {
  return KEYS.flatMap((key) => {
    const column = late?.[key];
    if (column === undefined || rosters.some((line) => rosterColumn(column) in line)) return [];
    const known = [...new Set(rosters.flatMap((line) => Object.keys(line)))];
    const rest =
      rosters.length === 0
        ? "there is no roster; name it with --roster"
        : `the roster has no such column; it has ${known.join(", ")}`;
    return [`late.${key} is "${column}", but ${rest}`];
  });
}

function cell(columns: RosterColumns | undefined, column: string | undefined): string {
  const text = column === undefined ? "" : (columns?.[rosterColumn(column)] ?? "").trim();
  // Moodle writes it where there is nothing.
  return text === "-" ? "" : text;
}

/** A column as rosters are read: without regard to capitals, and to blanks around it. */
function rosterColumn(name: string): string {
  return name.trim().toLowerCase();
}

/** Whole days; spreadsheets may add a fraction of nothing. */
function parseDays(text: string): number | null {
  const [, digits] = /^(\d{1,6})(?:[.,]0{1,6})?$/.exec(text) ?? [];
  return digits === undefined ? null : Number(digits);
}
