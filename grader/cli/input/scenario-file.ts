import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { languagesOf } from "../../../labs/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import type { Script } from "../../shrink/script.ts";
import { FILE_CHARS_MAX, type Languages, parseScript, ScriptError } from "../../shrink/text/parse.ts";
import { EntryError } from "../../submission/held/entry-error.ts";
import { readNamedFile } from "../../submission/held/named-file.ts";
import { oneLine } from "../../text/printable.ts";
import { UsageError } from "./usage-error.ts";

/** What scenario files are called. */
export const SCENARIO_SUFFIX = ".scenario";

/** A character takes three bytes at most, but for those that take two units. */
const MAX_BYTES = 3 * FILE_CHARS_MAX;

/** A scenario file that was read. */
export interface ScenarioFile {
  /** As it is named to people. */
  readonly name: string;
  readonly script: Script;
}

/** The scenario files that a path names: one, or all of a folder in the order of their names. Throws `UsageError`. */
export function readScenarioFiles(path: string, labs: readonly Lab[]): ScenarioFile[] {
  const languages = languagesOf(labs);
  return filesOf(path).map((file) => ({ name: file, script: read(file, languages) }));
}

function filesOf(path: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new UsageError(`there is no file or folder ${oneLine(path)}`);
  }
  if (!isFolder) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith(SCENARIO_SUFFIX));
  if (names.length === 0) throw new UsageError(`no file in ${oneLine(path)} ends in ${SCENARIO_SUFFIX}`);
  return names.sort().map((name) => join(path, name));
}

function read(file: string, languages: Languages): Script {
  try {
    return parseScript(readNamedFile(file, MAX_BYTES).toString("utf8"), languages);
  } catch (error) {
    if (error instanceof ScriptError) throw new UsageError(`${oneLine(file)}, ${error.message}`);
    if (error instanceof UsageError) throw error;
    if (error instanceof EntryError) throw new UsageError(`${oneLine(file)} ${error.problem}`);
    throw new UsageError(`${oneLine(file)} cannot be read: ${(error as Error).message}`);
  }
}
