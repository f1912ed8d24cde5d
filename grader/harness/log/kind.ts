import { LOG_CHECKS } from "../../check/log/index.ts";
import type { ClusterKind } from "../scenario.ts";
import { CLUSTER_CHECKS, LogCluster } from "./cluster.ts";
import { LogMonitor, MONITOR_CHECKS } from "./monitor.ts";
import { type SnapshotOptions, snapshotPlan } from "./service.ts";

const CHECKS = [...LOG_CHECKS, ...MONITOR_CHECKS, ...CLUSTER_CHECKS] as const;
export type LogCheck = (typeof CHECKS)[number];

/** Peers that replicate a log behind a leader, with a service on top that can take snapshots. */
export const LOG_KIND: ClusterKind<LogCluster, SnapshotOptions, LogCheck, LogMonitor> = {
  checks: CHECKS,
  monitor: (processes, options) => new LogMonitor(processes.length, snapshotPlan(options)),
  cluster: ({ sim, draws }, monitor) => new LogCluster(sim, draws, monitor),
};
