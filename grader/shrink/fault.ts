import type { Cluster } from "../harness/cluster.ts";
import type { Fault } from "./script.ts";

/** Brings a fault about, or ends it. */
export function doFault(cluster: Cluster, fault: Fault): void {
  switch (fault.fault) {
    case "cut":
      cluster.cut(fault.from, fault.to);
      return;
    case "uncut":
      cluster.uncut(fault.from, fault.to);
      return;
    case "disconnect":
      cluster.disconnect(fault.peer);
      return;
    case "connect":
      cluster.connect(fault.peer);
      return;
    case "pause":
      cluster.pause(fault.peer);
      return;
    case "resume":
      cluster.resume(fault.peer);
      return;
    case "partition":
      cluster.partition(...fault.groups);
      return;
    case "heal":
      cluster.heal();
      return;
  }
}
