import { type PlayResult, playScenario } from "../../grader/harness/run-scenario.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { engineFor } from "../host/fixture.ts";

/** Every scenario of lab 2, by id. */
export const SCENARIOS = new Map(
  lab2.suites.flatMap((suite) => suite.scenarios).map((scenario) => [scenario.id, scenario] as const),
);

/** Plays run `run` (from 0) of a scenario, as a grading with base seed 1 would. Throws on a fault of the grader. */
export type PlayRun = (scenarioId: string, run: number) => PlayResult;

/** A bundle in this process: no sandbox, and nothing to wait for. Nothing ends what loops for ever. */
export function playerOf(code: string): PlayRun {
  const engine = engineFor(code);
  return (scenarioId, run) => {
    const scenario = SCENARIOS.get(scenarioId);
    if (scenario === undefined) throw new Error(`there is no scenario ${scenarioId}`);
    return playScenario(scenario, runSeed(1, scenarioId, run), engine);
  };
}
