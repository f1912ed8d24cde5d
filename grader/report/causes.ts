import type { RunResult, ScenarioResult } from "../run/result.ts";

/** Failures that, by all that is told of them, have one cause: the first of them, and the others. */
export interface Cause {
  readonly first: ScenarioResult;
  readonly others: readonly ScenarioResult[];
}

/**
 * Failures by cause, in the order of the first of each. One cause have those in which peers were seen to break the same rules,
 * which threw in one place, or of which the same facts are told but for their figures. Of which nothing is told stands alone.
 */
export function byCause(failed: readonly ScenarioResult[]): readonly Cause[] {
  const causes = new Map<string, { first: ScenarioResult; others: ScenarioResult[] }>();
  for (const scenario of failed) {
    const key = causeOf(scenario.runs.find(({ verdict }) => verdict !== "passed")) ?? `alone ${scenario.id}`;
    const known = causes.get(key);
    if (known === undefined) causes.set(key, { first: scenario, others: [] });
    else known.others.push(scenario);
  }
  return [...causes.values()];
}

function causeOf(run: RunResult | undefined): string | null {
  if (run === undefined) return null;
  const { departures = [], facts = [], places: [place] = [], verdict, failure, message = "" } = run;
  if (departures.length > 0) return `rules ${[...new Set(departures.map(({ rule }) => rule))].sort().join()}`;
  if (place !== undefined)
    return `place ${JSON.stringify([verdict, place.file, place.line, place.column, withoutFigures(message)])}`;
  if (facts.length === 0 || failure === undefined) return null;
  const told = facts.map(({ label, text }) => `${label} ${withoutFigures(text)}`);
  return `facts ${JSON.stringify([failure.property, failure.check, ...told])}`;
}

function withoutFigures(text: string): string {
  return text.replace(/\d+/g, "#");
}
