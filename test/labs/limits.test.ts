import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MAX_CALLS_PER_S } from "../../grader/check/call-rate.ts";
import { LIMITS } from "../../labs/raft/limits.ts";

describe("every number that decides a verdict", () => {
  const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

  test.each(Object.entries(LIMITS))("%s is stated in a handout", (_, { value, handout, words }) => {
    expect(read(`labs/raft/${handout}.md`).replace(/\s+/g, " ")).toContain(words);
    // In the words it may stand in seconds or kilobytes.
    const figures = [...words.matchAll(/\d+(\.\d+)?/g)].map(([figure]) => Number(figure));
    expect(figures.some((figure) => figure === value || figure * 1000 === value)).toBe(true);
  });

  test("is one of the list, or of the contract's timing", () => {
    const source = read("labs/raft/limits.ts");
    const names = [...source.matchAll(/^export const ([A-Z_]+) = /gm)].map(([, name]) => name);
    expect(Object.keys(LIMITS)).toEqual(expect.arrayContaining(names));
    expect(read("labs/raft/README.md").replaceAll("\u00a0", " ")).toContain(
      `at most ${MAX_CALLS_PER_S.toString().replace(/(\d)(\d{3})$/, "$1 $2")} in a second`,
    );
  });

  test("stands in no scenario as a bare figure: neither what is compared in an expectation, nor a time that fails a run", () => {
    const folder = new URL("../../labs/raft/scenarios/", import.meta.url);
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      const text = readFileSync(new URL(file, folder), "utf8");
      expect([
        file,
        ...(text.match(/withinMs: \d|within \d+ s|expect\((?:(?!=>|\{)[^;])*[<>]=? \d{2,}/) ?? []),
      ]).toEqual([file]);
    }
  });
});
