import { CommanderError } from "commander";
import { printable } from "../text/printable.ts";
import { EXIT } from "./exit-code.ts";
import { keptByNpm } from "./input/npm-options.ts";
import { withEqualsSigns } from "./input/own-layers.ts";
import { isForUsers, UsageError } from "./input/usage-error.ts";
import { internalErrorText } from "./output/internal-error.ts";
import type { Stdio } from "./output/stdio.ts";
import { makeProgram } from "./program.ts";

/**
 * Runs one command line in this thread, and gives its exit status; what is under way then may go on until the process ends.
 * `argv`: as in `process.argv`, so that what was typed begins at the third word. Never throws.
 */
export async function runCommand(argv: readonly string[], stdio: Stdio): Promise<number> {
  let exitCode: number = EXIT.passed;
  try {
    // Known to labs, for which nothing else should wait.
    const isAsked = argv.some((word) => word === "--help" || word === "-h");
    const help = isAsked ? (await import("./help/help.ts")).helpFor(argv.slice(2)) : "";
    const program = makeProgram(stdio, help, (code) => {
      exitCode = code;
    });
    const kept = keptByNpm(argv.slice(2), process.env);
    if (kept !== null) throw new UsageError(kept);
    await program.parseAsync(withEqualsSigns(argv));
  } catch (error) {
    exitCode = reportError(error, stdio);
  }
  return exitCode;
}

/** Tells the user what went wrong, and gives the exit status. */
export function reportError(error: unknown, { err }: Stdio): number {
  // Commander has printed its own message already, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.passed : EXIT.usage;
  if (isForUsers(error)) {
    err.write(`error: ${printable(error.message)}\n`);
    return EXIT.usage;
  }
  err.write(internalErrorText(error));
  return EXIT.internalError;
}
