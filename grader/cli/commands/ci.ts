import { appendFileSync, lstatSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeGrader, type Policy, PolicyError } from "../../batch/index.ts";
import {
  annotationLines,
  CiError,
  type CiReport,
  conditions,
  EXIT_OF,
  emptyReport,
  FORMATS,
  type Gate,
  headline,
  logLines,
  prepareOut,
  replayCommand,
  ruleSentence,
  runCheck,
  SUMMARY_BYTES,
  summaryText,
} from "../../ci/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import { summaryLines } from "../../report/grading-report.ts";
import { DEFAULT_SEED } from "../../run/grade.ts";
import { describeHoles, prepareSandbox, type Sandbox } from "../../run/sandbox.ts";
import { makeTemporaryFolder } from "../../sandbox/temporary-folder.ts";
import { EXIT } from "../exit-code.ts";
import { defaultWorkers } from "../input/options.ts";
import { policyOf } from "../input/policy.ts";
import { selectLab } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import type { Stdio } from "../output/stdio.ts";
import { TraceFolder } from "../output/trace-folder.ts";
import { interruptible } from "../thread/interrupt.ts";

export interface CiOptions {
  /** Default: the current folder. */
  readonly repo?: string;
  /** Default: `GITHUB_EVENT_PATH`. */
  readonly event?: string;
  /** Instead of the base that the event names. */
  readonly base?: string;
  /** Relative to the repository. */
  readonly submission?: string;
  /** Policy file. */
  readonly config?: string;
  /** Default: `grade-ci`. */
  readonly out?: string;
  /** `ci.json` or `result.json` of the base. */
  readonly baseResult?: string;
  readonly minPoints?: number;
  /** Stages and scenarios that must pass. */
  readonly require?: readonly string[];
  /** `false` with `--no-worse`. */
  readonly worse: boolean;
  /** Minutes on two cores. */
  readonly budget?: number;
  readonly seed?: number;
  readonly runs?: number;
  readonly workers?: number;
  /** Absent: where it works. */
  readonly sandbox?: boolean;
}

const DEFAULT_OUT = "grade-ci";
/** In that folder: pages of failures, to be stepped through in a browser. */
const PAGES = "pages";
/** A run that used up its time would do so again. */
const WHICH_PAGES = { most: 5, verdicts: ["failed", "crashed"] } as const;

/** `grade ci [lab]`. Gives the exit status. */
export async function ciCommand(
  labs: readonly Lab[],
  labName: string | undefined,
  options: CiOptions,
  stdio: Stdio,
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const out = options.out ?? DEFAULT_OUT;
  const repo = options.repo ?? ".";
  let report: CiReport;
  const workDir = makeTemporaryFolder("ci");
  // Before that is through, nothing there may be touched.
  let isOurs = false;
  try {
    prepareOut(out, repo);
    isOurs = true;
    // Whatever comes of this check, nothing of an earlier one is taken for it; but it may be what this one is compared with.
    const base = options.baseResult === undefined ? undefined : resolve(options.baseResult);
    clear(out, (path) => path !== base);
    report = await checked(labs, labName, { ...options, repo, out }, workDir, stdio, env);
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    if (isOurs) clear(out);
    printError(stdio, error.message);
    return EXIT.usage;
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
  for (const { file, render } of FORMATS) {
    const text = render(report);
    if (text !== null) writeNew(join(out, file), text);
  }
  tell(report, out, stdio, env);
  return EXIT_OF[report.outcome];
}

/** Removes what an earlier check has written there. */
function clear(out: string, isMeant: (path: string) => boolean = () => true): void {
  for (const { file } of FORMATS) {
    const path = resolve(out, file);
    if (isMeant(path)) rmSync(path, { recursive: true, force: true });
  }
  const pages = resolve(out, PAGES);
  // What else somebody keeps there is not ours.
  if (lstatSync(pages, { throwIfNoEntry: false })?.isDirectory())
    for (const name of readdirSync(pages)) if (/^[\w-]+@\d+\.html$/.test(name)) rmSync(join(pages, name));
}

/** The report, whatever comes of it; throws what is no good on the command line itself. */
async function checked(
  labs: readonly Lab[],
  labName: string | undefined,
  options: CiOptions & { readonly repo: string; readonly out: string },
  workDir: string,
  stdio: Stdio,
  env: NodeJS.ProcessEnv,
): Promise<CiReport> {
  const targets =
    labName === undefined ? labs.map((lab) => ({ id: lab.id, lab, suites: lab.suites })) : [selectLab(labs, labName)];
  const event = options.event ?? unlessEmpty(env.GITHUB_EVENT_PATH);
  const { repo, base, submission, config, baseResult, seed, workers } = options;
  try {
    const policy = policyOf(
      config,
      options.runs,
      targets.map(({ lab }) => lab),
    );
    const sandbox = await chooseSandbox(options.sandbox);
    const { signal } = interruptible();
    const minutes = options.budget ?? policy.ci?.budgetMinutes;
    return await runCheck({
      targets,
      repo,
      ...(event !== undefined && { event }),
      ...(base !== undefined && { base }),
      ...(submission !== undefined && { submission }),
      ...(config !== undefined && { config }),
      ...(baseResult !== undefined && { baseResult }),
      ...(minutes !== undefined && { budgetMinutes: minutes }),
      policy,
      gate: gateOf(options, policy),
      seed: seed ?? DEFAULT_SEED,
      workers: workers ?? defaultWorkers(),
      sandbox,
      makeGrader,
      workDir,
      signal,
      onGraded: async ({ lab, scenarios, folder, result }) => {
        if (result.scenarios.every(({ verdict }) => verdict === "passed")) return;
        const path = join(options.out, PAGES);
        const replayed = { lab, scenarios, submission: folder, signal, sandbox };
        try {
          await new TraceFolder(path, path, WHICH_PAGES).write(result, replayed, (page) =>
            print(stdio, `page ${page}`),
          );
        } catch (error) {
          // A verdict stands without its pages.
          printError(stdio, `not all pages could be made: ${(error as Error).message}`);
        }
      },
      onStart: (line) => print(stdio, line),
    });
  } catch (error) {
    if (error instanceof PolicyError) return emptyReport("nothing-graded", error.problems.join("; "));
    if (error instanceof UsageError || error instanceof CiError) throw error;
    printError(stdio, error instanceof Error ? (error.stack ?? error.message) : String(error));
    return emptyReport("internal-error", "the grader itself went wrong; its log says where");
  }
}

function gateOf({ minPoints, require, worse }: CiOptions, { ci }: Policy): Gate {
  const least = minPoints ?? ci?.minPoints;
  return {
    ...(least !== undefined && { minPoints: least }),
    require: require ?? ci?.require ?? [],
    noWorse: !worse || ci?.noWorse === true,
  };
}

/** @param isWanted null: where it works. */
async function chooseSandbox(isWanted: boolean | undefined): Promise<Sandbox> {
  if (isWanted === false) return prepareSandbox("plain");
  const sandbox = await prepareSandbox("auto");
  const holes = sandbox.tier === "plain" ? sandbox.advice() : describeHoles(await sandbox.selfTest(), sandbox.problems);
  if (sandbox.tier !== "plain" && holes.length === 0) return sandbox;
  if (isWanted === true)
    throw new UsageError(`no sandbox works here, so nothing is graded with --sandbox: ${holes.join("; ")}`);
  const plain = await prepareSandbox("plain");
  const reason = holes.join("; ");
  return { ...plain, tier: "plain", problems: [{ tier: "full", reason }] };
}

/** Replaces a file; what lies there, a link perhaps, is not written through. */
function writeNew(path: string, text: string): void {
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, text, { flag: "wx" });
}

function tell(report: CiReport, out: string, stdio: Stdio, env: NodeJS.ProcessEnv): void {
  const { result } = report;
  if (result !== undefined && result.ungradable === undefined) {
    const suites = result.suites.map(({ id }) => ({ id, title: "" }));
    const context = { style: stdio.out.style, stages: suites, replayCommand };
    for (const line of summaryLines(result, context)) print(stdio, line);
  }
  for (const line of conditions(report)) print(stdio, line);
  for (const note of report.notes) print(stdio, `note: ${note}`);
  for (const rule of report.rules) print(stdio, `${rule.passed ? "ok" : "NOT"}: ${ruleSentence(rule)}`);
  print(stdio, `${headline(report)}; see ${join(out, "summary.md")}`);
  if (report.problem !== undefined) printError(stdio, report.problem);
  if (env.GITHUB_ACTIONS === "true") for (const line of annotationLines(report)) stdio.out.write(`${line}\n`);
  const summary = unlessEmpty(env.GITHUB_STEP_SUMMARY);
  if (summary !== undefined) addSummary(summary, report, stdio);
}

/** What others have written there counts, too. */
function addSummary(path: string, report: CiReport, stdio: Stdio): void {
  try {
    const taken = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    appendFileSync(path, summaryText(report, SUMMARY_BYTES - taken));
  } catch (error) {
    printError(stdio, `the summary cannot be written: ${(error as Error).message}`);
  }
}

/** In a log that is read for commands no line of ours is one; annotations alone are. */
function print(stdio: Stdio, text: string): void {
  for (const line of logLines(text)) stdio.out.write(`${line}\n`);
}

function printError(stdio: Stdio, text: string): void {
  for (const line of logLines(`error: ${text}`)) stdio.err.write(`${line}\n`);
}

function unlessEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
