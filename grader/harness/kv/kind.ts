import type { ClusterKind } from "../scenario.ts";
import { CLUSTER_CHECKS, KvCluster } from "./cluster.ts";
import { KvMonitor, MONITOR_CHECKS } from "./monitor.ts";

/** What a scenario sets of a store. */
export interface KvScenarioOptions {
  /** What the servers are told. Default null: no snapshots. */
  readonly maxStateBytes?: number | null;
}

const CHECKS = [...MONITOR_CHECKS, ...CLUSTER_CHECKS] as const;
export type KvCheck = (typeof CHECKS)[number];

/** Servers that keep a key/value store, and clerks: groups of the roles `server` and `clerk`. */
export const KV_KIND: ClusterKind<KvCluster, KvScenarioOptions, KvCheck, KvMonitor> = {
  checks: CHECKS,
  monitor: (processes) => new KvMonitor(processes),
  given: ({ role }, { maxStateBytes = null }) => (role === "server" ? { maxStateBytes } : null),
  cluster: ({ sim, draws }, monitor) => new KvCluster(sim, draws, monitor),
};
