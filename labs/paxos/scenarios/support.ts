import type { DecideCluster } from "../../../grader/harness/decide/cluster.ts";
import type { ScenarioDraft } from "../../../grader/harness/scenario.ts";

export type Draft = ScenarioDraft<DecideCluster, object>;

export const NEEDS_BASIC = ["paxos-a/basic"];

/** All peers but these. */
export function others(c: DecideCluster, ...peers: readonly number[]): number[] {
  return c.peers.filter((peer) => !peers.includes(peer));
}
