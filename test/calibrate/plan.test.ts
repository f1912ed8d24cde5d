import { describe, expect, test } from "vitest";
import { type CellStatistics, expectedGradingMs, gradingOrder, playGrading } from "../../grader/calibrate/gradings.ts";
import {
  baseSeed,
  matrixSeed,
  type PlanEntry,
  planGradings,
  planRuns,
  scenariosOf,
} from "../../grader/calibrate/plan.ts";
import { MAX_SEED, runSeed } from "../../grader/run/seeds.ts";
import { column, outcome } from "./fixture.ts";

const scenarios = ["lab1a/a", "lab1a/b", "lab1b/c", "lab1b/d", "lab1b/e"].map((id) => column(id));
const wrong = (id: string, stage?: string): PlanEntry => ({ id, kind: "wrong", ...(stage && { stage }) });
const entries: PlanEntry[] = [
  wrong("w1", "lab1a"),
  wrong("w2", "lab1b"),
  wrong("w3", "lab1b"),
  { id: "r1", kind: "right" },
];
const plan = (budgetMs: number, changes: Partial<Parameters<typeof planRuns>[0]> = {}) =>
  planRuns({
    entries,
    scenarios,
    seed: 1,
    runs: 20,
    costOf: (id) => (id === "lab1b/e" ? 50 : 10),
    budgetMs,
    ...changes,
  });
const count = (runs: ReturnType<typeof planRuns>, id: string, scenario?: string) =>
  runs.filter((run) => run.entry.id === id && (scenario === undefined || run.scenario === scenario)).length;

describe("the plan", () => {
  test("plays a wrong one in its own stage, a little in those before, and a right one everywhere", () => {
    const runs = plan(Number.POSITIVE_INFINITY);
    expect(["lab1a/a", "lab1a/b", "lab1b/c"].map((id) => count(runs, "w1", id))).toEqual([20, 20, 0]);
    expect(["lab1a/a", "lab1a/b", "lab1b/c"].map((id) => count(runs, "w2", id))).toEqual([2, 2, 20]);
    expect(scenarios.map(({ id }) => count(runs, "r1", id))).toEqual([20, 20, 20, 20, 20]);
    expect(scenariosOf(wrong("w"), scenarios)).toEqual({ own: scenarios, before: [] });
  });

  test("uses seeds that a default grading meets too", () => {
    expect(matrixSeed(7, 3, "lab1a/a")).toBe(runSeed(10, "lab1a/a", 0));
    expect([0, 1, 2].map((nth) => baseSeed(MAX_SEED - 1, nth))).toEqual([MAX_SEED - 1, MAX_SEED, 0]);
    const seeds = plan(Number.POSITIVE_INFINITY).filter((r) => r.entry.id === "w1" && r.scenario === "lab1a/a");
    expect(seeds.map(({ seed }) => seed).sort()).toEqual(
      Array.from({ length: 20 }, (_, nth) => matrixSeed(1, nth, "lab1a/a")).sort(),
    );
  });

  test("takes the same share of every submission, first runs of all scenarios before second ones", () => {
    const all = plan(Number.POSITIVE_INFINITY);
    const total = all.reduce((sum, { scenario }) => sum + (scenario === "lab1b/e" ? 50 : 10), 0);
    const half = plan(total / 2);
    for (const { id } of entries) expect(count(half, id) / count(all, id)).toBeCloseTo(0.5, 1);
    for (const id of ["lab1b/c", "lab1b/d", "lab1b/e"]) expect(count(half, "w2", id)).toBeGreaterThanOrEqual(9);
    const firstSeeds = Array.from({ length: 9 }, (_, nth) => matrixSeed(1, nth, "lab1b/c"));
    const kept = half.filter((run) => run.entry.id === "w2" && run.scenario === "lab1b/c").map(({ seed }) => seed);
    expect(kept.slice(0, 9)).toEqual(firstSeeds);
    const cost = half.reduce((sum, { scenario }) => sum + (scenario === "lab1b/e" ? 50 : 10), 0);
    expect(cost).toBeLessThanOrEqual(total / 2);
  });

  test("shows every submission and every scenario, however small it is, and the same ones for a seed", () => {
    const least = plan(1);
    for (const { id } of entries) expect(count(least, id)).toBeGreaterThanOrEqual(1);
    expect(new Set(least.map(({ scenario }) => scenario)).size).toBe(scenarios.length);
    expect(plan(1)).toEqual(least);
    const others = [2, 3, 4, 5].map((seed) =>
      plan(1, { seed }).map(({ entry, scenario }) => `${entry.id} ${scenario}`),
    );
    expect(new Set(others.map(String)).size).toBeGreaterThan(1);
  });
});

describe("gradings", () => {
  test("all get all when that is affordable, else each as many as the same cost holds", () => {
    const plans = (...costsMs: number[]) => costsMs.map((costMs) => ({ costMs, most: 100 }));
    expect(planGradings(plans(10, 1000), 200_000)).toEqual([100, 100]);
    expect(planGradings(plans(10, 100, 1000), 5_000)).toEqual([100, 20, 2]);
    expect(planGradings(plans(10, 100), -5)).toEqual([0, 0]);
    expect(planGradings([], 0)).toEqual([]);
  });

  test("what is asked for less often leaves its share to the others", () => {
    const plans = [
      { costMs: 100, most: 4 },
      { costMs: 100, most: 100 },
    ];
    expect(planGradings(plans, Number.POSITIVE_INFINITY)).toEqual([4, 100]);
    expect(planGradings(plans, 5_000)).toEqual([4, 46]);
  });

  const known = new Map<string, CellStatistics>([
    ["lab1b/c", { kills: 1, runs: 10, costMs: 10 }],
    ["lab1b/d", { kills: 9, runs: 10, costMs: 10 }],
    ["lab1b/e", { kills: 9, runs: 10, costMs: 100 }],
  ]);
  const own = scenarios.slice(2);

  test("try first what kills most for what it costs, and all of it in the end", () => {
    const order = gradingOrder(own, known);
    expect(order).toHaveLength(15);
    expect(new Set(order.map(({ scenario, index }) => `${scenario} ${index}`)).size).toBe(15);
    expect(order[0]).toEqual({ scenario: "lab1b/d", index: 0 });
    expect(order.findIndex(({ scenario }) => scenario === "lab1b/c")).toBeLessThan(
      order.findIndex(({ scenario }) => scenario === "lab1b/e"),
    );
    const never = new Map([...known].map(([id, cell]) => [id, { ...cell, kills: 0 }]));
    expect(expectedGradingMs(order, known)).toBeLessThan(20);
    expect(expectedGradingMs(order, never)).toBe(5 * 10 + 5 * 10 + 5 * 100);
  });

  test("end with the first kill, on the seeds of a grading with that base", async () => {
    const order = gradingOrder(own, known);
    const seen: string[] = [];
    const grading = await playGrading(order, 42, async (scenario, seed) => {
      seen.push(`${scenario}@${seed}`);
      return outcome(seen.length < 3 ? {} : { verdict: "failed", property: "liveness", wallMs: 7 });
    });
    expect(seen).toEqual(order.slice(0, 3).map((run) => `${run.scenario}@${runSeed(42, run.scenario, run.index)}`));
    expect(grading).toMatchObject({ baseSeed: 42, killedIn: 3, kill: order[2], wallMs: 9 });
    expect(grading?.played.map(({ scenario }) => scenario)).toEqual(order.slice(0, 3).map((run) => run.scenario));
  });

  test("survive when every run passes; a fault of the grader says nothing", async () => {
    const order = gradingOrder(own, known);
    expect(await playGrading(order, 1, async () => outcome())).toMatchObject({ killedIn: null });
    expect(await playGrading(order, 1, async () => outcome({ verdict: "internal-error" }))).toBeNull();
  });
});
