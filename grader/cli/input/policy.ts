import { DEFAULT_POLICY, impossiblePasses, loadPolicy, type Policy, PolicyError } from "../../batch/index.ts";
import type { Lab } from "../../harness/scenario.ts";

/**
 * The policy of `--config`, or the default one, with the runs of `--runs`.
 *
 * @throws PolicyError when no submission could pass by it as it is meant.
 */
export function policyOf(config: string | undefined, runs: number | undefined, labs: readonly Lab[]): Policy {
  const written = config === undefined ? DEFAULT_POLICY : loadPolicy(config);
  const policy = runs === undefined ? written : { ...written, runs };
  const problems = impossiblePasses(policy, labs.flatMap(scenarioIds));
  if (runs !== undefined && policy.extraRuns !== undefined && policy.extraRuns.upTo < runs) {
    problems.push(`extraRuns.upTo: is less than the ${runs} runs of --runs`);
  }
  if (problems.length > 0) throw new PolicyError(problems.map((problem) => `${config}: ${problem}`));
  return policy;
}

/** Of all stages. */
export function scenarioIds(lab: Lab): readonly string[] {
  return lab.suites.flatMap((suite) => suite.scenarios.map(({ id }) => id));
}
