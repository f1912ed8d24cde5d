import { EFFECT_KINDS, type Field, valueIn } from "../sim/effects.ts";
import type { Effect } from "../sim/peer-host.ts";
import { textOf } from "./interned.ts";

/** Whether a peer did the same in two entries, but for stacks. Asked at each step of each life. */
export function areAlike(some: readonly Effect[], others: readonly Effect[]): boolean {
  if (some.length !== others.length) return false;
  for (let at = 0; at < some.length; at++) if (!isSame(some[at] as Effect, others[at] as Effect)) return false;
  return true;
}

function isSame(one: Effect, other: Effect): boolean {
  if (one.kind !== other.kind) return false;
  const fields = EFFECT_KINDS.get(one.kind)?.fields ?? [];
  for (let at = 0; at < fields.length; at++) {
    const { name, type } = fields[at] as Field;
    if (type !== "stack" && !isEqual(valueIn(one, name), valueIn(other, name))) return false;
  }
  return true;
}

function isEqual(one: unknown, other: unknown): boolean {
  if (!(one instanceof Uint8Array && other instanceof Uint8Array)) return one === other;
  return one.length === other.length && Buffer.compare(one, other) === 0;
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
