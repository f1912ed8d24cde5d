import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { batchResultSchema } from "../../grader/batch/model/batch-result.ts";
import { folderWith, grade, ROOT } from "../cli/run-cli.ts";
import { slowness } from "../cpu.ts";
import { hasFullSandbox, leftOut } from "../sandbox/confine/available.ts";
import type { Attack, Files } from "./attack.ts";
import { peakMemoryOf } from "./observe.ts";
import { DECIDERS } from "./tables/deciders.ts";
import { STORES } from "./tables/stores.ts";

const LABS: readonly (readonly [lab: string, home: string, only: string, attacks: readonly Attack[]])[] = [
  ["lab3", "kv", "lab3a/basic", STORES],
  ["paxos", "paxos", "paxos-c/two-proposers", DECIDERS],
];

// Without the full sandbox a batch would not begin.
describe.skipIf(!hasFullSandbox)(`attacks on labs of services${leftOut}`, () => {
  test.each(LABS)(
    "%s: each comes to what it should, and the honest one beside them passes",
    {
      timeout: 600_000,
    },
    async (lab, home, only, attacks) => {
      // What loops costs what the limit of a window is; a run has a multiple of it.
      const course = folderWith({
        seed: "0123456789abcdef0123\n",
        "policy.yaml": `limits: { cpuMs: ${Math.round(600 * slowness())}, wallMs: 15000, memoryMb: 1024, runCpuMs: ${Math.round(5000 * slowness())} }\n`,
      });
      for (const { id, files } of attacks) {
        mkdirSync(join(course, "s", id), { recursive: true });
        for (const [name, text] of Object.entries(files as Files)) writeFileSync(join(course, "s", id, name), text);
      }
      cpSync(join(ROOT, "reference", home), join(course, "s/honest"), { recursive: true });
      const out = join(course, "out");
      const args = ["batch", lab, join(course, "s"), "--out", out, "--only", only, "--runs", "1", "--workers", "2"];
      let look: NodeJS.Timeout | undefined;
      let graderBytes = 0;
      const done = await grade(
        [...args, "--seed-file", join(course, "seed"), "--config", join(course, "policy.yaml")],
        {
          onStart: ({ pid }) => {
            look = setInterval(() => {
              graderBytes = peakMemoryOf(pid as number) ?? graderBytes;
            }, 100);
          },
        },
      );
      clearInterval(look);
      expect(done).toMatchObject({ code: 0, err: "" });
      expect(graderBytes).toBeGreaterThan(30e6);
      expect(graderBytes).toBeLessThan(600e6);
      const lines = readFileSync(join(out, "results.jsonl"), "utf8").trimEnd().split("\n");
      const results = lines.map((line) => batchResultSchema.parse(JSON.parse(line)));
      const seen = results.map(({ id, points, grading }) => {
        const [scenario] = grading?.scenarios ?? [];
        const run = scenario?.runs.at(-1);
        const message = scenario?.message ?? run?.message ?? grading?.ungradable;
        return { id, earns: (points.final ?? 0) > 0, verdict: scenario?.verdict, property: run?.property, message };
      });
      const expected = attacks.map(({ id, verdict, property, message }) => {
        return { id, earns: false, verdict, property, message: expect.stringMatching(message ?? /./) };
      });
      const honest = { id: "honest", earns: true, verdict: "passed", property: undefined, message: undefined };
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      expect(seen.sort(byId)).toEqual([...expected, honest].sort(byId));
    },
  );
});
