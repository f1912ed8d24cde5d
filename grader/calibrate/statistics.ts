/** A probability as it was measured, with its 95 % interval; all from 0 to 1. */
export interface Estimate {
  /** How often it happened. */
  readonly hits: number;
  /** Of so many. */
  readonly of: number;
  readonly low: number;
  readonly high: number;
}

/** The quantile of the normal distribution that leaves 2.5 % on each side. */
const Z = 1.959963984540054;

/** The Wilson score interval: good for small numbers too, and never empty at 0 or 1. Of nothing: 0 to 1. */
export function wilson(hits: number, of: number): Estimate {
  if (of === 0) return { hits, of, low: 0, high: 1 };
  const share = hits / of;
  const denominator = 1 + Z ** 2 / of;
  const centre = (share + Z ** 2 / (2 * of)) / denominator;
  const half = (Z / denominator) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return { hits, of, low: hits === 0 ? 0 : centre - half, high: hits === of ? 1 : centre + half };
}

/**
 * The exact (Clopper–Pearson) upper bound of a probability, with 95 % confidence on that one side: the largest one under
 * which so few hits still come in 1 of 20 times. Without a hit that is 1 − 0.05^(1/n), about 3/n.
 */
export function upperBound(hits: number, of: number): number {
  if (hits >= of) return 1;
  if (hits === 0) return 1 - 0.05 ** (1 / of);
  let low = hits / of;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(hits, of, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** How likely a submission is to pass them all: each of `cells` is played `runs` times and fails with a chance of `kill`. */
export function survivalChance(cells: readonly { readonly kill: number; readonly runs: number }[]): number {
  return cells.reduce((chance, { kill, runs }) => chance * (1 - kill) ** runs, 1);
}

/** Binomial distribution: at most `hits` of `of`, each with chance `p` in (0, 1). */
function chanceOfAtMost(hits: number, of: number, p: number): number {
  let logTerm = of * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= hits; k++) {
    logTerm += Math.log((of - k + 1) / k) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logTerm);
  }
  return sum;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
