import { explainerOf } from "../../labs/explain.ts";
import type { Explanation } from "../explain/types.ts";
import type { PlayResult } from "../harness/run-scenario.ts";
import { lossOf } from "../sandbox/process-host.ts";

/**
 * What the trace of a run tells about its end; undefined when it passed, or nothing can be told. Never throws: what a
 * submission sends may be anything, and no verdict depends on what is said about it.
 */
export function explanationOf(scenarioId: string, played: PlayResult): Explanation | undefined {
  const { verdict, failure, crash, loss, peers, trace } = played;
  const explain = explainerOf(scenarioId);
  if (verdict === "passed" || explain === undefined || trace.length === 0) return undefined;
  const stuck = loss === undefined ? undefined : lossOf(loss).peer;
  try {
    const told = explain({
      verdict,
      ...(failure && { failure }),
      ...(crash && { crash }),
      ...(stuck !== undefined && { stuck }),
      peers,
      trace,
    });
    const isEmpty = told.facts.length + told.departures.length === 0 && told.hint === undefined;
    return isEmpty ? undefined : told;
  } catch {
    return undefined;
  }
}
