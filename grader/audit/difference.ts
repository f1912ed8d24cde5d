import { EFFECT_KINDS, type EffectKind, valueIn } from "../sim/effects.ts";
import type { Effect, Entry, Micros } from "../sim/peer-host.ts";

/** What a peer did at one place of its life: an effect, or the end of what an entry did, or an entry that came about. */
export type Deed =
  | { readonly kind: "effect"; readonly effect: Effect }
  /** It was quiet where the other one did more. */
  | { readonly kind: "nothing" }
  | { readonly kind: "entry"; readonly cause: Entry["cause"]; readonly timeUs: Micros }
  /** Nothing came about where the other one had an entry. */
  | { readonly kind: "no-entry" };

/** The first place where a peer that ran alone did something else than in the run. Data, not words. */
export interface SoloDifference {
  readonly peer: number;
  readonly incarnation: number;
  readonly timeUs: Micros;
  /** What it did in the run. */
  readonly expected: Deed;
  /** What it did alone. */
  readonly seen: Deed;
}

/**
 * Compares what a peer did in a run with what it did alone, entry by entry and effect by effect, and gives the first
 * difference. Stack texts do not count: they tell of files and frames, not of what the peer did.
 */
export function firstDifference(expected: readonly Entry[], seen: readonly Entry[]): SoloDifference | null {
  const shared = Math.min(expected.length, seen.length);
  for (let i = 0; i < shared; i++) {
    const difference = entryDifference(expected[i] as Entry, seen[i] as Entry);
    if (difference !== null) return difference;
  }
  const missing = expected[shared];
  if (missing !== undefined) return differenceAt(missing, asDeed(missing), { kind: "no-entry" });
  const added = seen[shared];
  return added === undefined ? null : differenceAt(added, { kind: "no-entry" }, asDeed(added));
}

function entryDifference(expected: Entry, seen: Entry): SoloDifference | null {
  if (
    expected.timeUs !== seen.timeUs ||
    expected.cause !== seen.cause ||
    expected.incarnation !== seen.incarnation ||
    expected.peer !== seen.peer
  ) {
    const first = seen.timeUs < expected.timeUs ? seen : expected;
    return differenceAt(first, asDeed(expected), asDeed(seen));
  }
  const count = Math.max(expected.effects.length, seen.effects.length);
  for (let i = 0; i < count; i++) {
    const [was, is] = [expected.effects[i], seen.effects[i]];
    if (was === undefined || is === undefined || !isSameEffect(was, is)) {
      return differenceAt(expected, asEffectDeed(was), asEffectDeed(is));
    }
  }
  return null;
}

function differenceAt({ peer, incarnation, timeUs }: Entry, expected: Deed, seen: Deed): SoloDifference {
  return { peer, incarnation, timeUs, expected, seen };
}

function asDeed({ cause, timeUs }: Entry): Deed {
  return { kind: "entry", cause, timeUs };
}

function asEffectDeed(effect: Effect | undefined): Deed {
  return effect === undefined ? { kind: "nothing" } : { kind: "effect", effect };
}

/** Whether two effects are the same but for stack texts. */
export function isSameEffect(a: Effect, b: Effect): boolean {
  if (a.kind !== b.kind) return false;
  return (EFFECT_KINDS.get(a.kind) as EffectKind).fields.every(
    ({ name, type }) => type === "stack" || isSame(valueIn(a, name), valueIn(b, name)),
  );
}

/** Of numbers, texts and data; null is nothing but null. */
function isSame(a: unknown, b: unknown): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
