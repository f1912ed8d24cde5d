import { closeSync, existsSync, openSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../input/usage-error.ts";
import { requireNothingLost } from "./nothing-lost.ts";
import type { Stdio } from "./stdio.ts";

/** A file that an option names for results. */
export class OutputFile {
  /** Throws `UsageError` when the file cannot be written: better known before the grading than after it. */
  constructor(
    private readonly option: string,
    private readonly path: string,
  ) {
    requireNoFolder(option, path);
    requireNothingLost(option, path);
    try {
      closeSync(openSync(path, "a"));
    } catch (error) {
      throw new UsageError(`${option} ${path} cannot be written: ${reasonOf(error, path)}`);
    }
  }

  /** Gives false when it could not be written after all; the text then went to standard output. */
  write(text: string, stdio: Stdio): boolean {
    try {
      writeFileSync(this.path, text);
      return true;
    } catch (error) {
      stdio.err.write(
        `error: ${this.option} ${this.path} cannot be written: ${reasonOf(error, this.path)}; the results are on standard output\n`,
      );
      stdio.out.write(text);
      return false;
    }
  }
}

/** Throws `UsageError` when no file can be at that place. Makes none there: perhaps there will be nothing to write. */
export function requirePlace(option: string, path: string): void {
  requireNoFolder(option, path);
  requireNothingLost(option, path);
  if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${option} ${path} cannot be written: there is no folder ${dirname(path)}`);
  }
}

function requireNoFolder(option: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  const other = option === "--json" ? ", or put --json last to have results on standard output" : "";
  throw new UsageError(`${option} ${path} is a folder; name a file${other}`);
}

/** Why a file cannot be written, in a few words. */
export function reasonOf(error: unknown, path: string): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" && !existsSync(dirname(path))) return `there is no folder ${dirname(path)}`;
  if (code === "EACCES" || code === "EPERM") return "no permission to write there";
  if (code === "EROFS") return "that file system is read-only";
  if (code === "ENOSPC") return "the disk is full";
  return error instanceof Error ? error.message : String(error);
}
