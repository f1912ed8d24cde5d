import type { Micros } from "../sim/peer-host.ts";

/** What a submission can violate, as seen from outside. */
export type Property =
  | "election-safety"
  | "state-machine-safety"
  | "durability"
  | "liveness"
  | "efficiency"
  | "resource"
  | "api";

/**
 * One violation, as data: what was expected, what was seen, who, when, and where to read about it.
 * Sentences are made from it elsewhere (`grader/report`).
 */
export interface Failure {
  readonly property: Property;
  /** What should have been, as one sentence without a final full stop. */
  readonly expected: string;
  /** What was, as one sentence without a final full stop. */
  readonly seen: string;
  /** Where the rule stands, for example "Raft paper, Figure 3 (Election Safety), section 5.2". */
  readonly cite: string;
  readonly timeUs: Micros;
  /** What the scenario was about when that happened, where it tells several stories; a sentence without a final full stop. */
  readonly during?: string;
  readonly peers?: readonly number[];
  readonly term?: number;
  readonly index?: number;
  /** Where a student could begin to look; never the answer. */
  readonly hint?: string;
}

/** Ends a run with a verdict of `failed`. Thrown by checkers and by scenario expectations. */
export class Violation extends Error {
  constructor(readonly failure: Failure) {
    super(`${failure.property}: expected ${failure.expected}; saw ${failure.seen}`);
    this.name = "Violation";
  }
}
