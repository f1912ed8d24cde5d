import type { Counterexample, KeyOperation } from "../../check/linearizability/index.ts";
import type { FoundNow } from "../expectations.ts";
import type { KvCluster } from "./cluster.ts";
import { timelineOf } from "./timeline.ts";

/** A contradiction among operations as a finding: what was expected of the key, and the few that cannot be, drawn. */
export function foundIn(counterexample: Counterexample<KeyOperation>, c: KvCluster): FoundNow {
  const { why, operations, part } = counterexample;
  const isTwice = why.kind === "twice";
  return {
    property: isTwice ? "exactly-once" : "linearizability",
    check: isTwice ? "done-once" : "one-order",
    expected: isTwice
      ? `each write of key ${part} to be done once`
      : `an order of all operations on key ${part}, each between its call and its return, in which every answer is right`,
    seen: `${isTwice ? "one was done twice" : "there is none"}:\n${timelineOf(counterexample, (id) => c.names([id]))}`,
    peers: [...new Set(operations.map(({ client }) => client))],
  };
}
