import { parse } from "csv-parse/sync";
import { shown } from "../names.ts";

/** A row of a table; `line`: the line of the file that it ends on. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** A table that cannot be read: why, and the line where that is known. */
export interface TableProblem {
  readonly problem: string;
  readonly line?: number;
}

/** Excel's own word about what separates the cells, in a line before the header. */
const SEPARATOR_LINE = /^"?sep=(.)"?[,;\t]*(?:\r\n|\n|\r|$)/i;

/** `="00123"`, by which texts are kept from becoming numbers in Excel: what stands in it. Quotes within it CSV has doubled. */
const FORMULA_TEXT = /(^|[,;\t|\r\n])="([^"\r\n]*)"(?=[,;\t|\r\n]|$)/g;
const QUOTED_FORMULA_TEXT = /^="([^"]*)"$/;

/** The rows of a CSV, separated by commas, semicolons, tabs or bars; rows in which nothing is written are left out. */
export function readTable(text: string): readonly TableRow[] | TableProblem {
  const said = SEPARATOR_LINE.exec(text);
  const body = (said === null ? text : text.slice(said[0].length)).replace(FORMULA_TEXT, '$1"$2"');
  try {
    const rows = parse(body, {
      delimiter: said?.[1] ?? delimiterOf(body),
      record_delimiter: ["\r\n", "\n", "\r"],
      skip_empty_lines: true,
      info: true,
      relax_column_count: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const before = said === null ? 0 : 1;
    return rows
      .map(({ record, info }) => ({
        cells: record.map((cell) => cell.trim().replace(QUOTED_FORMULA_TEXT, "$1").trim()),
        line: info.lines + before,
      }))
      .filter(({ cells }) => cells.some((cell) => cell !== ""));
  } catch (error) {
    const { message, lines } = error as Error & { lines?: number };
    return { problem: `is no proper CSV: ${shown(message)}`, ...(lines !== undefined && { line: lines }) };
  }
}

/** By what the first line that has any of them has most of, outside of quotes: a title may stand above. */
function delimiterOf(text: string): string {
  const first = text.slice(0, 10_000).split(/[\r\n]+/, 20);
  const header = first.map((line) => line.replace(/"[^"]*"/g, "")).find((line) => /[,;\t|]/.test(line)) ?? "";
  const count = (mark: string) => header.split(mark).length;
  return [",", ";", "\t", "|"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
