import { closeSync, existsSync, openSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { toJson } from "../../report/json.ts";
import type { GradingResult } from "../../run/result.ts";
import { UsageError } from "../input/usage-error.ts";
import type { Stdio } from "./stdio.ts";

/** The file that `--json` names. */
export class JsonFile {
  /** Throws `UsageError` when the file cannot be written: better known before the grading than after it. */
  constructor(private readonly path: string) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new UsageError(
        `--json ${path} is a folder; name a file, or put --json last to have results on standard output`,
      );
    }
    try {
      closeSync(openSync(path, "a"));
    } catch (error) {
      throw new UsageError(`--json ${path} cannot be written: ${reasonOf(error, path)}`);
    }
  }

  /** Gives false when it could not be written after all; the results then went to standard output. */
  write(result: GradingResult, stdio: Stdio): boolean {
    const json = toJson(result);
    try {
      writeFileSync(this.path, json);
      return true;
    } catch (error) {
      stdio.err.write(
        `error: --json ${this.path} cannot be written: ${reasonOf(error, this.path)}; the results are on standard output\n`,
      );
      stdio.out.write(json);
      return false;
    }
  }
}

function reasonOf(error: unknown, path: string): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" && !existsSync(dirname(path))) return `there is no folder ${dirname(path)}`;
  if (code === "EACCES" || code === "EPERM") return "no permission to write there";
  if (code === "EROFS") return "that file system is read-only";
  if (code === "ENOSPC") return "the disk is full";
  return error instanceof Error ? error.message : String(error);
}
