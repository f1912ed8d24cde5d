import type { Fact, Facts, Failure } from "../check/failure.ts";

/**
 * What the result contract has named since the first lab, and goes on naming: facts of a leader with a log. The machinery knows
 * facts by whatever names a lab has for them, and this file alone knows these.
 */
export const CONTRACT_FACTS = {
  /** In `failure`, beside `where`, which has all of them. */
  failure: { term: "number", index: "number" },
  /** In each of `peers`, where other labs' facts stand too. */
  peer: { term: "number", isLeader: "boolean", appliedIndex: "number" },
} as const;

/** A failure as results have it. */
export interface ReportedFailure extends Omit<Failure, "check" | "member"> {
  /** Absent in results of before it was there. */
  readonly check?: string;
  readonly term?: number;
  readonly index?: number;
}

/** What one peer looked like when the run ended: these fields, and the facts that are known of it. */
export interface PeerSummary {
  readonly peer: number;
  readonly up: boolean;
  readonly connected: boolean;
  readonly [fact: string]: Fact;
}

export function reportedFailure({ member: _, ...failure }: Failure): ReportedFailure {
  const { term, index } = failure.where ?? {};
  return { ...failure, ...(typeof term === "number" && { term }), ...(typeof index === "number" && { index }) };
}

/** The place of a failure; of one that was reported before failures had `where`, what it had then. */
export function placeOf({ where, term, index }: ReportedFailure): Facts {
  return where ?? { ...(term !== undefined && { term }), ...(index !== undefined && { index }) };
}
