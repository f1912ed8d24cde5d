import type { Property } from "../check/failure.ts";
import type { RunResult, ScenarioResult, SuiteResult } from "./result.ts";

/** Fractions of a suite's points when one, two, three or more of its scenarios saw a safety violation. */
export const DEFAULT_SAFETY_CAP: readonly number[] = [0.5, 0.3, 0.2];

/** What a violation of safety costs beyond the scenario that saw it. */
export interface SafetyRules {
  /** The properties that are safety in this lab, in the order in which reasons name them. */
  readonly properties: readonly Property[];
  /** See `DEFAULT_SAFETY_CAP`; the last one holds for more scenarios too, and an empty list caps nothing. */
  readonly cap: readonly number[];
}

/** Every stage has what its scenarios earned. */
export const NO_CAP: SafetyRules = { properties: [], cap: [] };

/** What of a scenario's result counts for a score. */
export type Scored = Pick<ScenarioResult, "id" | "points" | "maxPoints"> & {
  readonly runs: readonly Pick<RunResult, "property">[];
};

/** What the scenarios come to, in all and by suite, in their order. */
export interface Score {
  readonly points: number;
  readonly rawPoints: number;
  readonly maxPoints: number;
  readonly suites: readonly SuiteResult[];
}

/**
 * Adds up scenarios, and caps the suites in which safety was violated. Only runs that stand in the results count, so
 * that neither workers nor the order of play change anything; of a scenario that passes by a fraction of its runs, a
 * violating run counts as well. Caps are rounded to hundredths of a point, halves up.
 */
export function scoreOf(scenarios: readonly Scored[], rules: SafetyRules): Score {
  const suites = [...bySuite(scenarios)].map(([id, members]) => suiteResult(id, members, rules));
  const sum = (of: (suite: SuiteResult) => number) => tidy(suites.reduce((total, suite) => total + of(suite), 0));
  return {
    points: sum(({ points }) => points),
    rawPoints: sum(({ rawPoints }) => rawPoints),
    maxPoints: sum(({ maxPoints }) => maxPoints),
    suites,
  };
}

/** A scenario's id begins with its suite's. */
function bySuite(scenarios: readonly Scored[]): Map<string, Scored[]> {
  const suites = new Map<string, Scored[]>();
  for (const scenario of scenarios) {
    const id = scenario.id.split("/", 1)[0] as string;
    suites.set(id, [...(suites.get(id) ?? []), scenario]);
  }
  return suites;
}

function suiteResult(id: string, scenarios: readonly Scored[], rules: SafetyRules): SuiteResult {
  const rawPoints = tidy(scenarios.reduce((sum, { points }) => sum + points, 0));
  const maxPoints = tidy(scenarios.reduce((sum, scenario) => sum + scenario.maxPoints, 0));
  const unsafe = scenarios.filter(({ runs }) => runs.some(({ property }) => isSafety(property, rules)));
  const fraction = rules.cap[Math.min(unsafe.length, rules.cap.length) - 1];
  if (fraction === undefined) return { id, points: rawPoints, rawPoints, maxPoints };
  const atMost = toHundredths(fraction * maxPoints);
  const seen = new Set(unsafe.flatMap(({ runs }) => runs.map(({ property }) => property)));
  const properties = rules.properties.filter((property) => seen.has(property));
  return {
    id,
    points: Math.min(rawPoints, atMost),
    rawPoints,
    maxPoints,
    safetyCap: { atMost, scenarios: unsafe.length, properties, reason: reason(atMost, maxPoints, unsafe, properties) },
  };
}

function isSafety(property: Property | undefined, { properties }: SafetyRules): boolean {
  return property !== undefined && properties.includes(property);
}

/** How many scenarios there were, and not which: students may see this where some are hidden from them. */
function reason(atMost: number, maxPoints: number, unsafe: readonly Scored[], properties: readonly Property[]): string {
  const scenarios = `${unsafe.length} scenario${unsafe.length === 1 ? "" : "s"} of this stage`;
  return `at most ${atMost} of ${maxPoints} points: ${scenarios} saw a safety violation (${properties.join(", ")})`;
}

/** Halves up; 0.3 × 0.35 is a little less than 0.105 in floating point. */
function toHundredths(points: number): number {
  return Math.round(points * 100 + 1e-6) / 100;
}

/** Without the noise of binary fractions: 0.1 + 0.2 is 0.3. */
function tidy(points: number): number {
  return Number(points.toPrecision(12));
}
