import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { printable } from "../../../grader/text/printable.ts";
import { folderWith } from "../../cli/run-cli.ts";
import { oddBatch } from "./odd-batch.ts";
import { golden, HIDDEN, type OddBatch, part, parts, whole, wholeBytes } from "./rendered.ts";
import { modesIn, readZip } from "./zip-reader.ts";

let odd: OddBatch;
beforeAll(async () => {
  odd = await oddBatch();
});
afterAll(() => odd.batch.close());

// gradescope-autograders.readthedocs.io/en/latest/specs, "Output format".
const visibility = z.enum(["hidden", "after_due_date", "after_published", "visible"]);
const textFormat = z.enum(["text", "html", "simple_format", "md", "ansi"]);
const SPECS = z.strictObject({
  score: z.number(),
  execution_time: z.number().optional(),
  output: z.string().optional(),
  output_format: textFormat.optional(),
  test_output_format: textFormat.optional(),
  test_name_format: textFormat.optional(),
  visibility: visibility.optional(),
  stdout_visibility: visibility.optional(),
  extra_data: z.record(z.string(), z.unknown()).optional(),
  tests: z.array(
    z.strictObject({
      score: z.number().optional(),
      max_score: z.number().optional(),
      status: z.enum(["passed", "failed"]).optional(),
      name: z.string().optional(),
      number: z
        .string()
        .regex(/^\d+\.\d+$/)
        .optional(),
      output: z.string().optional(),
      visibility: visibility.optional(),
    }),
  ),
});

const NONE = ["late-open", "missing", "v-internal-error"];

describe("gradescope", () => {
  test("is results.json by its documentation; what has no points has none", () => {
    for (const { id, points } of odd.input.results) {
      const text = parts(odd, "gradescope", id)[".json"] ?? null;
      expect(text === null, id).toBe(NONE.includes(id));
      if (text === null) continue;
      const results = SPECS.parse(JSON.parse(text));
      expect(results.score, id).toBe(points.final);
      expect(text).not.toContain(HIDDEN);
      const said = `${results.output}${results.tests.map(({ output }) => output).join("")}`;
      expect(printable(said)).toBe(said);
    }
  });

  test.each(["v-failed", "capped", "ungradable", "late-2"])("of %s", async (id) => {
    await expect(part(odd, "gradescope", id)).toMatchFileSnapshot(golden(`${id}.gradescope.json`));
  });
});

describe("gradescope-autograder", () => {
  /** What Gradescope's machine does: unpacks it, and runs it beside what it knows of the submission. */
  async function run(metadata: unknown) {
    const root = folderWith();
    for (const [path, text] of await readZip(wholeBytes(odd, "gradescope-autograder"))) {
      mkdirSync(dirname(join(root, "source", path)), { recursive: true });
      writeFileSync(join(root, "source", path), text);
    }
    writeFileSync(join(root, "submission_metadata.json"), JSON.stringify(metadata));
    const { status, stdout, stderr } = spawnSync("python3", [join(root, "source/run_autograder")], {
      env: { PATH: process.env.PATH, AUTOGRADER_ROOT: root },
      encoding: "utf8",
    });
    const results = join(root, "results/results.json");
    return { status, stdout, stderr, results: existsSync(results) ? readFileSync(results, "utf8") : null };
  }

  test("can be run, and holds results of all that have points", async () => {
    const zip = wholeBytes(odd, "gradescope-autograder");
    const modes = await modesIn(zip);
    expect([modes.get("setup.sh"), modes.get("run_autograder"), modes.get("index.json")]).toEqual([
      0o100755, 0o100755, 0o100644,
    ]);
    const ids = [...odd.input.results].map(({ id }) => id).filter((id) => !NONE.includes(id));
    const files = await readZip(zip);
    expect([...files.keys()].slice(3)).toEqual(ids.map((id) => `results/${id}.json`));
    for (const id of ids) expect(files.get(`results/${id}.json`)).toBe(part(odd, "gradescope", id));
    expect(() => whole(odd, "gradescope-autograder")).toThrow(/no text/);
  });

  test("gives a submission of an export what it came to, and a later one of the same student nothing", async () => {
    const users = [{ email: "u47@uni.example", id: 1, name: "N" }];
    expect(await run({ id: 77, users })).toMatchObject({
      status: 0,
      stderr: "",
      results: part(odd, "gradescope", "submission_77"),
    });
    expect(await run({ id: 78, users })).toMatchObject({ status: 1, stderr: "", results: null });
  });

  test("knows those of other sources by their address", async () => {
    const run1 = await run({ id: 5, users: [{ email: "U1@uni.example" }, { email: null }] });
    expect(run1).toMatchObject({ status: 0, results: part(odd, "gradescope", "v-failed") });
    const two = await run({ id: 5, users: [{ email: "u1@uni.example" }, { email: "u2@uni.example" }] });
    expect(two).toMatchObject({ status: 1, results: null });
    expect(two.stdout).toMatch(/was not there, or had no points yet/);
  });
});
