import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { batchResultSchema } from "../../grader/batch/model/batch-result.ts";
import { policySchema } from "../../grader/batch/policy/index.ts";
import { ciReportSchema } from "../../grader/ci/model/report.ts";
import { gradingResultSchema } from "../../grader/report/schema.ts";
import { ROOT } from "../cli/run-cli.ts";

const PUBLISHED = {
  "result.schema.json": { schema: gradingResultSchema, title: "What `grade <lab> --json` writes", io: "output" },
  "batch-result.schema.json": { schema: batchResultSchema, title: "A line of results.jsonl", io: "output" },
  "ci.schema.json": { schema: ciReportSchema, title: "The ci.json of `grade ci`", io: "output" },
  "policy.schema.json": { schema: policySchema, title: "The policy file of a batch or check", io: "input" },
} as const;

// `npx vitest run test/report/schemas.test.ts -u` writes them anew.
test.each(Object.entries(PUBLISHED))("schemas/%s is what the grader checks by", async (name, { schema, title, io }) => {
  const published = { title, ...z.toJSONSchema(schema, { io }) };
  await expect(`${JSON.stringify(published, null, 2)}\n`).toMatchFileSnapshot(join(ROOT, "schemas", name));
});
