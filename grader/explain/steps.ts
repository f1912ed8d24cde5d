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
}

export type TraceItem = Step | { readonly kind: "world"; readonly record: TraceRecord };

/** A trace as the steps of its peers, in order. What the world did in the middle of a step comes right after it. */
export function* stepsOf(records: readonly TraceRecord[]): Generator<TraceItem> {
  let step: { kind: "step"; timeUs: Micros; peer: number; input: TraceRecord | null; effects: TraceRecord[] } | null =
    null;
  let world: TraceRecord[] = [];
  let isOver = false;
  function* flush(): Generator<TraceItem> {
    if (step !== null) yield step;
    for (const record of world) yield { kind: "world", record };
    step = null;
    world = [];
    isOver = false;
  }
  for (const record of records) {
    if (WORLD.has(record.kind)) {
      world.push(record);
      // A peer that crashes does nothing more in this step.
      if (record.kind === "fault") isOver = true;
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
