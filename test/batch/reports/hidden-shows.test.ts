import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BatchResult } from "../../../grader/batch/model/batch-result.ts";
import { batchResultSchema } from "../../../grader/batch/model/batch-result.ts";
import { scenarios } from "../fake-batch.ts";
import { oddBatch } from "./odd-batch.ts";
import { ALL_FORMATS, HIDDEN } from "./rendered.ts";

let odd: Awaited<ReturnType<typeof oddBatch>>;
beforeAll(async () => {
  odd = await oddBatch();
});
afterAll(() => odd.batch.close());

/** The hidden scenario failed, and saw durability violated; the stage is capped for it. */
function told(hiddenShows: BatchResult["hiddenShows"]): BatchResult {
  const { hiddenShows: _, ...result } = odd.batch.find("capped-by-hidden") as BatchResult;
  const grading = result.grading as NonNullable<BatchResult["grading"]>;
  const withProperty = grading.scenarios.map((one) =>
    one.id === HIDDEN ? { ...one, property: "durability" as const } : one,
  );
  return { ...result, grading: { ...grading, scenarios: withProperty }, ...(hiddenShows && { hiddenShows }) };
}

/** Everything that goes to one student, by format. */
function texts(result: BatchResult, isDue = false): readonly (readonly [format: string, text: string])[] {
  return ALL_FORMATS.flatMap((format) => {
    if (format.kind !== "each") return [];
    return format.parts.map(({ ending, render }) => {
      const content = render(result, { ...odd.input, isDue });
      const text = typeof content === "string" ? content : Buffer.from(content ?? "").toString("latin1");
      return [
        `${format.name}${ending}`,
        format.name === "github-classroom" ? Buffer.from(text, "base64").toString() : text,
      ] as const;
    });
  });
}

describe("what students are told of a hidden scenario", () => {
  test("is by default verdict and points, and in no format more", () => {
    expect(texts(told(undefined)).filter(([, text]) => text.includes("hidden-1")).length).toBeGreaterThan(4);
    for (const [format, text] of texts(told(undefined))) expect(text, format).not.toMatch(/durability/);
  });

  test("is nothing at all where the policy says so, in every format", () => {
    for (const [format, text] of texts(told("nothing"))) {
      expect(text, format).not.toMatch(/hidden-1|hidden scenario|durability|safety violation/);
      for (const secret of [HIDDEN, scenarios[1]?.title as string]) expect(text, format).not.toContain(secret);
    }
  });

  test("is the property, too, where the policy says so, and still no name, fact or replay line", () => {
    const all = texts(told("property"));
    expect(
      all.filter(([, text]) => /hidden-1[^\n]*(\n[^\n]*){0,4}failed: durability/.test(text)).length,
    ).toBeGreaterThan(2);
    for (const [format, text] of all)
      for (const secret of [HIDDEN, scenarios[1]?.title as string, `${HIDDEN}@`])
        expect(text, format).not.toContain(secret);
  });

  test("is all of it once it is no longer hidden", () => {
    const pages = texts(told("nothing"), true).filter(([format]) => format === "markdown.md");
    expect(pages.map(([, text]) => text.includes(HIDDEN))).toEqual([true]);
  });

  test("changes no points: what GitHub Classroom adds up is what the stage has", () => {
    const sums = (["nothing", undefined, "property"] as const).map((shows) => {
      const [, text] = texts(told(shows)).find(([format]) => format.startsWith("github-classroom")) ?? ["", "{}"];
      const { tests } = JSON.parse(text) as { tests: { score: number }[] };
      return tests.reduce((sum, { score }) => sum + score, 0);
    });
    expect(sums).toEqual([1, 1, 1]);
  });

  test("stands in a result as the schema has it", () => {
    for (const shows of ["nothing", "property", undefined] as const)
      expect(batchResultSchema.safeParse(JSON.parse(JSON.stringify(told(shows)))).success, shows).toBe(true);
  });
});
