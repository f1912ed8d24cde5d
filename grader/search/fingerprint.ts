import { EFFECT_KINDS, valueIn } from "../sim/effects.ts";
import type { Effect } from "../sim/peer-host.ts";
import { textOf } from "./interned.ts";

/** All that a peer did in an entry, but for stacks, as a text: equal texts are equal deeds. */
export function fingerprint(effects: readonly Effect[]): string {
  return effects.map(effectText).join("\u0000");
}

/** One of them. */
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
