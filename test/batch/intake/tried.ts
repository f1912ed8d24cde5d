import { join } from "node:path";
import { IntakeError, type IntakeOptions } from "../../../grader/batch/intake/index.ts";
import { filesOf, makeSources, take } from "./fixture.ts";
import { buildZip } from "./zip-builder.ts";

export type Files = Readonly<Record<string, string | Buffer>>;

/** A zip file with these files. */
export const zipped = (files: Files): Buffer =>
  buildZip(Object.entries(files).map(([name, content]) => ({ name, content })));

/** What came of an input: of each submission its files, or why it cannot be graded; or why all was refused. */
export interface Tried {
  readonly submissions: Readonly<Record<string, Readonly<Record<string, string>> | string>>;
  readonly facts: Readonly<Record<string, { name: string; submittedAt: string | undefined; notes: readonly string[] }>>;
  readonly refused: readonly string[];
  readonly takenFor: readonly string[];
  readonly remarks: readonly string[];
}

const NOTHING: Tried = { submissions: {}, facts: {}, refused: [], takenFor: [], remarks: [] };

/** Takes in one source among these files, `input` unless it is named, and opens all that it holds. */
export async function tryInput(files: Files, options: Partial<IntakeOptions> = {}, source = "input"): Promise<Tried> {
  return tryFolder(makeSources(files), options, source);
}

export async function tryFolder(
  folder: string,
  options: Partial<IntakeOptions> = {},
  source = "input",
): Promise<Tried> {
  const takenFor: string[] = [];
  const remarks: string[] = [];
  const inside = (line: string) => line.replaceAll(`${folder}/`, "");
  try {
    const intakes = await take(folder, [source], {
      ...options,
      ...(options.roster !== undefined && { roster: join(folder, options.roster) }),
      onTakenFor: (line) => takenFor.push(inside(line)),
      onRemark: (line) => remarks.push(inside(line)),
    });
    const submissions: Record<string, Record<string, string> | string> = {};
    const facts: Record<string, { name: string; submittedAt: string | undefined; notes: readonly string[] }> = {};
    for (const intake of intakes) {
      const opened = await intake.open();
      submissions[intake.id] = "ungradable" in opened ? opened.ungradable : filesOf(opened);
      facts[intake.id] = { name: intake.name, submittedAt: opened.submittedAt, notes: opened.notes.map(inside) };
    }
    return { submissions, facts, refused: [], takenFor, remarks };
  } catch (error) {
    if (!(error instanceof IntakeError)) throw error;
    return { ...NOTHING, takenFor, remarks, refused: error.problems.map(inside) };
  }
}

/** The same files as a folder, as a zip, and as a zip of the folder, as Finder makes it. */
export async function tryAllWays(files: Files, options: Partial<IntakeOptions> = {}): Promise<readonly Tried[]> {
  const below = (start: string) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [start + name, text]));
  const again = { ...below("download/"), "download/.DS_Store": "x", "__MACOSX/download/._x": "x" };
  return [
    await tryInput(below("input/"), options),
    await tryInput({ "input.zip": zipped(files) }, options, "input.zip"),
    await tryInput({ "input.zip": zipped(again) }, options, "input.zip"),
  ];
}
