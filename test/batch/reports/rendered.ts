import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { FORMATS, type ReportInput } from "../../../grader/batch/reports/index.ts";
import { github } from "../../../grader/ci/index.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { scenarios } from "../fake-batch.ts";
import type { oddBatch } from "./odd-batch.ts";

export type OddBatch = Awaited<ReturnType<typeof oddBatch>>;

/** The scenario of the odd batch that is hidden until the deadline. */
export const HIDDEN = scenarios[1]?.id as string;

export const ALL_FORMATS = [...FORMATS, github];

export const golden = (name: string) => join(ROOT, "test/batch/reports/golden", name);

/** A format of one file, as text. */
export function whole(odd: OddBatch, name: string, more: Partial<ReportInput> = {}): string {
  const content = wholeBytes(odd, name, more);
  if (typeof content !== "string") throw new Error(`${name} is no text`);
  return content;
}

export function wholeBytes(odd: OddBatch, name: string, more: Partial<ReportInput> = {}): string | Uint8Array {
  const format = ALL_FORMATS.find((one) => one.name === name);
  if (format?.kind !== "whole") throw new Error(`${name} is no format of one file`);
  return format.render({ ...odd.input, ...more });
}

/** The files of one submission, by their endings; null where there is nothing to say. */
export function parts(odd: OddBatch, name: string, id: string, isDue = false): Readonly<Record<string, string | null>> {
  const format = ALL_FORMATS.find((one) => one.name === name);
  const result = odd.batch.find(id);
  if (format?.kind !== "each" || result === undefined) throw new Error(`no ${name} of ${id}`);
  return Object.fromEntries(
    format.parts.map(({ ending, render }) => [ending, render(result, { ...odd.input, isDue })]),
  );
}

/** The one file of one submission. */
export function part(odd: OddBatch, name: string, id: string, isDue = false): string {
  const [text, ...more] = Object.values(parts(odd, name, id, isDue));
  if (typeof text !== "string" || more.length > 0) throw new Error(`${name} of ${id} is not one file`);
  return text;
}

export const table = (csv: string) => parse(csv, { columns: true, bom: true }) as Record<string, string>[];
export const rows = (csv: string) => parse(csv, { relax_column_count: true }) as string[][];
