/** A student's project, as files beside the skeleton: in a kit, and in a folder that `grade init` makes. */
import type { Lab } from "../harness/scenario.ts";

/** Which vitest the projects are made for. */
export const VITEST_VERSION = "4.1.12";

/** For the editor only: a grading never asks for it. */
const TSCONFIG = {
  compilerOptions: {
    target: "es2023",
    lib: ["es2023"],
    module: "esnext",
    moduleResolution: "bundler",
    moduleDetection: "force",
    types: ["consensus-labs/globals"],
    // Before vitest is installed, tests shall have no errors for that alone.
    paths: {
      vitest: ["./node_modules/vitest/dist/index.d.ts", "./node_modules/consensus-labs/dist/api/vitest-missing.d.ts"],
    },
    strict: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    allowImportingTsExtensions: true,
    experimentalDecorators: true,
    noEmit: true,
    skipLibCheck: true,
  },
  include: ["**/*.ts"],
};

const GITIGNORE = "node_modules/\n";

/** What runs tests, where a student installs it: this package itself asks for none. */
export const RUNNER = "vitest";

const scenariosTest = ({ id }: Lab, stage: string): string => `/**
 * The scenarios as tests, for \`npm test\` and for editors: with vitest installed, \`npx --no vitest scenarios\` plays them again
 * at each save. Change the stage as you go on; "${id}" is all of it.
 */
import { scenarioTests } from "consensus-labs/vitest";
import { test } from "${RUNNER}";

scenarioTests("${stage}", test);
`;

const VITEST_CONFIG = `/** The scenarios depend on all files of this folder, though no test imports them. */
export default { test: { forceRerunTriggers: ["**/*.ts"] } };
`;

/** Of VS Code: starts a replay under its debugger, which the task below waits for. */
const LAUNCH = {
  version: "0.2.0",
  configurations: [
    {
      name: "Debug a run",
      type: "node",
      request: "attach",
      port: 9229,
      preLaunchTask: "replay under the debugger",
      // The submission's sources stand in a map; where the grader itself lies there is nothing to step into.
      sourceMaps: true,
      resolveSourceMapLocations: null,
      skipFiles: ["<node_internals>/**", "consensus-labs:*"],
    },
  ],
};

const TASKS = {
  version: "2.0.0",
  tasks: [
    {
      label: "replay under the debugger",
      type: "shell",
      command: "npx",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code fills it in
      args: ["--no", "grade", "replay", "${input:run}", "--inspect"],
      isBackground: true,
      problemMatcher: {
        pattern: { regexp: "^error: (.*)$", message: 1 },
        background: { activeOnStart: true, beginsPattern: "^replay ", endsPattern: "waiting for a debugger" },
      },
    },
  ],
  inputs: [{ id: "run", type: "promptString", description: "A run, as a failure names it", default: "" }],
};

/** Where the package is, as npm understands it, and what else is installed beside it. */
export interface ProjectPlan {
  readonly name: string;
  readonly dependency: string;
  readonly more: Readonly<Record<string, string>>;
  /** The scenario that comes first, as long as nobody knows a better one: `lab2a/initial-election`. */
  readonly example: string;
}

export function projectManifest({ name, dependency, more }: Omit<ProjectPlan, "example">) {
  return {
    name,
    private: true,
    type: "module",
    // Found where it is installed, and nowhere else.
    scripts: { grade: "grade", watch: "grade watch", test: "grade test" },
    devDependencies: { "consensus-labs": dependency, ...more },
  };
}

/** All that a project has beside the lab's skeleton, by its path, as it is written. */
export function projectFiles(lab: Lab, plan: ProjectPlan): Readonly<Record<string, string>> {
  const tasks = { ...TASKS, inputs: TASKS.inputs.map((input) => ({ ...input, default: `${plan.example}@7` })) };
  return {
    "package.json": json(projectManifest(plan)),
    "tsconfig.json": json(TSCONFIG),
    ".gitignore": GITIGNORE,
    "scenarios.test.ts": scenariosTest(lab, plan.example.slice(0, plan.example.indexOf("/"))),
    "vitest.config.ts": VITEST_CONFIG,
    ".vscode/launch.json": json(LAUNCH),
    ".vscode/tasks.json": json(tasks),
  };
}

function json(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}
