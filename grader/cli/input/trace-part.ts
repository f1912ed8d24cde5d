import { methodNames, type TraceChoice } from "../../report/trace-view.ts";
import type { TraceRecord } from "../../sim/trace.ts";
import { cutText } from "../../text/cut.ts";
import { didYouMean } from "../../text/nearest.ts";
import { UsageError } from "./usage-error.ts";

/** Which part of a trace is shown, as it was typed. */
export interface TracePartWords {
  /** So much of its end, from a moment on, up to one; in microseconds. */
  readonly last?: number;
  readonly from?: number;
  readonly to?: number;
  /** Of these processes, by number or name, and of calls of that name. */
  readonly peer?: readonly string[];
  readonly rpc?: string;
}

/** Calls that are named where one is not there. */
const NAMES_SHOWN = 12;
const NAME_CHARS = 60;

/**
 * What was meant of a run's trace. `names`: of its processes, by their ids. Throws UsageError when the run has no such process,
 * or no such call.
 */
export function traceChoice(
  { last, from, to, peer, rpc }: TracePartWords,
  trace: readonly TraceRecord[],
  names: readonly string[],
): TraceChoice {
  if (rpc !== undefined) requireCall(rpc, methodNames(trace));
  return {
    ...(last !== undefined && { lastUs: last }),
    ...(from !== undefined && { fromUs: from }),
    ...(to !== undefined && { toUs: to }),
    ...(peer !== undefined && { peers: peer.map((word) => processOf(word, names)) }),
    ...(rpc !== undefined && { method: rpc }),
  };
}

function requireCall(rpc: string, known: readonly string[]): void {
  if (known.includes(rpc)) return;
  const some = known.slice(0, NAMES_SHOWN).map((name) => cutText(name, NAME_CHARS));
  const rest = known.length - some.length;
  const all = known.length === 0 ? "there is none at all" : `there are ${some.join(", ")}`;
  throw new UsageError(
    `--rpc ${rpc}: no call of that name is in this run${didYouMean(rpc, some)}; ${all}${rest > 0 ? ` and ${rest} more` : ""}`,
  );
}

/** A number, or a name, of which the blank may be left out. */
function processOf(word: string, names: readonly string[]): number {
  const plain = (text: string) => text.toLowerCase().replaceAll(" ", "");
  const id = /^\d+$/.test(word) ? Number(word) : names.findIndex((name) => plain(name) === plain(word));
  if (names[id] !== undefined) return id;
  throw new UsageError(
    `--peer ${word}: this run has no such process; there are ${names.join(", ")}, or by number 0 to ${names.length - 1}`,
  );
}
