import type { Counterexample, KeyOperation, Operation, Value, Why } from "../check/linearizability/index.ts";
import { oneLine } from "../text/printable.ts";
import type { Style } from "./style.ts";

/** Letters shown of a value, at its beginning and at its end: where values grow, the end says more. */
const VALUE_BEGIN = 12;
const VALUE_END = 16;
/** Columns of the drawing, when there are few enough operations. */
const DRAWN_COLUMNS = 64;
const MOMENT_COLUMNS = { most: 6, least: 2 };
/** Operations drawn. More contradict each other at once only where a search gave up on finding fewer. */
const ROWS = 40;

/** How operations and moments are told. */
export interface HistoryWords<O extends Operation> {
  /** What was called, and what it returned: `get("x") → "a"`. */
  operation(operation: O): string;
  /** A position, where it is a time that says something to the reader: "1.204 s". */
  moment?(position: number): string;
}

/** For a key/value store or a register. */
export const KEY_WORDS: HistoryWords<KeyOperation> = { operation: keyOperationText };

/**
 * A few operations that contradict each other as a small drawing, one line for each: who called what, from when to when, and
 * what came back; then why no order of them is possible. Lines without indentation.
 */
export function counterexampleLines<O extends Operation>(
  counterexample: Counterexample<O>,
  words: HistoryWords<O>,
  style: Style,
): string[] {
  const { operations, context, why } = counterexample;
  const shown = operations.slice(0, ROWS);
  const heads = shown.map((operation, i) => `${nameOf(i)}  client ${operation.client}  ${words.operation(operation)}`);
  const width = Math.max(...heads.map(({ length }) => length));
  const moments = momentsOf(shown);
  const rows = shown.map((operation, i) => {
    const line =
      `${(heads[i] ?? "").padEnd(width)}  ${barOf(operation, moments)}${timesOf(operation, words)}`.trimEnd();
    return context.includes(i) ? style.dim(line) : line;
  });
  const rest = operations.length - shown.length;
  const more = rest === 0 ? [] : [`and ${rest} more`];
  return [...rows, ...more, ...sentencesOf(why, counterexample)];
}

function keyOperationText(operation: KeyOperation): string {
  const { kind, key } = operation;
  const unknown = "?";
  switch (kind) {
    case "get": {
      const { returned } = operation;
      return `get(${quoted(key)}) → ${returned === null ? unknown : quoted(returned.value)}`;
    }
    case "put":
    case "append":
      return `${kind}(${quoted(key)}, ${quoted(operation.value)})${operation.returned === null ? ` → ${unknown}` : ""}`;
    case "cas": {
      const { expected, value, returned } = operation;
      const call = `cas(${quoted(key)}, ${quoted(expected)}, ${quoted(value)})`;
      if (returned === null) return `${call} → ${unknown}`;
      const found = returned.swapped || returned.value === undefined ? "" : `, found ${quoted(returned.value)}`;
      return `${call} → ${returned.swapped ? "swapped" : "not swapped"}${found}`;
    }
  }
}

/** A value in quotes. */
function quoted(value: Value): string {
  return value === null ? "nothing" : `"${shortened(value)}"`;
}

/** A text on one line, without its middle where it is long. */
function shortened(text: string): string {
  const isLong = text.length > VALUE_BEGIN + VALUE_END + 1;
  return oneLine(isLong ? `${text.slice(0, VALUE_BEGIN)}…${text.slice(-VALUE_END)}` : text);
}

/** A, B, C …, and after Z by number. */
function nameOf(place: number): string {
  return place < 26 ? String.fromCharCode(65 + place) : `#${place + 1}`;
}

/** All calls and returns in their order, and where the first is unknown, what comes after all. */
function momentsOf(operations: readonly Operation[]): number[] {
  const all = operations.flatMap(({ call, returned }) => (returned === null ? [call] : [call, returned.at]));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** ├───┤ from call to return, ├───? where nobody knows; what comes later stands further to the right. */
function barOf({ call, returned }: Operation, moments: readonly number[]): string {
  const { most, least } = MOMENT_COLUMNS;
  const step = Math.max(least, Math.min(most, Math.floor(DRAWN_COLUMNS / moments.length)));
  const from = moments.indexOf(call) * step;
  const to = (returned === null ? moments.length : moments.indexOf(returned.at)) * step;
  if (from === to) return `${" ".repeat(from)}│`;
  return `${" ".repeat(from)}├${"─".repeat(to - from - 1)}${returned === null ? "?" : "┤"}`;
}

function timesOf<O extends Operation>({ call, returned }: O, { moment }: HistoryWords<O>): string {
  if (moment === undefined) return "";
  return `  ${moment(call)} – ${returned === null ? "?" : moment(returned.at)}`;
}

function sentencesOf<O extends Operation>(why: Why, { part, operations }: Counterexample<O>): string[] {
  switch (why.kind) {
    case "own-return":
      return [
        `${nameOf(why.operation)} alone cannot be: what it returned does not agree with what it was called with.`,
      ];
    case "unwritten": {
      const reading = nameOf(why.reading);
      if (why.refused !== undefined) {
        const refused = nameOf(why.refused);
        return [`${reading} found what ${refused} would have written, but ${refused} returned that it wrote nothing.`];
      }
      const what = why.from === 0 ? "a value" : `a value that after ${why.from} characters goes on in a way`;
      return [`${reading} found ${what} that no operations on ${quoted(part)} give, in whatever order.`];
    }
    case "twice":
      return [
        `${quoted(why.written)} was written once, and is found twice: ${
          why.readings.length === 1
            ? `in what ${namesOf(why.readings)} found`
            : `${namesOf(why.readings)} found it in different places`
        }.`,
      ];
    case "two-successors":
      return [
        `One value was followed by one other at once; ${namesOf(why.readings)} say of different ones that it was.`,
      ];
    case "circle":
      return [`${namesOf(why.operations)}: each found what the next one wrote, so that none can have been first.`];
    case "reversed": {
      const [earlier, later] = [nameOf(why.earlier), nameOf(why.later)];
      return [
        `In time ${later} comes before ${earlier}: ${later} returned before ${earlier} was called.`,
        `By the values ${earlier} comes before ${later}. No order has both.`,
      ];
    }
    case "interleaved":
      return interleavedText(why.one, why.other);
    case "no-order":
      return noOrderText(why, operations.length);
  }
}

function interleavedText([a1, a2]: readonly [number, number], [b1, b2]: readonly [number, number]): string[] {
  const isAre = (places: Set<number>) => `${namesOf([...places])} ${places.size === 1 ? "is" : "are"}`;
  const [one, other] = [new Set([a1, a2]), new Set([b1, b2])];
  return [
    `In time ${nameOf(a1)} comes before ${nameOf(b2)}, and ${nameOf(b1)} before ${nameOf(a2)}.`,
    `By the values ${isAre(one)} of one value and what was made of it, ${isAre(other)} of another. What was replaced does`,
    "not come back, so that all of the one must come before all of the other. No order has that.",
  ];
}

function noOrderText(why: Extract<Why, { kind: "no-order" }>, count: number): string[] {
  const { longest, state, stuck } = why;
  const order = longest.length === 0 ? "At first" : `Tried furthest: ${longest.map(nameOf).join(", ")}; then`;
  const next = stuck.length === 1 ? `${namesOf(stuck)} cannot` : `none of ${namesOf(stuck)} can`;
  return [
    `No order of ${count === 1 ? "this one" : `these ${count}`} gives what they returned, whichever others come between.`,
    `${order} ${shortened(state)} stands there, and ${next} be next.`,
  ];
}

function namesOf(places: readonly number[]): string {
  const names = [...places].sort((a, b) => a - b).map(nameOf);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
