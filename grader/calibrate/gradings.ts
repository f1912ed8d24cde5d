import { runSeed } from "../run/seeds.ts";
import type { ScenarioColumn } from "./result.ts";
import { findingOf, type Outcome } from "./run-store.ts";

/** What the matrix knows of a submission in one scenario. */
export interface CellStatistics {
  readonly kills: number;
  readonly runs: number;
  /** Milliseconds that a run is estimated to take. */
  readonly costMs: number;
}

/** One run of a default grading, in the order in which they are tried. */
export interface GradingRun {
  readonly scenario: string;
  /** 0 … default runs − 1. */
  readonly index: number;
}

/** One default grading of a wrong submission, played up to its first kill. */
export interface Grading {
  readonly baseSeed: number;
  /** In which run, from 1; null when it survived. */
  readonly killedIn: number | null;
  /** The run that killed it. */
  readonly kill?: GradingRun & { readonly seed: number };
  /** Of the runs up to the first kill. */
  readonly wallMs: number;
  /** The runs that were played, by scenario. */
  readonly played: readonly { readonly scenario: string; readonly outcome: Outcome }[];
}

/** What a scenario is taken to kill of which nothing is known. */
const UNKNOWN_KILL = 0.1;

/**
 * All runs of a default grading, those first that kill most for what they cost, each taken to be less likely to than the
 * one before it in the same scenario. The order changes no outcome, only its price.
 */
export function gradingOrder(
  scenarios: readonly ScenarioColumn[],
  statistics: ReadonlyMap<string, CellStatistics>,
): GradingRun[] {
  return scenarios
    .flatMap(({ id, defaultRuns }) => {
      const { kills = 0, runs = 0, costMs = 1 } = statistics.get(id) ?? {};
      return Array.from({ length: defaultRuns }, (_, index) => ({
        run: { scenario: id, index },
        worth: (kills + UNKNOWN_KILL) / (runs + 1 + index) / costMs,
      }));
    })
    .sort((a, b) => b.worth - a.worth)
    .map(({ run }) => run);
}

/** Milliseconds that a grading is estimated to take up to its first kill. Kills nobody has seen are not counted on. */
export function expectedGradingMs(
  order: readonly GradingRun[],
  statistics: ReadonlyMap<string, CellStatistics>,
): number {
  let alive = 1;
  let total = 0;
  for (const { scenario } of order) {
    const { kills = 0, runs = 0, costMs = 1 } = statistics.get(scenario) ?? {};
    total += alive * costMs;
    alive *= 1 - kills / (runs + 0.5);
  }
  return total;
}

/** Plays a default grading with that base seed until a run kills. Null when the grader's own faults left it open. */
export async function playGrading(
  order: readonly GradingRun[],
  baseSeed: number,
  play: (scenario: string, seed: number) => Promise<Outcome>,
): Promise<Grading | null> {
  const played: { scenario: string; outcome: Outcome }[] = [];
  const wallMs = () => played.reduce((sum, { outcome }) => sum + outcome.wallMs, 0);
  for (const [at, run] of order.entries()) {
    const seed = runSeed(baseSeed, run.scenario, run.index);
    const outcome = await play(run.scenario, seed);
    played.push({ scenario: run.scenario, outcome });
    if (findingOf(outcome) !== null)
      return { baseSeed, killedIn: at + 1, kill: { ...run, seed }, wallMs: wallMs(), played };
  }
  const hasFault = played.some(({ outcome }) => outcome.verdict === "internal-error");
  return hasFault ? null : { baseSeed, killedIn: null, wallMs: wallMs(), played };
}
