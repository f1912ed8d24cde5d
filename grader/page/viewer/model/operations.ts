import type { Run } from "./run.ts";
import { lineOf } from "./trees.ts";

/** What was called, and took time: where it returned, or -1; and the event up to which it was under way, -1: to the end. */
export interface Operation {
  readonly call: number;
  readonly result: number;
  readonly until: number;
}

const TEXT_CHARS = 120;

/** All of a run, in order. */
export function operationsIn(run: Run): Operation[] {
  const ends = endsOf(run);
  const operations: Operation[] = [];
  for (let call = 0; call < run.size; call++) {
    if (run.kind(call) !== "invoke") continue;
    const result = run.returns.get(call) ?? -1;
    const until = result >= 0 ? result : (ends[run.peer[call] as number]?.find((end) => end > call) ?? -1);
    // What is over at once, as most calls are, is no more than an event.
    if (run.timeUs[until < 0 ? run.size - 1 : until] !== run.timeUs[call]) operations.push({ call, result, until });
  }
  return operations;
}

/** Of each process the events with which it crashed, or began anew. */
function endsOf(run: Run): number[][] {
  const ends: number[][] = Array.from({ length: run.peers }, () => []);
  for (let i = 0; i < run.size; i++) {
    const isEnd = run.kind(i) === "boot" || (run.kind(i) === "fault" && run.text(i).startsWith("crash"));
    if (isEnd) ends[run.peer[i] as number]?.push(i);
  }
  return ends;
}

/** `get("k") → "v1;"`. */
export function operationText(run: Run, call: number): string {
  const args = lineOf(run, run.tree(call), TEXT_CHARS).replace(/^\[|\]$/g, "");
  const result = run.returns.get(call) ?? -1;
  const value = run.tree(result) ?? null;
  return `${run.text(call)}(${args})${result < 0 ? " → ?" : value === null ? "" : ` → ${lineOf(run, value, TEXT_CHARS)}`}`;
}
