import type { Micros } from "../sim/peer-host.ts";
import type { FieldChange, TraceRecord } from "../sim/trace.ts";
import type { StepOutcome } from "./play-script.ts";
import type { Step } from "./script.ts";

/** What is waited for in vain for longer than that is told by its beginning and its end. */
const LONG_US = 5_000_000;
const BEGINNING_US: Micros = 3_000_000;
const END_US: Micros = 250_000;

export interface ToldTrace {
  readonly trace: readonly TraceRecord[];
  /** The same change of fields by the places of what is told. */
  readonly placed: (change: FieldChange) => FieldChange;
}

/**
 * What is told of a script's trace: all of it, but for the middle of a long wait at its end, in which nothing is different from
 * its first seconds. A note says how much that was. Of a whole scenario everything is told.
 */
export function toldTrace(
  trace: readonly TraceRecord[],
  outcomes: readonly StepOutcome[],
  steps: readonly Step[],
): ToldTrace {
  const whole: ToldTrace = { trace, placed: (change) => change };
  const step = steps[outcomes.length - 1];
  const isWait = step?.do === "run" || (step?.do === "expect" && !step.expect.name.includes("/"));
  const from = outcomes.at(-1)?.traceFrom ?? 0;
  const [startUs, endUs] = [trace[from]?.timeUs ?? 0, trace.at(-1)?.timeUs ?? 0];
  if (!isWait || endUs - startUs <= LONG_US) return whole;
  const isTold = ({ timeUs }: TraceRecord, at: number) =>
    at < from || timeUs <= startUs + BEGINNING_US || timeUs >= endUs - END_US;
  const told = trace.filter(isTold);
  const gap = trace.length - told.length;
  if (gap < 2) return whole;
  const firstUs = startUs + BEGINNING_US;
  const text = `so it goes on for ${((endUs - END_US - firstUs) / 1_000_000).toFixed(1)} s, with ${gap} events more`;
  const note: TraceRecord = { timeUs: firstUs, kind: "note", peer: -1, other: -1, id: -1, text, bytes: null };
  const at = told.findIndex(({ timeUs }) => timeUs > firstUs);
  // What is left out is one note.
  const place = (record: number) => (record < at ? record : Math.max(at + 1, record - gap + 1));
  return {
    trace: [...told.slice(0, at), note, ...told.slice(at)],
    placed: (change) => ({ ...change, from: place(change.from), to: place(change.to) }),
  };
}
