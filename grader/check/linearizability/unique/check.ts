import { type KeyOperation, valueFound } from "../history.ts";
import { Cast, type Counterexample, type Judgement, type Order, type Why } from "../judgement.ts";
import { Chains } from "./chains.ts";
import { Contradiction, Stretches } from "./stretches.ts";
import type { Written } from "./written.ts";

/**
 * Whether the operations on one key are linearizable, for values that each are written once: exactly, always, and in
 * almost linear time. Since a value says which writes made it, the values tell what followed what, in chains; what remains is
 * whether these chains fit into the time (Gibbons and Korach, "Testing shared memories", 1997, for reads and writes).
 *
 * A write whose result is not known took effect exactly if somebody saw what it wrote, or if a cas that took effect needs it.
 */
export function checkUnique(
  part: string,
  operations: readonly KeyOperation[],
  written: Written,
  initial: "" | null,
): Judgement<KeyOperation> {
  const stretches = new Stretches(operations, written, initial);
  try {
    stretches.learn();
    new Chains(operations, stretches).check();
    return { is: "linearizable" };
  } catch (error) {
    if (!(error instanceof Contradiction)) throw error;
    return { is: "violated", part, counterexample: () => explain(part, operations, written, stretches, error) };
  }
}

function explain(
  part: string,
  operations: readonly KeyOperation[],
  written: Written,
  stretches: Stretches,
  { why, members }: Contradiction,
): Counterexample<KeyOperation> {
  const operationAt = (i: number) => operations[i] as KeyOperation;
  const needed = [...stretches.withEvidence(members)].map(operationAt);
  const found = needed.flatMap((operation) => writersOf(operation, written));
  // Who wrote what is there twice, wherever it stands between the first and the last.
  if (why.kind === "twice") found.push(written.writerAt(why.written, 0));
  const writers = found.map(operationAt);
  const cast = new Cast([...needed, ...writers]);
  const placeOf = (i: number) => cast.placeOf(operationAt(i));
  const shown = renamed(why, placeOf);
  return {
    part,
    operations: cast.operations,
    context: cast.operations.flatMap((operation, place) => (needed.includes(operation) ? [] : [place])),
    orders: ordersOf(shown),
    why: shown,
  };
}

/** Values of more parts are not gone through for who wrote the last one. */
const MOST_PARTS = 20_000;

/** Who wrote the first and the last part of what an operation found: with all between it could be many. */
function writersOf(operation: KeyOperation, written: Written): number[] {
  const value = valueFound(operation)[0] ?? "";
  const first = written.writerAt(value, 0);
  let last = first;
  let from = 0;
  for (let parts = 0; from < value.length && parts < MOST_PARTS; parts++) {
    const writer = written.writerAt(value, from);
    if (writer < 0) break;
    last = writer;
    from += written.valueOf(writer).length;
  }
  return [...new Set([first, last])].filter((writer) => writer >= 0);
}

function renamed(why: Why, placeOf: (i: number) => number): Why {
  const pair = ([a, b]: readonly [number, number]) => [placeOf(a), placeOf(b)] as const;
  switch (why.kind) {
    case "own-return":
      return { ...why, operation: placeOf(why.operation) };
    case "unwritten": {
      const { refused, ...rest } = why;
      const place = { ...rest, reading: placeOf(why.reading) };
      return refused === undefined ? place : { ...place, refused: placeOf(refused) };
    }
    case "twice":
    case "two-successors":
      return { ...why, readings: why.readings.map(placeOf) };
    case "circle":
      return { ...why, operations: why.operations.map(placeOf) };
    case "reversed":
      return { ...why, earlier: placeOf(why.earlier), later: placeOf(why.later) };
    case "interleaved":
      return { ...why, one: pair(why.one), other: pair(why.other) };
    case "no-order":
      return why;
  }
}

function ordersOf(why: Why): Order[] {
  switch (why.kind) {
    case "reversed":
      return [
        { before: why.later, after: why.earlier, by: "time" },
        { before: why.earlier, after: why.later, by: "values" },
      ];
    case "interleaved":
      return [
        { before: why.one[0], after: why.other[1], by: "time" },
        { before: why.other[0], after: why.one[1], by: "time" },
      ];
    case "circle":
      return why.operations.map((after, i) => ({
        before: why.operations[(i + 1) % why.operations.length] as number,
        after,
        by: "values",
      }));
    default:
      return [];
  }
}
