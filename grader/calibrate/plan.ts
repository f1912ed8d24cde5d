import { createHash } from "node:crypto";
import { MAX_SEED, runSeed } from "../run/seeds.ts";
import type { ScenarioColumn } from "./result.ts";

/** What of a submission the plan must know. */
export interface PlanEntry {
  readonly id: string;
  readonly kind: "wrong" | "right";
  readonly stage?: string;
}

/** One run to be played for the matrix, or to see a right one pass. */
export interface PlannedRun<E extends PlanEntry = PlanEntry> {
  readonly entry: E;
  readonly scenario: string;
  readonly seed: number;
}

export interface PlanRequest<E extends PlanEntry> {
  readonly entries: readonly E[];
  /** In the order of the lab's suites. */
  readonly scenarios: readonly ScenarioColumn[];
  readonly seed: number;
  readonly runs: number;
  /** Milliseconds that a run of that scenario is estimated to take. */
  readonly costOf: (scenario: string) => number;
  /** How much all may take together. Infinity: everything is played. */
  readonly budgetMs: number;
}

/** In stages before its own a wrong one gets one run where it gets so many in its own. */
const RUNS_FOR_ONE_BEFORE = 10;

/** The scenarios that may fail an entry, and those of the stages before, which should not. */
export function scenariosOf(
  { kind, stage }: PlanEntry,
  scenarios: readonly ScenarioColumn[],
): { readonly own: readonly ScenarioColumn[]; readonly before: readonly ScenarioColumn[] } {
  if (kind === "right" || stage === undefined) return { own: scenarios, before: [] };
  const own = scenarios.filter(({ suite }) => suite === stage);
  const first = scenarios.findIndex(({ suite }) => suite === stage);
  return { own, before: scenarios.slice(0, Math.max(0, first)) };
}

/** The seed of run 0 of a scenario in the default grading with base seed `base + nth`: gradings find it played already. */
export function matrixSeed(base: number, nth: number, scenario: string): number {
  return runSeed(baseSeed(base, nth), scenario, 0);
}

/** The base seeds of a calibration: so many from the first one on. After the largest comes 0. */
export function baseSeed(first: number, nth: number): number {
  return nth > MAX_SEED - first ? nth - (MAX_SEED - first) - 1 : first + nth;
}

/**
 * The runs of the matrix and of the right ones. When the budget does not hold them all, every submission keeps the same
 * share of its own, at least one; the first runs of all scenarios of its stage go before any second one, in an order drawn
 * from the seed; and a scenario that nobody would play so is given to one submission.
 */
export function planRuns<E extends PlanEntry>(request: PlanRequest<E>): PlannedRun<E>[] {
  const { entries, costOf, budgetMs, scenarios } = request;
  const all = entries.map((entry) => runsOf(entry, request));
  const total = all.flat().reduce((sum, { scenario }) => sum + costOf(scenario), 0);
  if (total <= budgetMs) return all.flat();
  const share = budgetMs / total;
  const kept = all.map((runs) => prefixByCost(runs, costOf, share));
  const isPlayed = new Set(kept.flat().map(({ scenario }) => scenario));
  const missing = scenarios.filter(({ id }) => !isPlayed.has(id));
  const extra = missing.flatMap(({ id }) => {
    const candidates = all.flatMap((runs) => runs.filter((run) => run.scenario === id).slice(0, 1));
    return candidates
      .sort((a, b) => rank(request.seed, a.entry.id, id) - rank(request.seed, b.entry.id, id))
      .slice(0, 1);
  });
  return [...kept.flat(), ...extra];
}

/** All runs of an entry, the most important ones first. */
function runsOf<E extends PlanEntry>(entry: E, { scenarios, runs, seed }: PlanRequest<E>): PlannedRun<E>[] {
  const { own, before } = scenariosOf(entry, scenarios);
  const counts = [
    ...own.map(({ id }) => ({ id, runs })),
    ...before.map(({ id }) => ({ id, runs: Math.ceil(runs / RUNS_FOR_ONE_BEFORE) })),
  ];
  return counts
    .flatMap(({ id, runs: count }) =>
      Array.from({ length: count }, (_, nth) => ({
        // Where in the list, from 0 to 1, with a draw that breaks ties: each scenario's runs are spread evenly over it.
        at: (nth + rank(seed, entry.id, id)) / count,
        run: { entry, scenario: id, seed: matrixSeed(seed, nth, id) },
      })),
    )
    .sort((a, b) => a.at - b.at)
    .map(({ run }) => run);
}

function prefixByCost<E extends PlanEntry>(
  runs: readonly PlannedRun<E>[],
  costOf: (scenario: string) => number,
  share: number,
): readonly PlannedRun<E>[] {
  const limit = share * runs.reduce((sum, { scenario }) => sum + costOf(scenario), 0);
  let spent = 0;
  const end = runs.findIndex(({ scenario }) => {
    spent += costOf(scenario);
    return spent > limit;
  });
  return runs.slice(0, end < 0 ? runs.length : Math.max(1, end));
}

/** A draw in [0, 1), the same whenever it is asked for. */
function rank(seed: number, ...about: readonly string[]): number {
  const digest = createHash("sha256")
    .update(`calibrate\n${seed}\n${about.join("\n")}`)
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** What the gradings of a submission are planned by. */
export interface GradingPlan {
  /** Milliseconds that one is estimated to take. */
  readonly costMs: number;
  /** More of them would tell nothing. */
  readonly most: number;
}

/** How many gradings each submission gets: those that die soon get all, those that live long as many as the same cost holds for each. */
export function planGradings(plans: readonly GradingPlan[], budgetMs: number): number[] {
  const countsFor = (eachMs: number) => plans.map(({ costMs, most }) => Math.min(most, Math.floor(eachMs / costMs)));
  const totalOf = (eachMs: number) =>
    countsFor(eachMs).reduce((sum, count, i) => sum + count * (plans[i]?.costMs ?? 0), 0);
  const mostMs = Math.max(0, ...plans.map(({ costMs, most }) => costMs * most));
  if (totalOf(mostMs) <= budgetMs) return plans.map(({ most }) => most);
  let low = 0;
  let high = mostMs;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (totalOf(middle) <= budgetMs) low = middle;
    else high = middle;
  }
  return countsFor(low);
}
