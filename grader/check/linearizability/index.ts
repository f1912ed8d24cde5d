/**
 * Linearizability of a history of operations (Herlihy and Wing, "Linearizability", 1990): whether there is an order of them,
 * each somewhere between its call and its return, in which one object that does one after the other gives what they returned.
 * Pure functions of the history, which know no lab: no scenario hands one over yet.
 */
import { checkGeneral, LIMITS, type Part } from "./general/check.ts";
import { keyModel } from "./general/model.ts";
import type { Limits } from "./general/search.ts";
import { type History, type KeyOperation, partsOf } from "./history.ts";
import type { Judgement } from "./judgement.ts";
import { checkUnique } from "./unique/check.ts";
import { Written } from "./unique/written.ts";

export { checkGeneral, LIMITS, type Part } from "./general/check.ts";
export { keyModel, type Model } from "./general/model.ts";
export type { Limits } from "./general/search.ts";
export {
  type Append,
  type Cas,
  endOf,
  type Get,
  type History,
  type KeyOperation,
  type Operation,
  type Position,
  type Put,
  partsOf,
  precedes,
  type Value,
  valueFound,
} from "./history.ts";
export type { Counterexample, Judgement, Order, Why } from "./judgement.ts";
export { checkUnique } from "./unique/check.ts";
export { type Inapplicable, Written } from "./unique/written.ts";

/**
 * Whether a history of a key/value store (or of a register: one key) is linearizable. Keys whose values were each written once
 * are decided exactly and at once; the others are searched. Throws `Undecided` for a history that cannot have happened.
 *
 * `initial`: what stands under every key at first.
 */
export function checkLinearizability(
  history: History,
  initial: "" | null = "",
  limits: Limits = LIMITS,
): Judgement<KeyOperation> {
  const searched: Part<KeyOperation>[] = [];
  for (const [key, operations] of partsOf(history, (operation) => operation.key)) {
    const written = Written.of(operations);
    if (typeof written === "string") {
      searched.push([key, operations]);
      continue;
    }
    const judgement = checkUnique(key, operations, written, initial);
    if (judgement.is === "violated") return judgement;
  }
  return checkGeneral(keyModel(initial), searched, limits);
}
