import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect, onTestFinished } from "vitest";
import { type Intake, type IntakeOptions, type Opened, takeIn } from "../../../grader/batch/intake/index.ts";

export const RAFT = "export class Raft {}\n";

/** A temporary folder with these files (path to content), gone when the test ends; `work` in it is intake's own. */
export function makeSources(files: Readonly<Record<string, string | Buffer>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "intake-test-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export function optionsIn(folder: string, more: Partial<IntakeOptions> = {}): IntakeOptions {
  return { mainFile: "raft", workDir: join(folder, "work"), ...more };
}

/** Takes in sources of the folder by their names. */
export function take(folder: string, names: readonly string[], more: Partial<IntakeOptions> = {}) {
  const sources = names.map((name) => join(folder, name));
  return takeIn(sources, optionsIn(folder, more));
}

/** Takes in one source that is one submission, and opens it. */
export async function open(folder: string, name: string, more: Partial<IntakeOptions> = {}): Promise<Opened> {
  const [intake, ...rest] = await take(folder, [name], more);
  expect(rest).toEqual([]);
  return (intake as Intake).open();
}

/** All files below a folder with their contents. */
export function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.sort().map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

export function filesOf(opened: Opened): Record<string, string> {
  if ("ungradable" in opened) throw new Error(`it is ungradable: ${opened.ungradable}`);
  return filesIn(opened.folder);
}

/** The one line that says why; nothing may lie outside the submission's own folder. */
export function reasonOf(opened: Opened): string {
  if (!("ungradable" in opened)) throw new Error("it was taken, and should not have been");
  expect(opened.ungradable).not.toMatch(/(?![ ])[\p{Cc}\p{Cf}]/u);
  expect(opened.ungradable).not.toBe("");
  return opened.ungradable;
}
