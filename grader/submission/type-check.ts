import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TypeProblem } from "../run/result.ts";
import { makeTemporaryFolder } from "../sandbox/temporary-folder.ts";
import { cutText, TEXT_LIMITS, TYPE_PROBLEMS_MAX } from "../text/cut.ts";
import { linesOf } from "../text/lines.ts";
import type { CheckCache } from "./check-cache.ts";
import { layOut } from "./lay-out.ts";
import { adviceFor, isForeignBuiltin } from "./modules.ts";
import type { Submission } from "./open.ts";

const TIME_LIMIT_MS = 30_000;
const OUTPUT_LIMIT_BYTES = 4_000_000;

/** As strict as the skeleton's own tsconfig, but silent about style and about what is not used yet. */
const COMPILER_OPTIONS = {
  target: "es2023",
  lib: ["es2023"],
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  types: [],
  noEmit: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  allowJs: true,
  allowImportingTsExtensions: true,
  experimentalDecorators: true,
  resolveJsonModule: true,
  skipLibCheck: true,
};

/** What a compiler that came to an end of its own printed, and its exit code. */
export interface CompilerRun {
  readonly output: string;
  readonly code: number;
}

/** Runs the compiler in a folder; rejects when it came to no end of its own. */
export type RunCompiler = (compiler: string, args: readonly string[], cwd: string) => Promise<CompilerRun>;

/** Exit codes of a compiler that ran, and has nothing or something to say. */
export const COMPILER_RAN = [0, 1, 2];

/** One thread takes a quarter less CPU time, and for so few files hardly longer. */
const ARGUMENTS = ["--pretty", "false", "--singleThreaded"];

/**
 * Checks the types of a submission against the student API and the globals of a realm. What is checked is what was read
 * when the submission was opened, laid out by itself: the student's own tsconfig and packages have no part in it, and
 * nothing of the submission is run. So it is a function of the sources, the API and the compiler, and `cache` may know it.
 *
 * @returns the problems in the student's files, in order of file and line; empty when there are none.
 * @throws when the compiler itself cannot be run: never because of what it finds.
 */
export async function typeCheck(
  submission: Submission,
  run: RunCompiler = runCompiler,
  cache?: CheckCache,
): Promise<TypeProblem[]> {
  const api = studentApi();
  const key = cache === undefined ? "" : keyOf(submission, api);
  const known = cache?.get(key) ?? null;
  if (known !== null) return parseProblems(known);
  const { output, code } = await compile(submission, api, run);
  // One that died with such a code of its own says nothing of the sources.
  if (code !== 0 && !output.includes(MARK)) throw new Error("the TypeScript compiler failed, and does not say what at");
  cache?.put(key, output);
  return parseProblems(output);
}

async function compile(submission: Submission, api: StudentApi, run: RunCompiler): Promise<CompilerRun> {
  const compiler = await findCompiler();
  const { project, sources, remove } = writeProject(submission, api);
  try {
    const { output, code } = await run(compiler, ["-p", project, ...ARGUMENTS], sources);
    // Some messages name a file by its whole path, which is nobody's.
    return { output: output.replaceAll(`${sources}/`, ""), code };
  } finally {
    remove();
  }
}

/** SHA-256 of all that the outcome follows from. */
function keyOf({ hash, mains }: Submission, { folder }: StudentApi): string {
  const key = createHash("sha256");
  const add = (part: string | Buffer) => key.update(`${Buffer.byteLength(part)}:`).update(part);
  add(JSON.stringify([COMPILER_OPTIONS, ARGUMENTS, mains, hash]));
  add(readFileSync(createRequire(import.meta.url).resolve("typescript/package.json")));
  const typings = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  for (const path of typings.sort()) {
    add(path);
    add(readFileSync(join(folder, path)));
  }
  return key.digest("hex");
}

/** The native executable: starting it through Node costs half a second more. */
async function findCompiler(): Promise<string> {
  const packageJson = createRequire(import.meta.url).resolve("typescript/package.json");
  const finder = await import(pathToFileURL(join(dirname(packageJson), "lib/getExePath.js")).href);
  return finder.default();
}

/** The submission by itself in a temporary folder, and beside it a project that names its main file. */
function writeProject(submission: Submission, api: StudentApi) {
  const folder = realpathSync(makeTemporaryFolder("types"));
  const remove = () => {
    process.off("exit", remove);
    rmSync(folder, { recursive: true, force: true });
  };
  // An interrupted grading must not leave it behind.
  process.on("exit", remove);
  const sources = join(folder, "submission");
  const project = join(folder, "tsconfig.json");
  mkdirSync(sources);
  layOut(submission, sources);
  const config = {
    compilerOptions: { ...COMPILER_OPTIONS, paths: { "consensus-labs": [api.index], "consensus-labs/*": [api.parts] } },
    files: [...new Set(submission.mains)].map((main) => join(sources, main)).concat(api.globals),
  };
  writeFileSync(project, JSON.stringify(config));
  return { project, sources, remove };
}

interface StudentApi {
  readonly folder: string;
  readonly index: string;
  /** Those of `consensus-labs/*`. */
  readonly parts: string;
  readonly globals: string;
}

/** Where the types of the student API are: beside the sources, or in the built package. */
function studentApi(): StudentApi {
  const root = dirname(createRequire(import.meta.url).resolve("consensus-labs/package.json"));
  const sources = join(root, "labs/api");
  const folder = existsSync(join(sources, "index.ts")) ? sources : join(root, "dist/api");
  const index = folder === sources ? "index.ts" : "index.d.ts";
  const parts = join(folder, index.replace("index", "*"));
  return { folder, index: join(folder, index), parts, globals: join(folder, "globals.d.ts") };
}

/** For a process that is limited itself. */
function runCompiler(compiler: string, args: readonly string[], cwd: string): Promise<CompilerRun> {
  return new Promise((resolve, reject) => {
    const options = { cwd, timeout: TIME_LIMIT_MS, maxBuffer: OUTPUT_LIMIT_BYTES };
    execFile(compiler, args, options, (error, output) => {
      const code = error === null ? 0 : Number(error.code ?? -1);
      if (COMPILER_RAN.includes(code)) resolve({ output, code });
      else reject(new Error(`the TypeScript compiler could not be run: ${error?.message}`));
    });
  });
}

/** Reads what the compiler printed. */
export function parseProblems(output: string): TypeProblem[] {
  const problems: TypeProblem[] = [];
  let current: { -readonly [Key in keyof TypeProblem]: TypeProblem[Key] } | null = null;
  for (const text of linesOf(output)) {
    const problem = parseProblem(text.endsWith("\r") ? text.slice(0, -1) : text);
    if (problem !== null) {
      if (problems.length >= TYPE_PROBLEMS_MAX) break;
      current = problem;
      if (isOwn(problem.file)) problems.push(problem);
    } else if (current !== null && text.startsWith(" ") && text.trim() !== "") {
      current.message += `\n${text.trimEnd()}`;
    }
  }
  return problems.map((problem) => ({ ...problem, message: cutText(problem.message, TEXT_LIMITS.message) }));
}

/**
 * Reads `raft.ts(12,5): error TS2345: …`; null when it is none. A name may have anything in it but line ends, so each opening
 * parenthesis is tried once.
 */
function parseProblem(line: string): TypeProblem | null {
  for (let at = line.indexOf("("); at > 0; at = line.indexOf("(", at + 1)) {
    const row = digitsAt(line, at + 1);
    const column = line[row.end] === "," ? digitsAt(line, row.end + 1) : NO_DIGITS;
    const code = line.startsWith(MARK, column.end) ? digitsAt(line, column.end + MARK.length) : NO_DIGITS;
    if (row.text === "" || column.text === "" || code.text === "" || !line.startsWith(": ", code.end)) continue;
    return {
      file: cutText(line.slice(0, at), TEXT_LIMITS.name),
      line: Number(row.text),
      column: Number(column.text),
      code: `TS${code.text}`,
      message: withAdvice(cutText(line.slice(code.end + 2), TEXT_LIMITS.message)),
    };
  }
  return null;
}

const MARK = "): error TS";
const NO_DIGITS = { text: "", end: 0 };

function digitsAt(line: string, start: number): { readonly text: string; readonly end: number } {
  let end = start;
  while (line[end] !== undefined && (line[end] as string) >= "0" && (line[end] as string) <= "9") end++;
  return { text: line.slice(start, end), end };
}

/** Paths are relative to the submission's folder, where the compiler ran. */
function isOwn(file: string): boolean {
  return !isAbsolute(file) && !file.startsWith("..");
}

/** The compiler advises to install what would not help here. */
function withAdvice(message: string): string {
  const [, kind, name] =
    /^Cannot find (module|name) '([^']+)'(?:\. Do you need to|.*type declarations)/.exec(message) ?? [];
  if (kind === undefined || name === undefined) return message;
  if (name.startsWith("node:") || (kind === "module" && isForeignBuiltin(name))) {
    return `Cannot import '${name}': ${adviceFor(name)}.`;
  }
  return kind === "name" ? `Cannot find name '${name}'. It does not exist in a peer${adviceForGlobal(name)}` : message;
}

function adviceForGlobal(name: string): string {
  if (name === "require") return ": use an import statement at the top of the file.";
  const module = name.toLowerCase();
  return isForeignBuiltin(module) ? `: ${adviceFor(module)}.` : ".";
}
