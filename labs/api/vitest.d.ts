/** `consensus-labs/vitest`: scenarios as tests of vitest, in its output and in editors. */

/** What is needed of vitest's `test`. */
// biome-ignore lint/suspicious/noExplicitAny: vitest's own type, of whatever version
export type TestFunction = (name: string, body: (context: any) => Promise<void>, timeoutMs: number) => unknown;

export interface ScenarioTestOptions {
  /** How many runs each scenario gets (default 4, as in a grading). */
  readonly runs?: number;
  /** Base seed of all runs (default 1). */
  readonly seed?: number;
  /** The folder that is graded (default: the current one). */
  readonly folder?: string;
}

/**
 * Makes a test of each scenario. They are played by the grader, in one grading of those that were asked for, and tell what it
 * tells. What a course grades by is its own grading.
 *
 * @param lab a lab, a stage of one, or the id of one scenario, as `grade list` has them.
 * @param test vitest's own.
 */
export function scenarioTests(lab: string, test: TestFunction, options?: ScenarioTestOptions): void;
