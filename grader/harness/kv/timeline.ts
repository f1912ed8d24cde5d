import { seconds } from "../../check/describe.ts";
import type { Counterexample, KeyOperation } from "../../check/linearizability/index.ts";
import { endOf } from "../../check/linearizability/index.ts";
import { keyText } from "../../text/key-text.ts";
import { reasonsOf } from "./reasons.ts";

const COLUMNS = 40;
const VALUE_CHARS = 28;

/**
 * A few operations that contradict each other, drawn: each a bar from its call to its return, then what must have come before
 * what, and why that cannot be. Several lines.
 *
 * @param twice the place of the one that was done twice
 */
export function timelineOf(
  counterexample: Counterexample<KeyOperation>,
  nameOf: (client: number) => string,
  twice?: number,
): string {
  const { operations } = counterexample;
  const doubled = twice === undefined ? undefined : writtenBy(operations[twice]);
  const calls = operations.map((operation) => callText(operation, doubled));
  const width = Math.max(...calls.map(({ length }) => length));
  const whoWidth = Math.max(...operations.map(({ client }) => nameOf(client).length));
  const draw = scale(operations);
  const rows = operations.map((operation, i) => {
    const who = nameOf(operation.client).padEnd(whoWidth);
    return `${letter(i)}  ${who}  ${(calls[i] as string).padEnd(width)}  ${draw(operation)}`;
  });
  return [...rows, ...reasonsOf(counterexample, letter, twice)].join("\n");
}

export function letter(i: number): string {
  return i < 26 ? String.fromCharCode(65 + i) : `${letter(Math.floor(i / 26) - 1)}${letter(i % 26)}`;
}

function writtenBy(operation: KeyOperation | undefined): string | undefined {
  return operation === undefined || operation.kind === "get" ? undefined : operation.value;
}

function callText(operation: KeyOperation, doubled: string | undefined): string {
  const { kind, key, returned } = operation;
  const quoted = (value: string) => JSON.stringify(excerpt(value, doubled));
  if (kind === "get")
    return `get(${keyText(key)}) → ${returned === null ? "?" : quoted(operation.returned?.value ?? "")}`;
  if (kind !== "cas") return `${kind}(${keyText(key)}, ${quoted(operation.value)})`;
  const call = `cas(${keyText(key)}, ${quoted(operation.expected ?? "")}, ${quoted(operation.value)})`;
  if (operation.returned === null) return `${call} → ?`;
  return `${call} → ${operation.returned.swapped ? "swapped" : "not swapped"}, ${quoted(operation.returned.value ?? "")}`;
}

/**
 * A value, on one line whatever a store answered. Of a long one its end, where that stands which was written last; of one that
 * holds something twice the two places.
 */
function excerpt(value: string, doubled: string | undefined): string {
  if (value.length <= VALUE_CHARS) return value;
  const first = doubled === undefined ? -1 : value.indexOf(doubled);
  const second = first < 0 ? -1 : value.indexOf(doubled as string, first + 1);
  if (second < 0) return `…${value.slice(-VALUE_CHARS)}`;
  const { length } = doubled as string;
  const part = (from: number, to: number) => value.slice(Math.max(0, from), Math.min(value.length, to));
  const [begin, end] = [first - AROUND_CHARS, second + length + AROUND_CHARS];
  const middle =
    second - first - length <= 2 * AROUND_CHARS
      ? part(begin, end)
      : `${part(begin, first + length + AROUND_CHARS)}…${part(second - AROUND_CHARS, end)}`;
  return `${begin > 0 ? "…" : ""}${middle}${end < value.length ? "…" : ""}`;
}

const AROUND_CHARS = 5;

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
