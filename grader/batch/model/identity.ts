import { createHash } from "node:crypto";
import type { Policy } from "../policy/index.ts";

/** What two gradings must have in common for their points to be comparable. */
export interface BatchIdentity {
  readonly lab: string;
  /** Of `--only`; empty: all scenarios. */
  readonly only: string;
  /** SHA-256 of the built grader. */
  readonly grader: string;
  readonly node: string;
  /** SHA-256 of the base seed: tells seeds apart without telling them. */
  readonly seed: string;
  /** SHA-256 of the policy with all its defaults, but for what it says of lateness. */
  readonly policy: string;
  /** SHA-256 of what the policy says of lateness: it changes what points count, and no grading. */
  readonly late: string;
}

const WORDS: Readonly<Record<keyof BatchIdentity, string>> = {
  lab: "the lab",
  only: "--only",
  grader: "the grader",
  node: "Node",
  seed: "the base seed",
  policy: "the policy",
  late: "its rules for lateness",
};

export function identityHash(identity: BatchIdentity): string {
  return sha256(JSON.stringify(Object.keys(WORDS).map((key) => identity[key as keyof BatchIdentity])));
}

/** Whether submissions are played and judged alike under both; what lateness costs may differ. */
export function isSameGrading(before: BatchIdentity, now: BatchIdentity): boolean {
  return (Object.keys(WORDS) as (keyof BatchIdentity)[]).every((key) => key === "late" || before[key] === now[key]);
}

/** What is not the same, in words: "Node (v20.20.2, now v22.1.0)". */
export function identityDifferences(before: BatchIdentity, now: BatchIdentity): readonly string[] {
  return (Object.keys(WORDS) as (keyof BatchIdentity)[])
    .filter((key) => before[key] !== now[key])
    .map((key) => `${WORDS[key]} (${shown(before[key])}, now ${shown(now[key])})`);
}

function shown(value: string): string {
  if (value === "") return "none";
  return /^[0-9a-f]{64}$/.test(value) ? value.slice(0, 12) : value;
}

/** Of what a policy says of grading. What lateness costs is told apart, and what checks must come to is none of a batch's. */
export function policyHash({ late: _, ci: __, ...rules }: Policy): string {
  return sha256(JSON.stringify(rules));
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
