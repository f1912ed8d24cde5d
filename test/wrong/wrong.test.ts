import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DEFAULT_RUNS } from "../../grader/run/grade.ts";
import { applyEdit } from "./apply.ts";
import { WRONG } from "./index.ts";
import type { WrongPatch } from "./patch.ts";
import { openPatched, outcome, SCENARIOS } from "./play.ts";

const STAGES = ["lab2a", "lab2b", "lab2c", "lab2d"] as const;
/** Of each stage, scenarios that between them use all that it has built. */
const REPRESENTATIVE: Readonly<Record<WrongPatch["stage"], readonly string[]>> = {
  lab2a: ["lab2a/initial-election", "lab2a/re-election", "lab2a/many-elections"],
  lab2b: ["lab2b/basic-agree", "lab2b/leader-failure", "lab2b/rejoin"],
  lab2c: ["lab2c/persist-1", "lab2c/crash-before-persist"],
  lab2d: [],
};
/** No scenario finds these yet. */
const SURVIVORS: readonly string[] = ["a-no-stepdown-on-reply", "js-timer-after-kill", "d-is-ack-before-durable"];

describe("the list", () => {
  test("has at least four of each stage, under names of their own", () => {
    expect(new Set(WRONG.map(({ id }) => id)).size).toBe(WRONG.length);
    for (const stage of STAGES) expect(WRONG.filter((wrong) => wrong.stage === stage).length).toBeGreaterThanOrEqual(4);
    expect(WRONG.filter(({ id }) => id.startsWith("js-")).length).toBeGreaterThanOrEqual(2);
  });

  test("names scenarios that exist, and belong to the stage", () => {
    for (const { id, stage, killedBy } of WRONG) {
      expect({ id, survives: killedBy.length === 0 }).toEqual({ id, survives: SURVIVORS.includes(id) });
      for (const scenario of killedBy) {
        expect([...SCENARIOS.keys()]).toContain(scenario);
        expect(scenario.startsWith(`${stage}/`)).toBe(true);
      }
    }
  });

  test("says which patch does not fit any more", () => {
    const edit = { file: "raft.ts", find: "const a = 1;", replace: "" } as const;
    expect(applyEdit("x; const a = 1; y;", edit, "p")).toBe("x;  y;");
    expect(() => applyEdit("const a = 2;", edit, "p")).toThrow(/^patch p: its text is in raft.ts 0 times instead of/);
    expect(() => applyEdit("const a = 1;".repeat(2), edit, "p")).toThrow(/2 times/);
    expect(readFileSync(new URL("../../reference/raft.ts", import.meta.url), "utf8")).not.toContain(edit.find);
  });
});

describe.each(STAGES)("wrong submissions of %s fail there, and not before:", (stage) => {
  const ofStage = WRONG.filter((wrong) => wrong.stage === stage).map((wrong) => [wrong.id, wrong] as const);
  test.each(ofStage)("%s", async (_, { killedBy, expected, ...patch }) => {
    const play = await openPatched(patch);
    for (const earlier of STAGES.slice(0, STAGES.indexOf(stage))) {
      for (const scenario of REPRESENTATIVE[earlier]) {
        const { verdict, failure } = play(scenario, 0);
        expect({ scenario, verdict, failure }).toEqual({ scenario, verdict: "passed", failure: undefined });
      }
    }
    const outcomes: string[] = [];
    for (const scenario of killedBy) {
      for (let run = 0; run < DEFAULT_RUNS; run++) {
        const seen = outcome(play(scenario, run));
        if (expected.some((property) => property === seen)) return;
        outcomes.push(`${scenario}: ${seen}`);
      }
    }
    if (killedBy.length > 0) expect.fail(`${expected.join(" or ")} was never violated: ${outcomes.join(", ")}`);
  });
});
