import { chmodSync } from "node:fs";
import { join } from "node:path";
import { folderWith, ROOT } from "../cli/run-cli.ts";

/** What makes a grading cheap, and needs nothing of the machine. */
export const CHEAP = ["--only", "lab2a/initial-election", "--runs", "1", "--no-sandbox"];

/** A PATH in which `npx --no grade` is the command line that was built here; what it is asked to grade, it grades cheaply. */
export function pathWithGrade(): string {
  const cli = join(ROOT, "dist/cli.js");
  return pathWith(
    `[ "$1 $2" = "--no grade" ] || exit 9; shift 2\n[ "$1" = batch ] && set -- "$@" ${CHEAP.join(" ")}\nexec '${process.execPath}' '${cli}' "$@"`,
  );
}

/** A PATH in which `npx` prints its words, one a line, and does nothing. */
export function pathThatTells(): string {
  return pathWith('printf "%s\\n" "$@"');
}

function pathWith(body: string): string {
  const folder = folderWith({ npx: `#!/bin/bash\n${body}\n` });
  chmodSync(join(folder, "npx"), 0o755);
  return `${folder}:${process.env.PATH}`;
}
