import { isSilent, type KeyOperation, type Operation, type Value, valueFound } from "../history.ts";

/** What operations do to an object when they take effect one after the other. Pure; states are never changed. */
export interface Model<S, O extends Operation> {
  readonly initial: S;
  /**
   * The state after an operation took effect in `state` and returned what it did; undefined when that cannot be. An operation
   * whose return is not known takes effect in any way that it can.
   */
  step(state: S, operation: O): S | undefined;
  /** The same for the same state, another for another. */
  keyOf(state: S): string | number | null;
  /** A state in words, for a reader. */
  say(state: S): string;
  /** Operations with the same text do the same in every state. */
  classOf(operation: O): string;
  /** Whether an operation, as it returned, leaves every state in which it can be as it was. */
  isReading(operation: O): boolean;
  /**
   * Whether any of these operations does something else in a state than in others, or in what is made of it. States in which
   * none does count as one. To say yes is always right.
   */
  visible(operations: readonly O[]): (state: S) => boolean;
  /**
   * Whether any of these operations can tell that a state came about, or what was made of it. What may never have taken effect
   * is not tried where nobody can: leaving it out then changes nothing for the others. To say yes is always right.
   */
  telling(operations: readonly O[]): (state: S) => boolean;
}

/** The values of one key under put, append, cas and get: a key of a key/value store, or a register. */
export function keyModel(initial: Value): Model<Value, KeyOperation> {
  // Clients may return texts of any length: none is copied.
  const numbers = new Map<Value, number>();
  const numberOf = (value: Value) => {
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  };
  return {
    initial,
    step(state, operation) {
      switch (operation.kind) {
        case "get":
          return operation.returned === null || operation.returned.value === state ? state : undefined;
        case "put":
          return operation.value;
        case "append":
          return (state ?? "") + operation.value;
        case "cas": {
          const { expected, value, returned } = operation;
          const isSwapped = state === expected;
          const after = isSwapped ? value : state;
          // One of unknown result that finds something else does nothing, and might as well never have been.
          if (returned === null) return isSwapped ? after : undefined;
          const isSo = returned.swapped === isSwapped && (returned.value === undefined || returned.value === after);
          return isSo ? after : undefined;
        }
      }
    },
    keyOf: (state) => state,
    say: (state) => (state === null ? "nothing" : `"${state}"`),
    classOf(operation) {
      const { kind } = operation;
      if (kind === "get") return `get ${operation.returned === null ? "?" : numberOf(operation.returned.value)}`;
      if (kind !== "cas") return `${kind} ${numberOf(operation.value)}`;
      const { expected, value, returned } = operation;
      const result =
        returned === null
          ? "?"
          : `${returned.swapped} ${returned.value === undefined ? "?" : numberOf(returned.value)}`;
      return `cas ${numberOf(expected)} ${numberOf(value)} ${result}`;
    },
    isReading(operation) {
      if (operation.kind !== "cas") return operation.kind === "get";
      return operation.returned?.swapped === false || operation.expected === operation.value;
    },
    visible,
    // Which found another value than what it expected, and does not say which, can tell of any.
    telling: (operations) => (operations.some(isSilent) ? () => true : visible(operations)),
  };
}

/** Whether a value, or what it is with more appended, is one that an operation found or looked for. */
function visible(operations: readonly KeyOperation[]): (state: Value) => boolean {
  const looked = operations.flatMap((operation) => (operation.kind === "cas" ? [operation.expected] : []));
  const known = [...operations.flatMap(valueFound), ...looked].filter((value) => value !== null);
  known.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return (state) => state === null || known[firstFrom(known, state)]?.startsWith(state) === true;
}

/** Where the first of an ordered list stands that is not less; its length where none is. */
function firstFrom(list: readonly string[], text: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
