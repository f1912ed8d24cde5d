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
  const before = said === null ? 0 : 1;
  const delimiter = said?.[1] ?? delimiterOf(body);
  const strict = parsed(body, delimiter, false);
  // Quotes amid a cell, as of nicknames, are part of it, as spreadsheets take them; but no quote may join lines then.
  const isAmid = "code" in strict && strict.code === "INVALID_OPENING_QUOTE";
  const relaxed = isAmid ? parsed(body, delimiter, true) : strict;
  const isSafe = !("code" in relaxed) && relaxed.every(({ record }) => !record.some((cell) => /^"|[\r\n]/.test(cell)));
  const rows = isAmid && !isSafe ? strict : relaxed;
  if ("code" in rows) return { problem: rows.problem, line: rows.line + before };
  return rows
    .map(({ record, info }) => ({ cells: record.map(plainCell), line: info.lines + before }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
}

type Rows = readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];

function parsed(
  text: string,
  delimiter: string,
  isRelaxed: boolean,
): Rows | (Required<TableProblem> & { code: string }) {
  let lastLine = 0;
  try {
    return parse(text, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      skip_empty_lines: true,
      info: true,
      relax_column_count: true,
      relax_quotes: isRelaxed,
      on_record: (row, { lines }) => {
        lastLine = lines;
        return row;
      },
    }) as unknown as Rows;
  } catch (error) {
    const { message, code = "", lines = lastLine + 1 } = error as Error & { code?: string; lines?: number };
    if (code === "CSV_QUOTE_NOT_CLOSED")
      return { code, problem: "has a quote that opens in this line, or below, and never closes", line: lastLine + 1 };
    const advice = /QUOTE/.test(code) ? "; quotes inside of a cell are written twice, and the cell in quotes" : "";
    return { code, problem: `is no proper CSV: ${shown(message)}${advice}`, line: lines };
  }
}

function plainCell(cell: string): string {
  return withoutAround(withoutAround(cell).replace(QUOTED_FORMULA_TEXT, "$1"));
}

/** Blanks, and marks that nobody sees and that come along from pages. */
const AROUND = /[\s\p{Cf}]/u;

function withoutAround(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && AROUND.test(text[start] as string)) start++;
  while (end > start && AROUND.test(text[end - 1] as string)) end--;
  return text.slice(start, end);
}

/** By what the first line that has any of them has most of, outside of quotes: a title may stand above. */
function delimiterOf(text: string): string {
  const first = text.slice(0, 10_000).split(/[\r\n]+/, 20);
  const header = first.map((line) => line.replace(/"[^"]*"/g, "")).find((line) => /[,;\t|]/.test(line)) ?? "";
  const count = (mark: string) => header.split(mark).length;
  return [",", ";", "\t", "|"].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
