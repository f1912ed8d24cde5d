import type { Tree } from "../../types.ts";
import type { Run } from "./run.ts";
import { fieldOf, lineOf, partsOf } from "./trees.ts";

/** How long the value in a line may be. */
const VALUE_CHARS = 160;

/** What an answer comes to, such as `success`: where lines are short, it must not be cut off. */
const isYesOrNo = (value: Tree) => typeof value === "boolean";

/** A moment of virtual time, in seconds. */
export function at(timeUs: number): string {
  return `${(timeUs / 1e6).toFixed(6)} s`;
}

/** What happened, on one line, for whoever knows whose line it is. */
export function eventText(run: Run, event: number): string {
  const to = run.other[event] as number;
  const other = run.shortName(to);
  const text = run.text(event);
  const value = lineOf(run, run.tree(event), VALUE_CHARS);
  const answer = () => lineOf(run, run.tree(event), VALUE_CHARS, isYesOrNo);
  switch (run.kind(event)) {
    case "boot":
      return `boots, for the ${ordinal(run.id(event))} time`;
    case "call":
      return `→ ${other}  ${text} ${value}`;
    case "deliver-request":
      return `← ${other}  ${text} ${value}`;
    case "reply":
      return `⇢ ${callerOf(run, event)}  answers ${run.method(event)} ${answer()}`;
    case "deliver-reply":
      return run.value[event] === -1 ? `⇠ ${other}  ${text}: no answer` : `⇠ ${other}  ${text} answered ${answer()}`;
    case "lost":
      return isAnswerLost(run, event) ? `✗ the answer of ${other} to ${text} is lost` : `✗ → ${other}  ${text} is lost`;
    case "held":
      return `‖ ${text} for ${other} is held back`;
    case "save":
      return `saves its ${text}: ${savedText(run, event)}`;
    case "upcall":
      return `${run.data.upcall.does} ${value}`;
    case "observed":
      return `is now ${value}`;
    case "invoke":
      return `${text}(${value.replace(/^\[|\]$/g, "")}) is called`;
    case "result":
      return `returns ${value}`;
    case "log":
      return `console: ${text}`;
    case "exception":
      return `throws (${text})`;
    case "misuse":
      return `breaks the interface: ${text}`;
    case "fault":
      return `fault: ${text}${to < 0 ? "" : ` → ${run.nameOf(to)}`}`;
    case "pause":
      return "is paused";
    case "resume":
      return "goes on";
    default:
      return text;
  }
}

/** What is saved, of an object first what has changed since the one before; of lists how long they are, and how they end. */
function savedText(run: Run, event: number): string {
  const tree = run.tree(event);
  const parts = tree === undefined ? undefined : partsOf(run, tree);
  if (parts?.kind !== "object") return lineOf(run, tree, VALUE_CHARS);
  const before = run.tree(run.savedBefore(event));
  const isChanged = ([name, value]: readonly [string, Tree]) =>
    before !== undefined && JSON.stringify(fieldOf(run, before, name)) !== JSON.stringify(value);
  const changed = parts.items.filter(isChanged);
  const fields = [...changed, ...parts.items.filter((item) => !changed.includes(item))].map(([name, value]) => {
    const inner = partsOf(run, value);
    const last = inner.kind === "list" ? inner.items.at(-1) : undefined;
    if (last === undefined || last[0] === "0") return `${name}: ${lineOf(run, value, VALUE_CHARS)}`;
    return `${name}: [${Number(last[0]) + 1}: … ${lineOf(run, last[1], VALUE_CHARS)}]`;
  });
  const text = `{ ${[...fields, ...(parts.more === "" ? [] : ["…"])].join(", ")} }`;
  return text.length > VALUE_CHARS ? `${text.slice(0, VALUE_CHARS - 1)}…` : text;
}

/** Who waits for the answer; a question mark when nobody knows. */
function callerOf(run: Run, reply: number): string {
  const call = run.exchangeOf(reply)?.call ?? -1;
  return call < 0 ? "?" : run.shortName(run.peer[call] as number);
}

function isAnswerLost(run: Run, lost: number): boolean {
  return run.exchangeOf(lost)?.requests.some((request) => request <= lost) === true;
}

function ordinal(count: number): string {
  const tens = count % 100;
  const end = tens > 10 && tens < 14 ? "th" : (["th", "st", "nd", "rd"][count % 10] ?? "th");
  return `${count}${end}`;
}

/** What became of the call that a message belongs to: a word for each step, and the event that it names. */
export function fateOf(run: Run, event: number): readonly (readonly [what: string, event: number])[] {
  const exchange = run.exchangeOf(event);
  if (exchange === undefined) return [];
  const { call, requests, replies, answers, lost, held } = exchange;
  const steps: (readonly [string, number])[] = [
    ...(call < 0 ? [] : [["called", call] as const]),
    ...held.map((one) => ["held back", one] as const),
    ...requests.map((one, nth) => [nth === 0 ? "delivered" : "delivered again", one] as const),
    ...replies.map((one) => ["answered", one] as const),
    ...lost.map((one) => [isAnswerLost(run, one) ? "answer lost" : "lost", one] as const),
    ...answers.map((one) => [run.value[one] === -1 ? "given up" : "answer delivered", one] as const),
  ];
  return steps.sort(([, a], [, b]) => a - b);
}
