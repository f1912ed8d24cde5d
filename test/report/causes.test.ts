import { describe, expect, test } from "vitest";
import type { Departure } from "../../grader/explain/types.ts";
import { byCause } from "../../grader/report/causes.ts";
import { summaryLines } from "../../grader/report/grading-report.ts";
import { makeStyle } from "../../grader/report/style.ts";
import type { RunResult } from "../../grader/run/result.ts";
import { badRun, resultOf, scenario } from "../ci/reports.ts";

const departure = (rule: string): Departure => ({ rule, text: rule, cite: "section 5", timeUs: 1, peer: 0 });
const bad = (name: string, more: Partial<RunResult>) =>
  scenario(`lab2a/${name}`, 2, badRun(`lab2a/${name}`, { verdict: "failed", places: [], ...more }));
const causes = (...all: ReturnType<typeof bad>[]) =>
  byCause(all).map(({ first, others }) => [first, ...others].map(({ id }) => id.slice(6)));

describe("failures have one cause", () => {
  test("where the same rules were broken, in whatever order and whatever came of it", () => {
    const [one, other] = [departure("votes-twice"), departure("forgets-vote")];
    expect(
      causes(
        bad("a", { departures: [one, other], property: "election-safety" }),
        bad("b", { departures: [one] }),
        bad("c", { departures: [other, one, one], property: "liveness" }),
      ),
    ).toEqual([["a", "c"], ["b"]]);
  });

  test("where they threw in one place, with the same words but for figures", () => {
    const at = (line: number) => [{ file: "raft.ts", line, column: 1 }];
    const crashed = { verdict: "crashed" as const };
    expect(
      causes(
        bad("a", { ...crashed, places: at(3), message: "no entry 5" }),
        bad("b", { ...crashed, places: at(3), message: "no entry 17" }),
        bad("c", { ...crashed, places: at(4), message: "no entry 5" }),
      ),
    ).toEqual([["a", "b"], ["c"]]);
  });

  test("never where nothing is told of them", () => {
    expect(causes(bad("a", {}), bad("b", {}), bad("c", { departures: [], facts: [] }))).toEqual([["a"], ["b"], ["c"]]);
  });

  test("and are shown once, with the others in a line", () => {
    const some = { departures: [departure("votes-twice")], property: "election-safety" as const };
    const lines = summaryLines(resultOf([bad("a", some), bad("b", some)]), {
      ...{ style: makeStyle(false), replayCommand: ({ replay }) => replay, stages: [] },
    });
    expect(lines.filter((line) => line.includes("votes-twice"))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith("  also"))).toEqual([
      expect.stringMatching(/^ {2}also {6}lab2a\/b \(.*\) by the same cause/),
    ]);
  });
});
