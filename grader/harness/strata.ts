/**
 * The runs of a scenario take turns in so many kinds: the seed of each run, modulo this, is one more than that of the run
 * before. A scenario that asks for its stratum meets every one of a few cases within as many runs, where draws would leave
 * one out now and then. 12, so that 2, 3, 4, 6 and 12 cases come equally often.
 */
export const STRATA = 12;

/** The case whose turn it is on that seed. */
export function stratumOf<T>(seed: number, cases: readonly T[]): T {
  if (cases.length === 0 || STRATA % cases.length !== 0) {
    throw new RangeError(`${cases.length} cases cannot take turns: they must be 1, 2, 3, 4, 6 or 12`);
  }
  return cases[seed % cases.length] as T;
}
