import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import type * as z from "zod";
import { EntryError } from "../../submission/held/entry-error.ts";
import { readNamedFile } from "../../submission/held/named-file.ts";
import { yamlFlaw } from "../../text/yaml-flaw.ts";
import { CorpusError } from "./corpus-error.ts";
import { corpusFile, type Edit, type Entry, type Finding } from "./format.ts";

/** A file of a corpus has a hundredth of it. */
const MAX_BYTES = 20_000_000;

/** A submission that is known to be wrong, or right. */
export interface CorpusEntry {
  readonly id: string;
  readonly kind: "wrong" | "right";
  /** The file that describes it, or the folder itself. */
  readonly file: string;
  readonly summary: string;
  readonly source?: string;
  readonly stage?: string;
  readonly expects?: readonly Finding[];
  readonly needs?: string;
  readonly weak: boolean;
  /** It may fail in stages before its own. */
  readonly failsBefore: boolean;
  /** Why it has no effect; such an entry is not played. */
  readonly noEffect?: string;
  /** The folder to take, and what to change in it. */
  readonly folder: string;
  readonly edits: readonly Edit[];
}

/**
 * Reads corpus folders: every `*.yaml` file in them, and every folder in them that holds the main file. Throws
 * `CorpusError` with file and id on whatever does not fit; patches are not applied yet.
 */
export function loadCorpus(
  folders: { readonly wrong: readonly string[]; readonly right: readonly string[] },
  /** The main file without its extension, as the lab's peer interface says. */
  mainFile: string,
  /** Ids of the lab's suites. */
  stages: readonly string[],
): readonly CorpusEntry[] {
  const entries = (["wrong", "right"] as const).flatMap((kind) =>
    folders[kind].flatMap((folder) => loadFolder(folder, kind, mainFile)),
  );
  const seen = new Map<string, CorpusEntry>();
  for (const entry of entries) {
    const first = seen.get(entry.id);
    if (first !== undefined)
      throw new CorpusError(`${entry.file}: ${entry.id} is there already, in ${first.file}; ids are unique`);
    seen.set(entry.id, entry);
    if (entry.stage !== undefined && !stages.includes(entry.stage))
      throw new CorpusError(`${entry.file}: ${entry.id}: there is no stage ${entry.stage}; use ${stages.join(", ")}`);
  }
  return entries;
}

function loadFolder(folder: string, kind: CorpusEntry["kind"], mainFile: string): CorpusEntry[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new CorpusError(`there is no folder ${folder}; name one with known-${kind} submissions`);
  const names = readdirSync(folder).sort();
  const described = names
    .filter((name) => /\.ya?ml$/.test(name))
    .flatMap((name) => loadFile(join(folder, name), kind, mainFile));
  // A base that wrong ones are made from is right itself; one of right ones is one of them.
  const taken = new Set(
    described.filter((entry) => kind === "wrong" || entry.edits.length === 0).map((entry) => resolve(entry.folder)),
  );
  const whole = names
    .map((name) => join(folder, name))
    .filter((path) => holdsMain(path, mainFile) && !taken.has(resolve(path)))
    .map((path) => ({
      id: basename(path),
      kind,
      file: path,
      summary: "",
      weak: false,
      failsBefore: true,
      folder: path,
      edits: [],
    }));
  const entries = [...described, ...whole];
  if (entries.length === 0)
    throw new CorpusError(`${folder} holds no submissions: neither *.yaml nor folders with ${mainFile}.ts`);
  return entries;
}

function contentOf(file: string): string {
  try {
    return readNamedFile(file, MAX_BYTES).toString("utf8");
  } catch (error) {
    if (error instanceof EntryError) throw new CorpusError(error.message);
    throw error;
  }
}

function loadFile(file: string, kind: CorpusEntry["kind"], mainFile: string): CorpusEntry[] {
  const document = parseDocument(contentOf(file));
  const [problem] = document.errors;
  if (problem !== undefined) {
    const at = problem.linePos?.[0];
    const first = yamlFlaw(problem)
      .split("\n")[0]
      ?.replace(/ at line \d+, column \d+:?$/, "");
    throw new CorpusError(`${file}${at === undefined ? "" : `:${at.line}:${at.col}`}: ${first}`);
  }
  const data: unknown = document.toJS();
  const parsed = corpusFile.safeParse(data);
  if (!parsed.success) throw new CorpusError(`${file}: ${describeIssue(parsed.error, data)}`);
  const { base, home = ".", submissions } = parsed.data;
  return submissions.map((entry) => toCorpusEntry(entry, { file, kind, mainFile, base, home }));
}

function toCorpusEntry(
  entry: Entry,
  from: { file: string; kind: CorpusEntry["kind"]; mainFile: string; base: string | undefined; home: string },
): CorpusEntry {
  const { id, summary, source, stage, expects, needs, edits = [], effect, why } = entry;
  const bad = (message: string) => new CorpusError(`${from.file}: ${id}: ${message}`);
  if (from.kind === "wrong" && needs !== undefined) throw bad("`needs` is for right submissions");
  if (from.kind === "right" && (stage !== undefined || expects !== undefined))
    throw bad("a right submission fails nowhere, so it has neither `stage` nor `expects`");
  if (from.kind === "wrong" && effect === undefined && (stage === undefined) !== (expects === undefined))
    throw bad("`stage` and `expects` go together: the first suite that must fail it, and what it may say");
  if (edits.length > 0 && from.base === undefined) throw bad("it has edits, but the file names no `base` folder");
  const folder = join(dirname(from.file), edits.length > 0 ? (from.base ?? "") : join(from.home, id));
  if (effect === undefined && !holdsMain(folder, from.mainFile))
    throw bad(
      edits.length > 0
        ? `its base ${folder} holds no ${from.mainFile}.ts`
        : `it has no edits, so there must be a folder ${folder} with ${from.mainFile}.ts`,
    );
  return {
    id,
    kind: from.kind,
    file: from.file,
    summary,
    ...(source !== undefined && { source }),
    ...(stage !== undefined && { stage }),
    ...(expects !== undefined && { expects }),
    ...(needs !== undefined && { needs }),
    weak: entry.weak ?? false,
    failsBefore: entry["stage-before"] === false,
    ...(effect !== undefined && { noEffect: why ?? "" }),
    folder,
    edits,
  };
}

function holdsMain(folder: string, mainFile: string): boolean {
  return [`${mainFile}.ts`, `${mainFile}.js`].some((name) => existsSync(join(folder, name)));
}

/** The first thing that is wrong with a file's data, with the id it belongs to. */
function describeIssue(error: z.ZodError, data: unknown): string {
  const [issue] = error.issues;
  if (issue === undefined) return "it cannot be read";
  const path = [...issue.path];
  let where = "";
  if (path[0] === "submissions" && typeof path[1] === "number") {
    const id = (data as { submissions: { id?: unknown }[] }).submissions[path[1]]?.id;
    where = `${typeof id === "string" ? id : `submission ${path[1] + 1}`}: `;
    path.splice(0, 2);
  }
  return `${where}${path.length > 0 ? `${path.join(".")}: ` : ""}${issue.message}`;
}
