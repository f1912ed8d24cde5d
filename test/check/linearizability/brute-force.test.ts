import { describe, expect, test } from "vitest";
import {
  checkGeneral,
  checkUnique,
  type Judgement,
  type KeyOperation,
  keyModel,
  Written,
} from "../../../grader/check/linearizability/index.ts";
import { bruteForce } from "./brute-force.ts";
import { drawHistory, type Shape } from "./random.ts";

/** Enough to notice a mistake; before a release, or after a change here, 300000. */
const COUNT = Number(process.env.CONSENSUS_LABS_RANDOM_HISTORIES ?? 2_000);

const shapeOf = (seed: number, isUnique: boolean): Shape => ({
  operations: 1 + (seed % 7),
  isUnique,
  initial: seed % 3 === 0 ? null : "",
});

function exactly(operations: readonly KeyOperation[], initial: "" | null): Judgement<KeyOperation> {
  const written = Written.of(operations);
  if (typeof written === "string") throw new Error(`the exact check does not apply: ${written}`);
  return checkUnique("k", operations, written, initial);
}

const search = (operations: readonly KeyOperation[], initial: "" | null) =>
  checkGeneral(keyModel(initial), [["k", operations]]);

/** Histories on which a check and brute force differ, and counterexamples that are none. At most a few. */
function differences(isUnique: boolean, check: typeof exactly, from: number) {
  const found: unknown[] = [];
  const met = { linearizable: 0, violated: 0, undecided: 0 };
  for (let seed = from; seed < from + COUNT && found.length < 3; seed++) {
    const shape = shapeOf(seed, isUnique);
    const history = drawHistory(seed, shape);
    const truth = bruteForce(history, shape.initial);
    const judgement = check(history, shape.initial);
    met[judgement.is]++;
    if (judgement.is !== (truth ? "linearizable" : "violated")) found.push({ seed, truth, judgement, history });
    if (judgement.is !== "violated") continue;
    const counterexample = judgement.counterexample();
    const { operations, context } = counterexample;
    const needed = operations.filter((_, i) => !context.includes(i));
    const optional = new Set(history.filter((operation) => !needed.includes(operation)));
    if (bruteForce(history, shape.initial, optional)) found.push({ seed, counterexample, history });
  }
  return { found, met };
}

describe(`on ${COUNT} random small histories`, () => {
  const nothing = { found: [], met: expect.objectContaining({ undecided: 0 }) };

  test("the exact check says what brute force says, and its counterexamples contradict themselves", () => {
    const { found, met } = differences(true, exactly, 0);
    expect({ found, met }).toEqual(nothing);
    expect(Math.min(met.linearizable, met.violated)).toBeGreaterThan(COUNT / 5);
  }, 3_600_000);

  test("the search does, on values that are written once", () => {
    expect(differences(true, search, 1_000_000)).toEqual(nothing);
  }, 3_600_000);

  test("the search does, on values that are written again and again", () => {
    const { found, met } = differences(false, search, 2_000_000);
    expect({ found, met }).toEqual(nothing);
    expect(Math.min(met.linearizable, met.violated)).toBeGreaterThan(COUNT / 5);
  }, 3_600_000);
});
