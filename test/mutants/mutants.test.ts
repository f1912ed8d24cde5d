import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../cli/run-cli.ts";

/** A mistake in the grader, as data. */
interface Mutant {
  readonly id: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** One sentence. */
  readonly breaks: string;
  /** Test files of which one must fail. */
  readonly tests: readonly string[];
  /** Why it changes nothing. It is then not played. */
  readonly equivalent?: string;
}

const { readMutants, occurrences, spread } = (await import(
  new URL("../../scripts/mutants.mjs", import.meta.url).href
)) as {
  readMutants(): Mutant[];
  occurrences(mutant: Mutant): number;
  spread<T>(list: readonly T[], count: number, seed: number): T[];
};
const mutants = readMutants();
const FOLDERS = ["grader/sim", "grader/harness", "grader/check", "grader/audit", "grader/run"];

describe("the mutants", () => {
  test("are at least 40, in every part of the machinery, each with an id of its own", () => {
    const played = mutants.filter(({ equivalent }) => equivalent === undefined);
    expect(played.length).toBeGreaterThanOrEqual(40);
    for (const folder of FOLDERS)
      expect([folder, played.some(({ file }) => file.startsWith(folder))]).toEqual([folder, true]);
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
  });

  test("stand each exactly once in its file, change it, say what they break, and name tests that there are", () => {
    const problems = mutants.flatMap((mutant) => {
      const { id, file, find, replace, breaks, tests } = mutant;
      const count = occurrences(mutant);
      return [
        ...(count === 1 ? [] : [`${id}: its text stands ${count} times in ${file}`]),
        ...(find === replace ? [`${id}: changes nothing`] : []),
        ...(/^[A-Z].*\.$/.test(breaks) ? [] : [`${id}: breaks is no sentence`]),
        ...(tests.length > 0 ? [] : [`${id}: names no test`]),
        ...tests.filter((test) => !existsSync(join(ROOT, test))).map((test) => `${id}: there is no ${test}`),
      ];
    });
    expect(problems).toEqual([]);
  });
});

describe("a sample", () => {
  const list = Array.from({ length: 100 }, (_, i) => i);

  test("is spread over the whole list, the same for the same seed", () => {
    for (let seed = 0; seed < 50; seed++) {
      const sample = spread(list, 8, seed);
      expect(sample).toEqual(spread(list, 8, seed));
      expect(sample).toHaveLength(8);
      for (const [i, at] of sample.entries()) {
        expect(at).toBeGreaterThanOrEqual(Math.floor(i * 12.5));
        expect(at).toBeLessThan((i + 1) * 12.5);
      }
    }
    expect(spread(list, 200, 1)).toEqual(list);
  });

  test("meets all of the list within few seeds in a row", () => {
    const met = new Set(Array.from({ length: 30 }, (_, seed) => spread(list, 8, 1_000 + seed)).flat());
    expect(met.size).toBe(list.length);
  });
});
