import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { makeMachine, root, writeFiles } from "./machine.ts";

const text = readFileSync(join(root, "examples/ci/gitlab-ci.yml"), "utf8");
const lines = z.array(z.string().min(1));

/** As far as the example uses it: https://docs.gitlab.com/ci/yaml/, for reports https://docs.gitlab.com/ci/yaml/artifacts_reports/ */
const PIPELINE = z.strictObject({
  stages: z.tuple([z.literal("check")]),
  check: z.strictObject({
    stage: z.literal("check"),
    image: z.string(),
    timeout: z.string().regex(/^\d+ minutes$/),
    rules: z.array(z.strictObject({ if: z.string() })),
    variables: z.record(z.string().regex(/^[A-Z0-9_]+$/), z.string()),
    before_script: lines,
    script: lines,
    after_script: lines,
    artifacts: z.strictObject({
      when: z.literal("always"),
      expire_in: z.string(),
      paths: z.tuple([z.literal("grade-ci/")]),
      reports: z.strictObject({
        junit: z.literal("grade-ci/junit.xml"),
        codequality: z.literal("grade-ci/code-quality.json"),
      }),
    }),
  }),
});

const { check } = PIPELINE.parse(parse(text));

/** Runs lines as a job's shell does, with /opt in a folder of the test; gives the words that the grader was called with. */
function play(script: readonly string[], variables: Readonly<Record<string, string>>) {
  const machine = makeMachine();
  const project = join(machine, "project");
  mkdirSync(project);
  const grade = `#!/bin/bash\nfor word; do echo "word $word"; done; env | grep -c CI_JOB_TOKEN\n`;
  writeFiles(machine, { "opt/grader/node_modules/.bin/grade": grade, "opt/results/junit.xml": "" });
  chmodSync(join(machine, "opt/grader/node_modules/.bin/grade"), 0o755);
  const { stdout, stderr } = spawnSync(
    "bash",
    ["--norc", "-eo", "pipefail", "-c", script.join("\n").replaceAll("/opt/", `${machine}/opt/`)],
    {
      cwd: project,
      encoding: "utf8",
      env: { PATH: process.env.PATH, CI_PROJECT_DIR: project, CI_JOB_TOKEN: "a secret", ...variables },
    },
  );
  const words = stdout
    .split("\n")
    .filter((line) => line.startsWith("word "))
    .map((line) => line.slice("word ".length));
  return { words, machine, project, hasToken: !stdout.includes("\n0\n"), stderr };
}

// https://docs.gitlab.com/ci/variables/predefined_variables/
it("compares a merge request with its base, a push with what was before, and a new branch with nothing", () => {
  const zeros = "0".repeat(40);
  const merge = play(check.script, { CI_MERGE_REQUEST_DIFF_BASE_SHA: "abc0", CI_COMMIT_BEFORE_SHA: zeros });
  expect(merge.words).toEqual([
    ...["ci", "lab2", "--repo", merge.project, "--out", `${merge.machine}/opt/results`, "--budget", "5m"],
    ...["--base", "abc0"],
  ]);
  expect({ hasToken: merge.hasToken, stderr: merge.stderr }).toEqual({ hasToken: false, stderr: "" });
  expect(play(check.script, { CI_COMMIT_BEFORE_SHA: "def" }).words.slice(-2)).toEqual(["--base", "def"]);
  expect(play(check.script, { CI_COMMIT_BEFORE_SHA: zeros }).words.slice(-2)).toEqual(["--budget", "5m"]);
});

it("takes results into the project only when the grading is over, whatever lies there", () => {
  const link = "ln -s /nowhere grade-ci";
  const { project } = play([link, ...check.after_script], {});
  expect(execFileSync("ls", [join(project, "grade-ci")], { encoding: "utf8" })).toBe("junit.xml\n");
});

it("keeps npm out of the project, and installs nothing but the kit of that checksum", () => {
  const at = (pattern: RegExp) => check.before_script.findIndex((line) => pattern.test(line));
  expect(at(/cd \/opt\/grader/)).toBeLessThan(at(/npm install/));
  expect(at(/sha256sum --check/)).toBeLessThan(at(/npm install/));
  expect(check.before_script[at(/npm install/)]).toMatch(/--ignore-scripts .* \/opt\/kit\.tgz$/);
});
