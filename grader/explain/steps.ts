import type { Micros } from "../sim/peer-host.ts";
import type { TraceRecord } from "../sim/trace.ts";

/** What reaches a peer and begins a step; without one, a timer did. */
const INPUTS: ReadonlySet<string> = new Set(["boot", "deliver-request", "deliver-reply", "invoke", "pause", "resume"]);
/** What the network and the world do beside the peers' steps. */
const WORLD: ReadonlySet<string> = new Set(["lost", "held", "fault", "note"]);

/** One entry into a peer and what it did in it, as far as it happened. */
export interface Step {
  readonly kind: "step";
  readonly timeUs: Micros;
  readonly peer: number;
  /** What reached it; null when a timer came due. */
  readonly input: TraceRecord | null;
  readonly effects: readonly TraceRecord[];
  /** The peer crashed in it: what it would have done after that did not happen. */
  readonly isCut: boolean;
}

export type TraceItem = Step | { readonly kind: "world"; readonly record: TraceRecord };

/** A trace as the steps of its peers, in order. What the world did in the middle of a step comes right after it. */
export function* stepsOf(records: readonly TraceRecord[]): Generator<TraceItem> {
  let step: { kind: "step"; timeUs: Micros; peer: number; input: TraceRecord | null; effects: TraceRecord[] } | null =
    null;
  let world: TraceRecord[] = [];
  let isOver = false;
  function* flush(): Generator<TraceItem> {
    if (step !== null) {
      const { peer } = step;
      yield { ...step, isCut: world.some((record) => record.kind === "fault" && record.peer === peer) };
    }
    for (const record of world) yield { kind: "world", record };
    step = null;
    world = [];
    isOver = false;
  }
  for (const record of records) {
    if (WORLD.has(record.kind)) {
      // A crash is told before the effect that it comes after.
      world.push(record);
      continue;
    }
    const isInput = INPUTS.has(record.kind);
    const goesOn: boolean =
      step !== null && !isInput && !isOver && step.peer === record.peer && step.timeUs === record.timeUs;
    if (!goesOn) yield* flush();
    if (step === null) {
      step = { kind: "step", timeUs: record.timeUs, peer: record.peer, input: isInput ? record : null, effects: [] };
      if (isInput) continue;
    }
    step.effects.push(record);
    // The state is asked for at the end of each step.
    if (record.kind === "observed") isOver = true;
  }
  yield* flush();
}
