import type { GradePlan, Grader, Policy } from "../batch/index.ts";
import type { Lab, Scenario, Suite } from "../harness/scenario.ts";
import type { GradingResult } from "../run/result.ts";
import type { Sandbox } from "../run/sandbox.ts";
import type { Gate } from "./model/gate.ts";

/** A lab, or a stage of it, that may be meant. */
export interface Target {
  readonly id: string;
  readonly lab: Lab;
  readonly suites: readonly Suite[];
}

/** A submission that was graded just now. */
export interface Graded {
  readonly lab: Lab;
  /** Those that may be shown. */
  readonly scenarios: readonly Scenario[];
  readonly folder: string;
  readonly result: GradingResult;
}

/** One check, with everything that it depends on. Files that are named must not be of the repository that is graded. */
export interface CheckRequest {
  /** The one that the caller named, or all there are. */
  readonly targets: readonly Target[];
  readonly repo: string;
  readonly event?: string;
  readonly base?: string;
  readonly submission?: string;
  readonly config?: string;
  readonly baseResult?: string;
  readonly policy: Policy;
  readonly gate: Gate;
  readonly budgetMinutes?: number;
  /** Public: whoever reads the workflow knows it. */
  readonly seed: number;
  readonly workers: number;
  readonly sandbox: Sandbox;
  readonly makeGrader: (plan: GradePlan) => Grader;
  /** For temporary files; absolute. The caller removes it. */
  readonly workDir: string;
  /** The user wants it to end. */
  readonly signal: AbortSignal;
  /** Told what was graded, before its files are removed. */
  readonly onGraded?: (graded: Graded) => Promise<void>;
  /** Told what is about to be graded. */
  readonly onStart?: (line: string) => void;
}
