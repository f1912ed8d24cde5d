import { expect, test } from "vitest";
import { searched } from "../../grader/run/explain.ts";
import type { Trial, Try } from "../../grader/shrink/candidate.ts";
import type { Script, Step } from "../../grader/shrink/script.ts";
import { shrinkScript } from "../../grader/shrink/shrink.ts";

const start = (command: number): Step => ({ do: "start", peer: 0, command });
const script: Script = { lab: "lab2", groups: [{ role: "peer", size: 3 }], seed: 1, steps: [1, 2, 3, 4].map(start) };

/** Shrinks a script that takes its third command, and its first, too, unless realms of earlier plays are `haunted`. */
async function shrunk(isHaunted: boolean) {
  const plays: Try[] = [];
  const play = async (one: Try): Promise<Trial> => {
    plays.push(one);
    const { steps } = one.script;
    const has = (place: number) => steps.some((step) => step.do === "start" && step.place === place);
    const isWritten = steps.every((step) => step.place === undefined);
    const fails = isWritten ? steps.length >= 2 : has(2) && (has(0) || (isHaunted && one.renewsRealms === true));
    return { signature: fails ? "broken" : null, outcomes: steps.map(() => ({ traceFrom: 0 })), effort: 0 };
  };
  const placed = { ...script, steps: script.steps.map((step, place) => ({ ...step, place })) };
  const shrinkage = await searched(shrinkScript(placed, "broken", { lanes: 1, budget: 1_000 }), play);
  return { shrinkage, plays };
}

test("candidates are played in realms of earlier plays, and what is written is in new ones", async () => {
  const { shrinkage, plays } = await shrunk(false);
  expect(shrinkage.kind === "shrunk" && shrinkage.script.steps).toHaveLength(2);
  expect(plays[0]?.renewsRealms).toBeUndefined();
  expect(plays.at(-1)?.renewsRealms).toBeUndefined();
  expect(plays.slice(1, -2).every(({ renewsRealms }) => renewsRealms === true)).toBe(true);
});

test("what fails only in realms of earlier plays is found out, and all is tried in new ones", async () => {
  const { shrinkage, plays } = await shrunk(true);
  expect(shrinkage.kind === "shrunk" && shrinkage.script.steps).toHaveLength(2);
  expect(plays.filter(({ renewsRealms }) => renewsRealms === true)).not.toHaveLength(0);
  expect(plays.filter(({ renewsRealms }) => renewsRealms !== true).length).toBeGreaterThan(4);
});
