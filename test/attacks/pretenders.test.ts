import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { batchResultSchema } from "../../grader/batch/model/batch-result.ts";
import { folderWith, grade } from "../cli/run-cli.ts";
import { hasFullSandbox, leftOut } from "../sandbox/confine/available.ts";
import type { Files } from "./attack.ts";
import { PRETENDERS } from "./tables/pretenders.ts";

// Without the full sandbox a batch would not begin.
describe.skipIf(!hasFullSandbox)(`peers that look right without messages earn nothing${leftOut}`, () => {
  test.each(Object.entries(PRETENDERS))("%s", async (scenarioId, attacks) => {
    const course = folderWith({ seed: "0123456789abcdef0123\n" });
    for (const { id, files } of attacks) {
      mkdirSync(join(course, "s", id), { recursive: true });
      for (const [name, text] of Object.entries(files as Files)) writeFileSync(join(course, "s", id, name), text);
    }
    const [lab, only] = scenarioId.split("/") as [string, string];
    const out = join(course, "out");
    const args = ["batch", lab, join(course, "s"), "--out", out, "--only", only, "--runs", "1"];
    expect(await grade([...args, "--seed-file", join(course, "seed")])).toMatchObject({ code: 0, err: "" });
    const lines = readFileSync(join(out, "results.jsonl"), "utf8").trimEnd().split("\n");
    const results = lines.map((line) => batchResultSchema.parse(JSON.parse(line)));
    const seen = results.map(({ id, points, grading }) => {
      const { verdict, runs } = grading?.scenarios.find((scenario) => scenario.id === scenarioId) ?? {};
      return { id, points: points.final, verdict, property: runs?.at(-1)?.property, message: runs?.at(-1)?.message };
    });
    const expected = attacks.map(({ id, verdict, property, message }) => {
      return {
        id,
        points: 0,
        verdict,
        property,
        ...(message !== undefined && { message: expect.stringMatching(message) }),
      };
    });
    expect(seen.sort((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject(expected.sort((a, b) => (a.id < b.id ? -1 : 1)));
  });
});
