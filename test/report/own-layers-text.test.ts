import { expect, test } from "vitest";
import { faultText, ownLayerLines, scenarioFault } from "../../grader/report/own-layers-text.ts";
import type { GradingResult, OwnLayerResult, ScenarioResult } from "../../grader/run/result.ts";

const LAYER: OwnLayerResult = { name: "raft", title: "Raft", lab: "lab2", submission: "mine", submissionHash: "0" };
const command = ({ lab, submission }: OwnLayerResult) => `npx --no grade ${lab} ${submission}`;
const resultWith = (overGiven: readonly (ScenarioResult["overGiven"] | undefined)[]) =>
  ({
    lab: "lab3",
    ownLayers: [LAYER],
    scenarios: overGiven.map((verdict) => ({ ...(verdict && { overGiven: verdict }) })),
  }) as unknown as GradingResult;

test("what passes over ours is the layer's fault, with the command that tests it by itself", () => {
  expect(faultText([LAYER], "passed", command)).toBe(
    "in the Raft of mine: over the given one the same schedules pass; test it by itself: npx --no grade lab2 mine",
  );
});

test("what fails over ours too is not the layer's alone", () => {
  expect(faultText([LAYER], "failed", command)).toBe(
    "not in the Raft of mine alone: over the given one the same schedules do not pass either (failed)",
  );
});

test("a grading says that it is none, and how much of it is the layer's", () => {
  expect(ownLayerLines(resultWith([undefined, "failed", "passed"]), command)).toEqual([
    "Played over the Raft of mine: no grade, as lab3 is scored over the given Raft.",
    "1 scenario fails over it and not over the given one: the fault is in the Raft of mine; test it by itself: npx --no grade lab2 mine",
  ]);
  expect(ownLayerLines(resultWith([undefined, "crashed"]), command)).toHaveLength(1);
});

test("over our layers nothing is said", () => {
  const { ownLayers: _, ...ours } = resultWith(["passed"]);
  expect(ownLayerLines(ours, command)).toEqual([]);
  expect(scenarioFault(ours.scenarios[0] as ScenarioResult, ours, command)).toBeNull();
});
