/** What went wrong, for whoever asked for figures. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `error: ${text.replace(/^error: /, "").split("\n", 1)[0]}`;
}

/** The middle one, or the upper of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The median, and between which figures all of them lie: `1.23   (1.20 … 1.40)`. */
export function spread(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${medianOf(values).toFixed(digits)}   (${least.toFixed(digits)} … ${most.toFixed(digits)})`;
}

/** One figure by the other, pair by pair: what is slow for both of a pair is in neither ratio. */
export function ratiosOf(numerators: readonly number[], denominators: readonly number[]): number[] {
  return numerators.map((value, i) => value / (denominators[i] as number));
}

/**
 * Who is measured when, by index: in each round every one once, each round in the opposite order of the one before
 * (ABBA), so that a machine that becomes slower or faster meanwhile does so for all of them.
 */
export function turnsOf(count: number, rounds: number): number[][] {
  const forwards = Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? forwards : [...forwards].reverse()));
}
