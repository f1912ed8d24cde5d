import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { shown } from "../batch/index.ts";
import { gradingResultSchema } from "../report/schema.ts";
import type { GradingResult } from "../run/result.ts";
import { type CiReport, ciReportSchema } from "./model/report.ts";

/** Far more than a report has: a result is bounded, and a thousand scenarios that all fail have less. */
const REPORT_BYTES = 64 * 1024 * 1024;

/** An earlier result, and the check that it is of where that is known: only of such a one it is known how it was made. */
export interface BaseResult {
  readonly result: GradingResult;
  readonly report?: CiReport;
}

/** Reads a `ci.json` or `result.json`. Gives a sentence about why it cannot be used, when it cannot. */
export function readBaseResult(path: string): BaseResult | string {
  const data = readJson(path);
  if (typeof data === "string") return `the base's result ${shown(path)} ${data}`;
  const parsed = ciReportSchema.safeParse(data.value);
  if (parsed.success) {
    const report = parsed.data as CiReport;
    if (report.result !== undefined) return { result: report.result, report };
    return `the base's result ${shown(path)} is of a check that graded nothing`;
  }
  const result = gradingResultSchema.safeParse(data.value);
  if (result.success) return { result: result.data as GradingResult };
  return `the base's result ${shown(path)} is neither a ci.json nor a result.json of this grader`;
}

/** Reads the report of a check, whoever made it. Gives a sentence about why it cannot be used, when it cannot. */
export function readReport(path: string): CiReport | string {
  const data = readJson(path);
  if (typeof data === "string") return `${shown(path)} ${data}`;
  const parsed = ciReportSchema.safeParse(data.value);
  if (parsed.success) return parsed.data as CiReport;
  const [issue] = parsed.error.issues;
  return `${shown(path)} is no report of a check: ${shown(issue?.path.join(".") || "its top")} is not as it must be`;
}

/** What is wrong with a file, to be put behind its name, or the value in it. No link is followed. */
function readJson(path: string): string | { readonly value: unknown } {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW = 0 } = constants;
  let fd: number | undefined;
  try {
    fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    const stats = fstatSync(fd);
    if (!stats.isFile()) return "is no file";
    if (stats.size > REPORT_BYTES) return `has more than ${REPORT_BYTES} bytes`;
    return { value: JSON.parse(readFileSync(fd, "utf8")) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof SyntaxError || error instanceof RangeError) return "is no JSON";
    return code === "ENOENT"
      ? "is not there"
      : code === "ELOOP"
        ? "is a link"
        : `cannot be read (${code ?? "unknown"})`;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
