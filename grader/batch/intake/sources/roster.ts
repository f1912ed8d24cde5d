import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "csv-parse/sync";
import { shown } from "../names.ts";

const MAX_BYTES = 50_000_000;

/** One student or group, as the roster has it. */
export interface RosterLine {
  readonly id: string;
  readonly name: string;
  /** Absolute; null when nothing was handed in. */
  readonly path: string | null;
  readonly line: number;
  /** All its columns, by name. */
  readonly columns: Readonly<Record<string, string>>;
}

/** A roster with what is wrong in it, one line each: then it cannot be used. */
export interface Roster {
  readonly lines: readonly RosterLine[];
  readonly problems: readonly string[];
}

/**
 * Reads a roster: CSV in UTF-8 with a header; columns `id` and, in any order, `name`, `path` and others. Separated by
 * commas, semicolons or tabs.
 *
 * @param needsPath it is a source of submissions itself, so there must be a column `path`.
 */
export function readRoster(path: string, needsPath: boolean): Roster {
  const problem = (text: string, line?: number) => `${path}${line === undefined ? "" : `:${line}`}: ${text}`;
  const failed = (text: string, line?: number): Roster => ({ lines: [], problems: [problem(text, line)] });
  let text: string;
  try {
    if (statSync(path).size > MAX_BYTES) return failed(`is larger than ${MAX_BYTES} bytes`);
    text = readFileSync(path, "utf8");
  } catch (error) {
    return failed(`cannot be read: ${(error as Error).message}`);
  }
  if (text.length > MAX_BYTES) return failed(`is larger than ${MAX_BYTES} bytes`);
  let rows: { record: string[]; info: { lines: number } }[];
  try {
    rows = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      skip_empty_lines: true,
      info: true,
      relax_column_count: true,
    }) as unknown as typeof rows;
  } catch (error) {
    return failed(`is no proper CSV: ${shown((error as Error).message)}`, (error as { lines?: number }).lines);
  }
  const [header, ...body] = rows;
  if (header === undefined) return failed("is empty; it must have a header with the columns id, name, path");
  const names = header.record.map((name) => name.trim().toLowerCase());
  const missing = (needsPath ? ["id", "path"] : ["id"]).filter((name) => !names.includes(name));
  if (missing.length > 0) {
    return failed(
      `has no column ${missing.join(" and no column ")} in its header; it has ${names.map(shown).join(", ")}`,
      1,
    );
  }
  const double = names.find((name, at) => name !== "" && names.indexOf(name) !== at);
  if (double !== undefined) return failed(`has two columns ${shown(double)}`, 1);
  return readLines(body, names, path, problem);
}

function readLines(
  rows: readonly { record: string[]; info: { lines: number } }[],
  names: readonly string[],
  path: string,
  problem: (text: string, line?: number) => string,
): Roster {
  const lines: RosterLine[] = [];
  const problems: string[] = [];
  const lineOfId = new Map<string, number>();
  for (const { record, info } of rows) {
    const line = info.lines;
    if (record.every((cell) => cell.trim() === "")) continue;
    if (record.length !== names.length) {
      problems.push(problem(`has ${record.length} columns, but the header has ${names.length}`, line));
      continue;
    }
    const columns = Object.fromEntries(names.map((name, at) => [name, (record[at] ?? "").trim()]));
    const id = columns.id ?? "";
    const before = lineOfId.get(id);
    if (id === "") problems.push(problem("has no id", line));
    else if (before !== undefined) problems.push(problem(`the id ${shown(id)} is in line ${before} already`, line));
    else lines.push(toLine(id, columns, line, path));
    if (!lineOfId.has(id)) lineOfId.set(id, line);
  }
  return { lines, problems };
}

function toLine(id: string, columns: Record<string, string>, line: number, roster: string): RosterLine {
  const path = columns.path ?? "";
  const name = columns.name ?? "";
  return {
    id,
    name: name === "" ? id : name,
    path: path === "" ? null : resolve(dirname(roster), path),
    line,
    columns,
  };
}

/** By what the header has most of. */
function delimiterOf(text: string): string {
  const header = text.split(/\r?\n|\r/, 1)[0] ?? "";
  const count = (mark: string) => header.split(mark).length;
  return [",", ";", "\t"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
