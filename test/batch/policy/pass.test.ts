import { describe, expect, it } from "vitest";
import {
  judgeScenario,
  needsMoreRuns,
  type Policy,
  parsePolicy,
  scenarioPasses,
} from "../../../grader/batch/policy/index.ts";
import type { Verdict } from "../../../grader/run/result.ts";

const policy = (text: string): Policy => parsePolicy(text, "policy.yaml");

/** `p` passed, `f` failed, `h` hung, `i` internal-error. */
function runs(text: string): Verdict[] {
  const words: Record<string, Verdict> = {
    p: "passed",
    f: "failed",
    h: "hung",
    i: "internal-error",
    n: "nondeterministic",
  };
  return [...text].map((letter) => words[letter] as Verdict);
}

const ALL = "{ runs: 5 }";
const FOUR_OF_FIVE = "{ runs: 5, pass: { kOfN: 4 } }";
const FRACTION = "{ runs: 10, pass: { fraction: 0.8 } }";
const SEVEN_PERCENT = "{ runs: 100, pass: { fraction: 0.07 } }";

describe("whether a scenario passes", () => {
  it.each([
    [ALL, "ppppp", true],
    [ALL, "ppppf", false],
    [ALL, "pppp", false],
    [ALL, "", false],
    [ALL, "ppppi", false],
    [FOUR_OF_FIVE, "ppppf", true],
    [FOUR_OF_FIVE, "fpppp", true],
    [FOUR_OF_FIVE, "pppfh", false],
    [FOUR_OF_FIVE, "pppnp", false],
    [FOUR_OF_FIVE, "ppppn", false],
    [FRACTION, "pppppppppn", false],
    [FOUR_OF_FIVE, "pppp", true],
    [FRACTION, "ppppppppff", true],
    [FRACTION, "pppppppfff", false],
    [SEVEN_PERCENT, "p".repeat(7) + "f".repeat(93), true],
    [SEVEN_PERCENT, "p".repeat(6) + "f".repeat(94), false],
    ["{ runs: 3, pass: { fraction: 0.0001 } }", "fff", false],
  ])("%s with %s: %s", (text, verdicts, passes) => {
    expect(scenarioPasses(policy(text), "lab2a/x", runs(verdicts))).toBe(passes);
  });
});

describe("whether that is decided", () => {
  it.each([
    [ALL, "ppppp", true],
    [ALL, "f", true],
    [ALL, "pppp", false],
    [ALL, "ppppi", false],
    [ALL, "pppif", true],
    [FOUR_OF_FIVE, "pppp", true],
    [FOUR_OF_FIVE, "ff", true],
    [FOUR_OF_FIVE, "pppfi", false],
    [FOUR_OF_FIVE, "ppppi", true],
    [FOUR_OF_FIVE, "ppiff", true],
    [FOUR_OF_FIVE, "n", true],
    [FOUR_OF_FIVE, "nppii", true],
  ])("%s with %s: %s", (text, verdicts, decided) => {
    expect(judgeScenario(policy(text), "lab2a/x", runs(verdicts)).decided).toBe(decided);
  });

  it("says how many passed, of how many, and how many had to", () => {
    expect(judgeScenario(policy(FOUR_OF_FIVE), "lab2a/x", runs("ppf"))).toEqual({
      passed: false,
      decided: false,
      passes: 2,
      needed: 4,
      ofRuns: 5,
    });
  });
});

describe("how many runs more are played", () => {
  const near = (pass: string, upTo = 20) => `{ runs: 5, pass: ${pass}, extraRuns: { when: near, upTo: ${upTo} } }`;

  it.each([
    [ALL, "pp", 3],
    [ALL, "ppppp", 0],
    [FOUR_OF_FIVE, "ppppf", 0],
    [near("all"), "ppppf", 0],
    [near("{ kOfN: 4 }"), "ppppp", 0],
    [near("{ kOfN: 4 }"), "ppppf", 5],
    [near("{ kOfN: 4 }"), "pppff", 5],
    [near("{ kOfN: 4 }"), "ppfff", 0],
    [near("{ kOfN: 4 }"), "ppppn", 0],
    [near("{ kOfN: 4 }", 7), "ppppf", 2],
    [near("{ kOfN: 4 }", 5), "ppppf", 0],
    [near("{ kOfN: 4 }"), "ppppfppppp", 0],
    [near("{ kOfN: 4 }"), "ppppfppppf", 5],
    [near("{ kOfN: 4 }"), "ppppfpppfpppppfppppf", 0],
    [near("{ fraction: 0.8 }"), "ppppf", 5],
  ])("%s with %s: %s", (text, verdicts, more) => {
    expect(needsMoreRuns(policy(text), "lab2a/x", runs(verdicts))).toBe(more);
  });

  it("the share that must pass stays the same with more runs", () => {
    const judge = (verdicts: string) => judgeScenario(policy(near("{ kOfN: 4 }")), "lab2a/x", runs(verdicts));
    expect(judge("ppppfppppf")).toMatchObject({ passed: true, needed: 8, ofRuns: 10 });
    expect(judge("ppppfpppff")).toMatchObject({ passed: false, decided: true, needed: 8 });
  });
});
