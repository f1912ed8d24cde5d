import { DECISION_CHECKS } from "../../check/decisions/index.ts";
import type { ClusterKind } from "../scenario.ts";
import { CLUSTER_CHECKS, DecideCluster } from "./cluster.ts";
import { DecideMonitor, MONITOR_CHECKS } from "./monitor.ts";

const CHECKS = [...DECISION_CHECKS, ...MONITOR_CHECKS, ...CLUSTER_CHECKS] as const;
export type DecideCheck = (typeof CHECKS)[number];

/** Peers that decide slots, each of which is an instance of consensus by itself. Scenarios set nothing of it. */
export const DECIDE_KIND: ClusterKind<DecideCluster, object, DecideCheck, DecideMonitor> = {
  checks: CHECKS,
  monitor: (processes) => new DecideMonitor(processes.length),
  cluster: ({ sim, draws }, monitor) => new DecideCluster(sim, draws, monitor),
};
