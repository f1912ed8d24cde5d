import type { Micros } from "../sim/peer-host.ts";

/** An operation of a client: by its name in what is said of the failure, whose it is, and when it was called. */
export interface ToldOperation {
  readonly name: string;
  readonly peer: number;
  readonly timeUs: Micros;
}

/** What a submission can violate, as seen from outside. */
export const PROPERTIES = [
  "election-safety",
  "state-machine-safety",
  "durability",
  "liveness",
  "efficiency",
  "resource",
  "api",
  "linearizability",
  "exactly-once",
  "agreement",
  "validity",
  "integrity",
] as const;
export type Property = (typeof PROPERTIES)[number];

/** What is known of one thing under one name, such as the term of a peer. What names there are is for each lab to say. */
export type Fact = string | number | boolean;
export type Facts = Readonly<Record<string, Fact>>;

/** A rule that is checked: where it stands, and what to say to who broke it. */
export interface Rule {
  /** Where the rule stands, for example "Raft paper, Figure 3 (Election Safety), section 5.2". */
  readonly cite: string;
  /** Where a student could begin to look; never the answer. */
  readonly hint?: string;
}
/** The rules of a lab, by the name of the check that finds them broken. */
export type Rules<Check extends string = string> = Readonly<Record<Check, Rule>>;

/**
 * What a check finds, as data: what was expected, what was seen, who and when. Where the rule stands is for the lab to say,
 * by the name of the check.
 */
export interface Finding {
  readonly property: Property;
  /** Which rule it is that was broken, more closely than the property says, for example `one-leader-a-term`. */
  readonly check: string;
  /** What should have been, as one sentence without a final full stop. */
  readonly expected: string;
  /** What was, as one sentence without a final full stop. */
  readonly seen: string;
  readonly timeUs: Micros;
  readonly peers?: readonly number[];
  /** Operations that contradict each other. */
  readonly operations?: readonly ToldOperation[];
  /** At which place of what the peers keep, such as an index of a log. */
  readonly where?: Facts;
  /** The method of the submission that it is about, by its role, where the grader called one. */
  readonly member?: { readonly role: string; readonly method: string };
}

/** What a scenario finds: it brings its rule along, unless the lab has one of that name. */
export type OwnFinding = Finding & Partial<Rule>;

/** One violation, as data, with all that is said of it. */
export interface Failure extends Finding, Rule {
  /** What the scenario was about when that happened, where it tells several stories; a sentence without a final full stop. */
  readonly during?: string;
}

/** A finding with its rule: its own, or the one of that name. Throws when there is none, which is a mistake of the lab. */
export function failureOf(finding: OwnFinding, rules: Readonly<Record<string, Rule>>): Failure {
  const rule = rules[finding.check];
  const cite = finding.cite ?? rule?.cite;
  if (cite === undefined) throw new Error(`no rule says where the check ${finding.check} stands`);
  const hint = finding.cite === undefined ? rule?.hint : finding.hint;
  return { ...finding, cite, ...(hint !== undefined && { hint }) };
}

/** Something that a scenario asks for, as data: which kind it is, and what that kind has to know. */
export interface Expect {
  readonly is: string;
  /** Where it is waited for: so much virtual time at most. */
  readonly withinMs?: number;
}

/** An expectation that is being judged, or waited for, since a moment. */
export interface Judging {
  readonly expect: Expect;
  readonly sinceUs: Micros;
  /** What it is a part of. */
  readonly outer?: Judging;
}

/** Ends a run with a verdict of `failed`. Thrown by checkers and by scenario expectations. */
export class Violation extends Error {
  constructor(
    readonly finding: OwnFinding,
    /** What it was that was expected, where that is data. */
    readonly judged?: Judging,
  ) {
    super(`${finding.property}: expected ${finding.expected}; saw ${finding.seen}`);
    this.name = "Violation";
  }
}
