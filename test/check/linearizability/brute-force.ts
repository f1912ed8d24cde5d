import { endOf, type KeyOperation, type Value } from "../../../grader/check/linearizability/index.ts";

/**
 * Whether some order of the operations on one key gives what they returned: all orders are tried, with nothing remembered and
 * nothing left out. For histories of a few operations; written apart from the checkers, to be compared with them.
 *
 * `optional`: those that need not have taken effect.
 */
export function bruteForce(
  operations: readonly KeyOperation[],
  initial: Value,
  optional: ReadonlySet<KeyOperation> = new Set(),
): boolean {
  const isRequired = (operation: KeyOperation) => operation.returned !== null && !optional.has(operation);
  if (!operations.some(isRequired)) return true;
  // Next can be whatever is not after one that is still to come; what is left behind for good is not to come.
  return operations.some((next) => {
    const blockers = operations.filter((other) => other !== next && endOf(other) < next.call);
    if (blockers.some(isRequired)) return false;
    const after = effectOf(next, initial);
    const rest = operations.filter((other) => other !== next && !blockers.includes(other));
    return after !== undefined && bruteForce(rest, after.state, optional);
  });
}

function effectOf(operation: KeyOperation, state: Value): { state: Value } | undefined {
  if (operation.kind === "get") {
    return operation.returned === null || operation.returned.value === state ? { state } : undefined;
  }
  if (operation.kind === "put") return { state: operation.value };
  if (operation.kind === "append") return { state: `${state ?? ""}${operation.value}` };
  const swaps = state === operation.expected;
  const after = swaps ? operation.value : state;
  if (operation.returned !== null) {
    const { swapped, value = after } = operation.returned;
    if (swapped !== swaps || value !== after) return undefined;
  }
  return { state: after };
}
