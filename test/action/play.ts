import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { evaluateTemplate } from "./expressions.ts";

/**
 * Plays the steps of a composite action as a runner does: `run` in bash with the options that `shell: bash` has, inputs and
 * earlier outputs in `env`, outputs read from the file GITHUB_OUTPUT, and nothing more after the first step that fails.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#runs-for-composite-actions
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
 */
export interface Played {
  /** 0, or the status of the step that failed. */
  readonly status: number;
  /** All that the steps printed, on both streams. */
  readonly log: string;
  /** Names of the steps that ran. */
  readonly ran: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What the steps wrote into the summary of the job. */
  readonly summary: string;
}

export interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

export interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export function readAction(folder: string): ActionFile {
  return parse(readFileSync(join(folder, "action.yml"), "utf8"));
}

interface Job {
  /** A folder that takes the place of the runner's: `temp`, and files for outputs and summary, are made in it. */
  readonly machine: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Outputs of steps that are not run, by id. */
  readonly given?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Steps that use other actions, which are caches alone, find nothing and keep nothing. */
export function playAction(folder: string, { machine, inputs = {}, env = {}, given = {} }: Job): Played {
  const action = readAction(folder);
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? ""]);
  const context = {
    inputs: { ...Object.fromEntries(defaults), ...inputs },
    github: { token: env.TOKEN ?? "" },
    steps: Object.fromEntries(Object.entries(given).map(([id, outputs]) => [id, { outputs }])),
  };
  const summary = join(machine, "summary.md");
  const ran: string[] = [];
  let log = "";
  let status = 0;
  for (const [index, step] of action.runs.steps.entries()) {
    if (step.id !== undefined && step.id in given) continue;
    if (step.if !== undefined && evaluateTemplate(`\${{ ${step.if} }}`, context) !== "true") continue;
    ran.push(step.name);
    if (step.run === undefined) continue;
    const output = join(machine, `output-${index}`);
    writeFileSync(output, "");
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluateTemplate(value, context)]);
    const shell = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run], {
      cwd: machine,
      encoding: "utf8",
      env: {
        ...machineEnvironment(machine),
        ...env,
        ...Object.fromEntries(own),
        GITHUB_ACTION_PATH: folder,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
      },
    });
    log += shell.stdout + shell.stderr;
    if (step.id !== undefined) context.steps[step.id] = { outputs: readOutputs(output) };
    status = shell.status ?? 1;
    if (status !== 0) break;
  }
  const outputs = Object.entries(action.outputs ?? {}).map(([name, { value }]) => [
    name,
    evaluateTemplate(value, context),
  ]);
  return {
    status,
    log,
    ran,
    outputs: Object.fromEntries(outputs),
    summary: existsSync(summary) ? readFileSync(summary, "utf8") : "",
  };
}

function machineEnvironment(machine: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    LANG: "C.UTF-8",
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: machine,
    RUNNER_TEMP: join(machine, "temp"),
    RUNNER_OS: "Linux",
    RUNNER_ARCH: "X64",
  };
}

/** `name=value` lines: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter */
function readOutputs(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
