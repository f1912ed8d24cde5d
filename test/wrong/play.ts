import { fileURLToPath } from "node:url";
import { type PlayResult, playScenario } from "../../grader/harness/run-scenario.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { engineFor } from "../host/fixture.ts";
import { withPatched } from "./apply.ts";
import type { Patch } from "./patch.ts";

const REFERENCE = fileURLToPath(new URL("../../reference", import.meta.url));

/** Every scenario of lab 2, by id. */
export const SCENARIOS = new Map(
  lab2.suites.flatMap((suite) => suite.scenarios).map((scenario) => [scenario.id, scenario] as const),
);

/** Plays run `run` (from 0) of a scenario, as a grading with base seed `base` would. Throws on a fault of the grader. */
export type PlayRun = (scenarioId: string, run: number, base?: number) => PlayResult;

/** The reference with a patch, or as it is, in this process: no sandbox, and nothing to wait for. */
export async function openPatched(patch: Patch = { id: "reference", what: "", edits: [] }): Promise<PlayRun> {
  const bundle = await withPatched(REFERENCE, patch, (folder) => bundleSubmission(openSubmission(folder, lab2.peer)));
  const engine = engineFor(bundle.code);
  return (scenarioId, run, base = 1) => {
    const scenario = SCENARIOS.get(scenarioId);
    if (scenario === undefined) throw new Error(`there is no scenario ${scenarioId}`);
    return playScenario(scenario, runSeed(base, scenarioId, run), engine);
  };
}

/** What a run came to, in a word: `passed`, the property that was violated, or another verdict. */
export function outcome({ verdict, failure }: PlayResult): string {
  return verdict === "failed" ? (failure?.property ?? "failed") : verdict;
}
