import { fieldsIn, isCount, scalar, shownField } from "../submitted.ts";

/** What a peer handed to `decide()`. The bytes are part of the message: what is kept is to be copied. */
export interface Decided {
  readonly slot: number;
  /** As MessagePack. */
  readonly value: Uint8Array;
}

/** What a peer knows of slots: the highest one, −1 if none, and the lowest that it has not forgotten. */
export interface SlotsState {
  readonly max: number;
  readonly min: number;
}

/** Reads the argument of `decide()`; a string says what is wrong with it. */
export function decodeDecided(bytes: Uint8Array): Decided | string {
  const fields = fieldsIn(bytes, ["slot", "value"]);
  if (typeof fields === "string") return `decide() was given ${fields}`;
  const [slotAt, valueAt] = fields;
  const slot = scalar(bytes, slotAt);
  if (!isCount(slot)) return `decide() was given the slot ${shownField(bytes, slotAt)}`;
  if (valueAt === undefined) return `decide() was given no value for slot ${slot}`;
  return { slot, value: bytes.subarray(valueAt.start, valueAt.end) };
}

/** Reads what `getState()` returned; a string says what is wrong with it. */
export function decodeSlotsState(bytes: Uint8Array): SlotsState | string {
  const fields = fieldsIn(bytes, ["max", "min"]);
  if (typeof fields === "string") return `getState() returned ${fields}`;
  const [max, min] = [scalar(bytes, fields[0]), scalar(bytes, fields[1])];
  if (max !== -1 && !isCount(max)) return `getState() returned max: ${shownField(bytes, fields[0])}`;
  if (!isCount(min)) return `getState() returned min: ${shownField(bytes, fields[1])}`;
  return { max, min };
}
