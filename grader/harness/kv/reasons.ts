import type { Counterexample, KeyOperation, Order } from "../../check/linearizability/index.ts";
import { valueFound } from "../../check/linearizability/index.ts";

/** The cas that was told that it changed nothing, and found what nobody but itself writes; null when it is not that. */
export function foundItself({ operations, why }: Counterexample<KeyOperation>): number | null {
  if (why.kind !== "unwritten") return null;
  const reading = operations[why.reading];
  if (reading?.kind !== "cas" || reading.returned?.swapped !== false) return null;
  return reading.returned.value?.includes(reading.value) ? why.reading : null;
}

type Letter = (place: number) => string;

/** What must have come before what, and why that cannot be, in sentences: a line each. */
export function reasonsOf(
  counterexample: Counterexample<KeyOperation>,
  letter: Letter,
  twice: number | undefined,
): string[] {
  const { operations, orders, why } = counterexample;
  const all = (places: readonly number[]) => listed([...new Set(places)].sort((a, b) => a - b).map(letter));
  const told = orders.map((order) => orderText(order, operations, letter));
  switch (why.kind) {
    case "own-return":
      return [ownText(operations[why.operation], letter(why.operation))];
    case "unwritten": {
      const reading = letter(why.reading);
      if (foundItself(counterexample) !== null) {
        return [
          `${reading} says that it changed nothing, and that it found ${quotedOf(operations[why.reading])}, which nobody but ${reading} writes`,
          `so ${reading} had swapped before: a second try was answered with what it met itself, and not with what the first one came to`,
        ];
      }
      if (why.refused !== undefined) {
        const refused = letter(why.refused);
        return [`${reading} found what ${refused} writes, yet ${refused} was told that it changed nothing`];
      }
      const behind = why.from > 0 ? `, behind its first ${why.from} characters` : "";
      return [`${reading} found what no operations on this key give${behind}`];
    }
    case "twice": {
      const written = twice === undefined ? `"${why.written}"` : `what ${letter(twice)} writes`;
      return [
        why.readings.length === 1
          ? `${all(why.readings)} found ${written} twice, and it was called once`
          : `${all(why.readings)} found ${written} in places that no one order of writes gives, and it was called once`,
      ];
    }
    case "two-successors":
      return [`${all(why.readings)} say different things of what was written next to one and the same value`];
    case "circle":
      return [...told, `${all(why.operations)} go round in a circle: none can have been the first`];
    case "reversed":
      return told;
    case "interleaved": {
      const between = ([one, other]: readonly [number, number]) =>
        one === other ? [] : [`nothing was written between ${all([one, other])}: the values fit together only so`];
      return [
        ...between(why.one),
        ...between(why.other),
        ...told,
        `so neither can ${all(why.one)} all come before ${all(why.other)}, nor the other way round`,
      ];
    }
    case "no-order":
      return [`no order explains all of them: after ${all(why.longest)} none of ${all(why.stuck)} can be next`];
  }
}

function orderText({ before, after, by }: Order, operations: readonly KeyOperation[], letter: Letter): string {
  const [one, other] = [letter(before), letter(after)];
  if (by === "time") return `${one} came before ${other}: it had returned when ${other} was called`;
  return `${one} came before ${other}: ${becauseOfValues(operations, before, after, letter)}`;
}

/** What in the values says so, where one of them shows it. */
function becauseOfValues(operations: readonly KeyOperation[], before: number, after: number, letter: Letter): string {
  const [first, second] = [operations[before], operations[after]] as [KeyOperation, KeyOperation];
  const shown = operations.findIndex((one) => {
    const [value = ""] = valueFound(one);
    if (first.kind === "get" || second.kind === "get") return false;
    const at = (value ?? "").indexOf(first.value);
    return at >= 0 && (value ?? "").indexOf(second.value, at + 1) > at;
  });
  if (shown >= 0) return `it stands before it in what ${letter(shown)} found`;
  const [found] = valueFound(first);
  if (found === "" && second.kind !== "get") return "it found nothing there, as before the first write";
  if (found !== undefined && second.kind === "append" && !(found ?? "").includes(second.value))
    return "what it found lacks that";
  return "the values say so";
}

function ownText(operation: KeyOperation | undefined, name: string): string {
  if (operation?.kind !== "cas" || operation.returned === null) return `what ${name} returned cannot be`;
  return operation.returned.swapped
    ? `${name} says that it swapped, and that something else stands there afterwards`
    : `${name} says that it changed nothing, and that it found what it expected`;
}

function quotedOf(operation: KeyOperation | undefined): string {
  return operation === undefined || operation.kind === "get" ? "that" : JSON.stringify(operation.value);
}

/** "a", "a and b", "a, b and c". */
export function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}
