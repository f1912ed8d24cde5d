import type { Fingerprints } from "./fingerprints.ts";

/** How much of one is in another: `own` fingerprints that not everybody was given, and the share of them that the other has. */
export interface Share {
  readonly own: number;
  /** From 0 to 1; 0 where there is nothing of its own. */
  readonly share: number;
}

/** Looks for what is one's own in another. */
export function shareIn(one: Fingerprints, other: Fingerprints, given: Fingerprints): Share {
  const [theirs, common] = [new Set(other.unique), new Set(given.unique)];
  let own = 0;
  let shared = 0;
  for (const hash of one.unique) {
    if (common.has(hash)) continue;
    own++;
    if (theirs.has(hash)) shared++;
  }
  return { own, share: own === 0 ? 0 : shared / own };
}
