import { seconds } from "../../check/describe.ts";
import type { Counterexample, KeyOperation, Order, Why } from "../../check/linearizability/index.ts";
import { endOf } from "../../check/linearizability/index.ts";

const COLUMNS = 40;
const VALUE_CHARS = 28;

/**
 * A few operations that contradict each other, drawn: each a bar from its call to its return, then what must have come before
 * what, and why that cannot be. Several lines.
 */
export function timelineOf(
  { operations, orders, why }: Counterexample<KeyOperation>,
  nameOf: (client: number) => string,
): string {
  const calls = operations.map((operation) => callText(operation));
  const width = Math.max(...calls.map(({ length }) => length));
  const whoWidth = Math.max(...operations.map(({ client }) => nameOf(client).length));
  const draw = scale(operations);
  const rows = operations.map((operation, i) => {
    const who = nameOf(operation.client).padEnd(whoWidth);
    return `${letter(i)}  ${who}  ${(calls[i] as string).padEnd(width)}  ${draw(operation)}`;
  });
  const told = orders.map((order) => orderText(order));
  return [...rows, ...told, whyText(why)].join("\n");
}

function letter(i: number): string {
  return i < 26 ? String.fromCharCode(65 + i) : `${letter(Math.floor(i / 26) - 1)}${letter(i % 26)}`;
}

function callText(operation: KeyOperation): string {
  const { kind, key, returned } = operation;
  if (kind === "get") return `get(${key}) → ${returned === null ? "?" : quoted(operation.returned?.value ?? "")}`;
  if (kind !== "cas") return `${kind}(${key}, ${quoted(operation.value)})`;
  const call = `cas(${key}, ${quoted(operation.expected ?? "")}, ${quoted(operation.value)})`;
  if (operation.returned === null) return `${call} → ?`;
  return `${call} → ${operation.returned.swapped ? "swapped" : "not"}, ${quoted(operation.returned.value ?? "")}`;
}

/** Its end, where it is long: that is what was written last. On one line, whatever a store answered. */
function quoted(value: string): string {
  return JSON.stringify(value.length <= VALUE_CHARS ? value : `…${value.slice(-VALUE_CHARS)}`);
}

/** Draws a bar of an operation: its moments by their ranks, so that short ones can be seen beside long ones. */
function scale(operations: readonly KeyOperation[]): (operation: KeyOperation) => string {
  const moments = operations.flatMap((operation) => [operation.call, endOf(operation)]).filter(Number.isFinite);
  const ranks = [...new Set(moments)].sort((a, b) => a - b);
  const step = Math.max(2, Math.floor(COLUMNS / Math.max(1, ranks.length)));
  const columnOf = (moment: number) => (Number.isFinite(moment) ? ranks.indexOf(moment) * step : ranks.length * step);
  return (operation) => {
    const [from, to] = [columnOf(operation.call), columnOf(endOf(operation))];
    const isOpen = operation.returned === null;
    const bar = `|${"-".repeat(Math.max(0, to - from - 1))}${isOpen ? ">" : "|"}`;
    const until = isOpen ? "never returned" : seconds(endOf(operation));
    return `${" ".repeat(from)}${bar}  ${seconds(operation.call)} to ${until}`;
  };
}

function orderText({ before, after, by }: Order): string {
  const [one, other] = [letter(before), letter(after)];
  if (by === "time") return `${one} came before ${other}: it had returned when ${other} was called`;
  return `${one} came before ${other}: the values say so`;
}

function whyText(why: Why): string {
  switch (why.kind) {
    case "own-return":
      return `what ${letter(why.operation)} returned cannot be, whatever else happened`;
    case "unwritten":
      return `${letter(why.reading)} found what nobody wrote${why.from > 0 ? `, behind its first ${why.from} characters` : ""}`;
    case "twice":
      return `${quoted(why.written)} was written once, and stands there twice`;
    case "two-successors":
      return `${why.readings.map(letter).join(" and ")} say different things of what was written next`;
    case "circle":
      return `${why.operations.map(letter).join(", ")}: each needs what another one wrote`;
    case "reversed":
      return `by the values ${letter(why.earlier)} came before ${letter(why.later)}, yet ${letter(why.later)} had returned when ${letter(why.earlier)} was called`;
    case "interleaved": {
      const [one, other] = [why.one, why.other].map((pair) => [...new Set(pair)].map(letter).join(" and "));
      return `${one} belong together, and so do ${other}: all of the one must come before all of the other, and time allows neither`;
    }
    case "no-order":
      return `no order explains all of them: after ${why.longest.map(letter).join(", ")} none of ${why.stuck.map(letter).join(", ")} can be next`;
  }
}
