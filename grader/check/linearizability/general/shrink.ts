import type { Operation } from "../history.ts";
import { type Found, type Limits, Search } from "./search.ts";
import type { Transitions } from "./transitions.ts";

/** For one try, in two rounds: what is not seen to be wrong by then is kept. Once it is fewer, more can be spent on each. */
const ROUNDS: readonly Limits[] = [
  { steps: 2_000, memory: 1_000_000 },
  { steps: 20_000, memory: 2_000_000 },
];
/** For all of them. */
const TOTAL_STEPS = 2_000_000;

interface Shrunk<O> {
  /** These contradict each other, and none could be left out (unless the limits were met). */
  readonly needed: readonly O[];
  /** The other writes. Each may have taken effect between its call and its return, or not. */
  readonly optional: readonly O[];
  /** A search among `needed`, then `optional`. */
  readonly found: Found;
}

/**
 * Of operations on one object that no order explains, a few that no order explains either, whatever the others did: of those
 * the readings are left out, and the writes need not have taken effect. So nothing is blamed on the absence of one.
 */
export function shrink<S, O extends Operation>(transitions: Transitions<S, O>, operations: readonly O[]): Shrunk<O> {
  let left = TOTAL_STEPS;
  const search = (needed: readonly O[], limits: Limits) => {
    const kept = new Set(needed);
    const optional = operations.filter((operation) => !kept.has(operation) && !transitions.model.isReading(operation));
    const found = new Search(transitions, [...needed, ...optional], limits, new Set(optional)).run();
    left -= found.steps;
    return { needed, optional, found };
  };
  let needed: readonly O[] = operations.filter(({ returned }) => returned !== null).sort((a, b) => a.call - b.call);
  for (const limits of ROUNDS) {
    for (let size = needed.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      // From the end: what came after the contradiction has no part in it, and is most of a long history.
      for (let to = needed.length; to > 0 && left > 0; to -= size) {
        const without = [...needed.slice(0, Math.max(0, to - size)), ...needed.slice(to)];
        if (search(without, limits).found.is === "none") needed = without;
      }
    }
  }
  return search(needed, { steps: Number.POSITIVE_INFINITY, memory: Number.POSITIVE_INFINITY });
}
