import { createRequire } from "node:module";
import type { BuildOptions, BuildResult, Message } from "esbuild";
import type { SourcePlace } from "../run/result.ts";
import type { Role } from "../sim/role.ts";
import { refusedByEngine } from "./engine-check.ts";
import { ENTRY, importRules, RULES_NAME } from "./import-rules.ts";
import { membersOf } from "./members.ts";
import type { Submission } from "./open.ts";
import { BUNDLE_FILENAME, makeSourceMapper } from "./source-mapper.ts";
import { UngradableError } from "./ungradable.ts";

/** A submission as one piece of JavaScript. */
export interface Bundle {
  /**
   * The body of a function with the parameters `exports`, `module` and `__import`, in strict mode by its own directive.
   * It sets `module.exports` to an object that has the classes, and asks `__import(name)` for `consensus-labs` and for the
   * modules of Node that a realm has, under their `node:` names. It has no other tie to the world but globals.
   */
  readonly code: string;
  /** Source map, as JSON: from lines and columns of `code` to the student's files. */
  readonly sourceMap: string;
  /** Under which name the code is to be evaluated, so that stacks can be mapped back. */
  readonly filename: string;
  /** The student's files that it was made from, relative to the folder, sorted. */
  readonly inputs: readonly string[];
}

const OPTIONS = {
  bundle: true,
  format: "cjs",
  target: "es2022",
  platform: "neutral",
  write: false,
  metafile: true,
  outfile: BUNDLE_FILENAME,
  sourcemap: "external",
  sourcesContent: false,
  logLevel: "silent",
  charset: "utf8",
  entryPoints: [ENTRY],
  banner: { js: '"use strict";' },
  resolveExtensions: [".ts", ".mts", ".js", ".mjs", ".json"],
  // The student's own tsconfig and package.json are never asked: what is graded must not depend on them.
  tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true } },
  ignoreAnnotations: true,
  logOverride: {
    "unsupported-dynamic-import": "error",
    "unsupported-require-call": "error",
    "indirect-require": "error",
    "empty-import-meta": "error",
    "import-is-undefined": "error",
  },
} as const satisfies BuildOptions;

/**
 * Bundles a submission, of which nothing is run. Equal sources give equal bytes, wherever the folder lies.
 *
 * @throws UngradableError, with the place, on syntax errors, also those that the engine alone sees, forbidden imports, top-level await, and when a main file
 *   does not export its class.
 */
export async function bundleSubmission(submission: Submission): Promise<Bundle> {
  const result = await runEsbuild({ ...OPTIONS, absWorkingDir: submission.dir, plugins: [importRules(submission)] });
  if ("errors" in result) throw ungradable(submission, result.errors);
  const { metafile, outputFiles } = result.built;
  const common = submission.mains.findIndex((main) => metafile.inputs[main]?.format === "cjs");
  if (common >= 0) throw missingClass(submission, common, "module.exports is not how it is done");
  const code = outputFiles.find((file) => file.path.endsWith(".js"));
  const map = outputFiles.find((file) => file.path.endsWith(".map"));
  if (code === undefined || map === undefined) throw new Error("esbuild gave no code or no source map");
  checkEngine(submission, code.text, map.text);
  const inputs = Object.keys(metafile.inputs).filter((path) => !/^(submission|realm):/.test(path));
  return {
    code: code.text,
    sourceMap: withNames(map.text, code.text, submission.form.roles),
    filename: BUNDLE_FILENAME,
    inputs: inputs.sort(),
  };
}

/** What the bundler takes and the engine does not would be found by each host: it is told of here, with its place. */
function checkEngine({ main }: Submission, code: string, sourceMap: string): void {
  const refusal = refusedByEngine({ code, filename: BUNDLE_FILENAME });
  if (refusal === null) return;
  const { message, line, column } = refusal;
  const place = line === undefined || column === undefined ? null : makeSourceMapper(sourceMap).map(line, column);
  if (place === null) throw new UngradableError(`${main} cannot be loaded: ${message}`);
  throw new UngradableError(`syntax error: ${message}`, place);
}

type Outcome = { built: BuildResult<typeof OPTIONS> } | { errors: readonly Message[] };

let buildsRunning = 0;

async function runEsbuild(options: BuildOptions & typeof OPTIONS): Promise<Outcome> {
  // Required, not imported: looking for the names that it exports would take longer than a whole bundling.
  const esbuild = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  buildsRunning++;
  try {
    return { built: await esbuild.build(options) };
  } catch (error) {
    const errors = (error as { errors?: readonly Message[] }).errors;
    if (errors !== undefined && errors.length > 0) return { errors };
    if (!/service (was stopped|is no longer running)/.test(String(error))) throw error;
    throw new UngradableError("the bundler does not survive this source; is something in it nested extremely deep?");
  } finally {
    buildsRunning--;
    // Its process would stay for as long as ours otherwise.
    if (buildsRunning === 0) await esbuild.stop();
  }
}

/** The map with what stacks do not say: what classes were called, and where methods stand that the grader calls. */
function withNames(sourceMap: string, code: string, roles: readonly Role[]): string {
  return JSON.stringify({ ...JSON.parse(withClassNames(sourceMap, code)), x_members: membersOf(code, roles) });
}

/** A class that speaks of itself is `class _Raft` in the bundle; the map remembers what it was, for stacks. */
export function withClassNames(sourceMap: string, code: string): string {
  const names: Record<string, string> = {};
  for (let at = code.indexOf(CLASS); at >= 0; at = code.indexOf(CLASS, at + CLASS.length)) {
    const start = at + CLASS.length;
    let end = start;
    while (isWordLetter(code[end])) end++;
    const name = code.slice(start, end);
    // `Raft = class _Raft`, and not `aRaft = class _Raft`.
    const before = code[at - name.length - 1];
    if (name !== "" && code.endsWith(name, at) && !isWordLetter(before)) names[`_${name}`] = name;
  }
  return JSON.stringify({ ...JSON.parse(sourceMap), x_class_names: names });
}

const CLASS = " = class _";

function isWordLetter(letter: string | undefined): boolean {
  return letter !== undefined && /\w/.test(letter);
}

function ungradable(submission: Submission, errors: readonly Message[]): UngradableError {
  // Refused imports say more than what follows from them.
  const error = errors.find((candidate) => candidate.detail === "refused") ?? errors[0];
  if (error === undefined) return new UngradableError(`${submission.main} cannot be loaded`);
  // Our own rules went wrong, at a place of ours: no fault of whoever handed it in.
  if (error.pluginName === RULES_NAME && error.detail !== "refused") throw new Error(error.text);
  const place = placeOf(submission, error);
  if (place === undefined || place.file.startsWith("submission:")) {
    // The entry has one line for each role.
    const role = (error.location?.line ?? 1) - 1;
    if (/No matching export|will always be undefined/.test(error.text)) return missingClass(submission, role);
    if (/^Ambiguous import/.test(error.text)) return severalClasses(submission, role, error);
    return new UngradableError(`${submission.main} cannot be loaded: ${error.text}`);
  }
  return new UngradableError(describe(error), place);
}

/** What to do about errors that no hand has written: by what esbuild says, and by how the line begins. */
const ADVICE: readonly (readonly [text: RegExp, line: RegExp, advice: string])[] = [
  [/Unexpected "[\u2018-\u201f\u00ab\u00bb]"/, /^/, "a word processor wrote it: quotes in code are ' or \""],
  [/^Unexpected/, /^(?:<{7}|={7}|>{7})/, "a merge left its marks there: remove them, and what should not count"],
  [/Unexpected "\\x00"/, /^/, "the file is damaged from there on: save it anew"],
  [/Unexpected "\\u(?:200[b-f]|2060|feff)"/, /^/, "nobody sees that mark: delete the line, and type it anew"],
];

function describe(error: Message): string {
  if (error.detail === "refused") return error.text;
  if (/top-level await/i.test(error.text)) {
    return "`await` outside of a function is not possible in a peer; do the waiting in an async method";
  }
  switch (error.id) {
    case "unsupported-dynamic-import":
      return "import(…) is not possible in a peer; use an import statement at the top of the file";
    case "unsupported-require-call":
    case "indirect-require":
      return "`require` is not possible in a peer; use an import statement at the top of the file";
    case "empty-import-meta":
      return "import.meta does not exist in a peer";
  }
  if (/^No matching export|will always be undefined/.test(error.text)) return error.text;
  const line = error.location?.lineText ?? "";
  const advice = ADVICE.find(([text, start]) => text.test(error.text) && start.test(line))?.[2];
  return `syntax error: ${error.text}${advice === undefined ? "" : `; ${advice}`}`;
}

function placeOf({ contents }: Submission, error: Message): SourcePlace | undefined {
  if (error.location === null || error.location === undefined) return undefined;
  const { file, line, column, lineText } = error.location;
  // Where more was expected, esbuild points behind what we put after the source.
  const lines = contents.get(file)?.toString("utf8").split("\n");
  if (lines !== undefined && line > lines.length)
    return { file, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
  // esbuild counts bytes from 0, people characters from 1.
  return { file, line, column: Buffer.from(lineText).subarray(0, column).toString().length + 1 };
}

/** A role's main file exports its class from several files at once, by `export *`. */
function severalClasses({ mains, form }: Submission, roleIndex: number, { notes }: Message): UngradableError {
  const { className } = form.roles[roleIndex] as Role;
  const files = [...new Set(notes.flatMap(({ location }) => location?.file ?? []))];
  const from = files.length === 0 ? "" : `, of ${files.join(" and ")}`;
  return new UngradableError(
    `${mains[roleIndex]} exports several classes ${className}${from}: export one of them by its name`,
  );
}

/** A role's main file does not export its class: says what it has instead. */
function missingClass(submission: Submission, roleIndex: number, reason?: string): UngradableError {
  const main = submission.mains[roleIndex] as string;
  const { className } = submission.form.roles[roleIndex] as Role;
  const target = submission.links.find(({ path }) => path === main)?.target ?? main;
  const source = submission.contents.get(target)?.toString("utf8") ?? "";
  const wanted = `write \`export class ${className}\``;
  const declaration = new RegExp(`\\bclass\\s+${className}\\b`).exec(source);
  const isDefault = /\bexport\s+default\b|\bas\s+default\b/.test(source);
  if (reason !== undefined) return new UngradableError(`${main} does not export the class; ${reason}: ${wanted}`);
  if (isDefault) return new UngradableError(`${main} has a default export only; ${wanted} instead`);
  if (source.trim() === "") return new UngradableError(`${main} is empty; ${wanted} in it`);
  if (declaration === null) return new UngradableError(`${main} exports no class ${className}; ${wanted}`);
  const before = source.slice(0, declaration.index).split("\n");
  const place = { file: main, line: before.length, column: (before.at(-1) ?? "").length + 1 };
  return new UngradableError(`class ${className} is not exported; ${wanted}`, place);
}
