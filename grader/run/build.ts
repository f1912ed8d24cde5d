import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Confinement, PLAIN } from "../sandbox/confine/confinement.ts";
import { type Job, type JobLimits, type JobOutcome, runJob, runProgram } from "../sandbox/confine/job.ts";
import type { Bind } from "../sandbox/confine/programs.ts";
import type { Sandbox } from "../sandbox/confine/sandbox.ts";
import { distFile, packageRoot } from "../sandbox/dist-file.ts";
import { type BuildAnswer, parseBuildAnswer } from "../submission/build-answer.ts";
import { type BuildOrder, makeBuildOrder } from "../submission/build-order.ts";
import {
  type Bundle,
  type CheckCache,
  COMPILER_RAN,
  type RunCompiler,
  type Submission,
  typeCheck,
  UngradableError,
} from "../submission/index.ts";
import type { TypeProblem } from "./result.ts";

const MB = 1024 * 1024;

/**
 * What building one submission may take. Its sources have 2 MB at most, and what is made of them 11 MB, unless something in them
 * is put down many times over. The thread that all submissions share holds several copies of it.
 */
export const BUILD_LIMITS: JobLimits = {
  wallMs: 120_000,
  cpuMs: 30_000,
  residentBytes: 1024 * MB,
  outputBytes: 16 * MB,
  temporaryBytes: 64 * MB,
  resources: { dataBytes: 4096 * MB, cpuSeconds: 30, fileBytes: 32 * MB, openFiles: 1024, processes: 512 },
};

export interface BuildOptions {
  readonly sandbox?: Sandbox;
  readonly limits?: Partial<JobLimits>;
  /** Remembers checks of types. In a sandbox it is not asked: what a submission can write to is not believed there. */
  readonly cache?: CheckCache;
}

/** What is being made of a submission. */
export interface Build {
  /** Rejects with UngradableError when it cannot be loaded, or when building it takes too much. */
  readonly bundle: Promise<Bundle>;
  /** Never rejects: a compiler that cannot be run, or takes too much, takes nothing away from a grading. */
  readonly types: Promise<readonly TypeProblem[]>;
}

/**
 * Bundles a submission and checks its types, each in a process of its own under limits of its own, whose answer is checked.
 * Without a sandbox it is a plain process, under the limits that a watch can keep.
 *
 * Such a process may start others (a filter of system calls that forbids it would forbid the bundler and the compiler,
 * which are programs of their own), but it runs nothing of the submission: what could go wrong is that a source makes
 * one of them take too much, or finds a fault in it. So they see no file but their own and the submission's, no network,
 * and are limited in number.
 */
export function buildSubmission(submission: Submission, options: BuildOptions = {}): Build {
  const { sandbox, cache } = options;
  const limits = { ...BUILD_LIMITS, ...options.limits };
  const bundle = buildBundle(submission, sandbox?.confinement, limits);
  const check = () =>
    sandbox === undefined
      ? typeCheck(submission, limitedCompiler(limits), cache)
      : checkTypes(submission, sandbox.confinement, limits);
  const checkAgain = sandbox === undefined ? check : () => [];
  // The runs wait for the bundle, and nobody for this: it begins when they do.
  const types = bundle.then(check, check).catch(checkAgain);
  return { bundle, types: types.catch(() => []) };
}

/** Bundles a submission, as `buildSubmission` does. */
export async function buildBundle(
  submission: Submission,
  confinement: Confinement = PLAIN,
  limits: JobLimits = BUILD_LIMITS,
): Promise<Bundle> {
  // A machine that has no time for it may have so another time; what a source takes of computing stays the same.
  const isChance = (outcome: JobOutcome) => outcome.kind === "limit" && outcome.limit === "wall";
  const answer = await runBuild(makeBuildOrder(submission, "bundle"), confinement, limits, isChance);
  if (answer.kind === "bundle") return answer.bundle;
  if (answer.kind !== "ungradable") throw new Error("the build process answered what it was not asked");
  // The place stands in the message already.
  const prefix = answer.place === undefined ? "" : `${answer.place.file}:${answer.place.line}:${answer.place.column}: `;
  throw new UngradableError(answer.message.slice(prefix.length), answer.place);
}

/** The compiler is a program of its own: where nothing is to be kept from it, no process is needed that starts it. */
function limitedCompiler(limits: JobLimits): RunCompiler {
  return async (compiler, args, cwd) => {
    const outcome = await runProgram(compiler, args, cwd, limits);
    if (outcome.kind === "done") return { output: outcome.output, code: 0 };
    if (outcome.kind === "failed" && outcome.code !== null && COMPILER_RAN.includes(outcome.code))
      return { output: outcome.output, code: outcome.code };
    throw new Error(`the TypeScript compiler did not come to its end: ${outcome.kind}`);
  };
}

async function checkTypes(
  submission: Submission,
  confinement: Confinement,
  limits: JobLimits,
): Promise<readonly TypeProblem[]> {
  // Nobody is told that it did not come to its end, and the compiler has a time limit of its own: whatever it was, once more.
  const isChance = (outcome: JobOutcome) => outcome.kind !== "done";
  const answer = await runBuild(makeBuildOrder(submission, "types"), confinement, limits, isChance);
  return answer.kind === "types" ? answer.problems : [];
}

/** `isChance`: what came of it may be due to the machine, so that it is tried once more. */
async function runBuild(
  order: BuildOrder,
  confinement: Confinement,
  limits: JobLimits,
  isChance: (outcome: JobOutcome) => boolean,
): Promise<BuildAnswer> {
  const script = distFile("build-submission.js");
  const job: Job = { files: buildFiles(script), args: [script], input: JSON.stringify(order), limits };
  let outcome = await runJob(confinement, job);
  if (isChance(outcome)) outcome = await runJob(confinement, job);
  if (outcome.kind === "limit")
    throw new UngradableError(`building it took more than ${limitText(outcome.limit, limits)}`);
  if (outcome.kind === "failed") throw new Error(`the submission could not be built: ${outcome.reason}`);
  return parseBuildAnswer(outcome.output);
}

function limitText(limit: "wall" | "cpu" | "memory" | "output", limits: JobLimits): string {
  switch (limit) {
    case "wall":
      return `${limits.wallMs / 1000} s`;
    case "cpu":
      return `${limits.cpuMs / 1000} s of computing`;
    case "memory":
      return `${Math.round(limits.residentBytes / MB)} MB of memory`;
    case "output":
      return `${Math.round(limits.outputBytes / MB)} MB of output`;
  }
}

let knownFiles: Bind[] | undefined;

/** What the bundler and the compiler need, where each is looked for: nothing else of this package is shown. */
function buildFiles(script: string): Bind[] {
  if (knownFiles === undefined) {
    const platform = `${process.platform}-${process.arch}`;
    const root = packageRoot();
    const own = ["package.json", "labs/api", "dist/api"].map((path) => join(root, path));
    const packages = ["esbuild", `@esbuild/${platform}`, "typescript", `@typescript/typescript-${platform}`];
    knownFiles = [
      script,
      ...own.filter((path) => existsSync(path)),
      ...packages.map((name) => packagePath(name, root)),
    ].map((path) => [realpathSync(path), path]);
  }
  return knownFiles;
}

/** The folder of a package as it is found from here, which may be a link. */
function packagePath(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) throw new Error(`the package ${name} is not installed`);
  }
}
