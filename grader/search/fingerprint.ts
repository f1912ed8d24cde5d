import { EFFECT_KINDS, valueIn } from "../sim/effects.ts";
import type { Effect } from "../sim/peer-host.ts";
import { textOf } from "./interned.ts";

/** Whether a peer did the same in two entries, but for stacks. */
export function areAlike(some: readonly Effect[], others: readonly Effect[]): boolean {
  return some.length === others.length && some.every((effect, at) => isSame(effect, others[at] as Effect));
}

function isSame(one: Effect, other: Effect): boolean {
  if (one.kind !== other.kind) return false;
  const fields = EFFECT_KINDS.get(one.kind)?.fields ?? [];
  return fields.every(({ name, type }) => {
    if (type === "stack") return true;
    const [a, b] = [valueIn(one, name), valueIn(other, name)];
    return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
  });
}

/** What a peer did, but for stacks, as a text: equal texts are equal deeds. */
export function effectText(effect: Effect): string {
  const fields = EFFECT_KINDS.get(effect.kind)?.fields ?? [];
  const values = fields
    .filter(({ type }) => type !== "stack")
    .map(({ name }) => {
      const value = valueIn(effect, name);
      return value instanceof Uint8Array ? `${value.length}:${textOf(value)}` : String(value);
    });
  return `${effect.kind} ${values.join(" ")}`;
}
