import { Undecided } from "../undecided.ts";

/**
 * What stands under a key: text, or null where a register may hold nothing. What stands there before anybody wrote is
 * said to the check.
 */
export type Value = string | null;

/**
 * A moment, as nothing but its place in the order of all moments: the number of an event, or microseconds of virtual
 * time. An operation comes before another when it returned before the other was called; at equal positions neither does,
 * so that they count as concurrent.
 */
export type Position = number;

/** One operation of a client, whatever it operates on. `R` is what its return says. */
export interface Operation<R = object> {
  readonly client: number;
  readonly call: Position;
  /**
   * Null: it never returned, or what it returned is not known. It may then take effect at any time after its call, or
   * never.
   */
  readonly returned: ({ readonly at: Position } & R) | null;
}

export interface Get extends Operation<{ readonly value: Value }> {
  readonly kind: "get";
  readonly key: string;
}

/** Replaces what stands under the key. */
export interface Put extends Operation {
  readonly kind: "put";
  readonly key: string;
  readonly value: string;
}

/** Adds to the end of what stands under the key, where nothing counts as the empty text. */
export interface Append extends Operation {
  readonly kind: "append";
  readonly key: string;
  readonly value: string;
}

/**
 * Replaces what stands under the key when that is `expected`. Its return says whether it did, and may say what stood there
 * afterwards.
 */
export interface Cas extends Operation<{ readonly swapped: boolean; readonly value?: Value }> {
  readonly kind: "cas";
  readonly key: string;
  readonly expected: Value;
  readonly value: string;
}

/** One operation on a key/value store, or on a register (one key, without appends). */
export type KeyOperation = Get | Put | Append | Cas;

/**
 * All operations of a run, in any order. Who records them may go on changing them: an operation is added when it is called,
 * and gets its `returned` later. A check looks at them as they are, and keeps none.
 */
export type History<O extends Operation = KeyOperation> = readonly O[];

/** When an operation had returned at the latest; infinity when that is not known. */
export function endOf({ returned }: Operation): Position {
  return returned === null ? Number.POSITIVE_INFINITY : returned.at;
}

/** Whether real time puts one operation before another. */
export function precedes(one: Operation, other: Operation): boolean {
  return endOf(one) < other.call;
}

/** A cas that did nothing, and does not say what it found. */
export function isSilent(operation: KeyOperation): boolean {
  if (operation.kind !== "cas" || operation.returned === null) return false;
  return !operation.returned.swapped && operation.returned.value === undefined;
}

/** What an operation found under its key, if it took effect; none for one that does not look, or does not say. */
export function valueFound(operation: KeyOperation): Value[] {
  const { kind } = operation;
  if (kind === "get") return operation.returned === null ? [] : [operation.returned.value];
  if (kind !== "cas") return [];
  if (operation.returned?.swapped !== false) return [operation.expected];
  return operation.returned.value === undefined ? [] : [operation.returned.value];
}

/** The parts of a history, by a name of what each operation operates on; in the order in which they first occur. */
export function partsOf<O extends Operation>(history: History<O>, nameOf: (operation: O) => string): Map<string, O[]> {
  const parts = new Map<string, O[]>();
  for (const operation of history) {
    if (!(operation.call <= endOf(operation)) || !Number.isFinite(operation.call)) {
      const { client, call } = operation;
      throw new Undecided("linearizability", `client ${client} returned at ${endOf(operation)} and called at ${call}`);
    }
    const name = nameOf(operation);
    const part = parts.get(name);
    if (part === undefined) parts.set(name, [operation]);
    else part.push(operation);
  }
  return parts;
}
