import type { Cluster } from "./cluster.ts";

/**
 * What the steps of a script ask of a cluster beside what every cluster can do. What a lab has not is absent, and no script of
 * its can say it.
 */
export interface Scripted extends Cluster {
  /** The peer whom a step means by a number or by a word of its kind; null when there is none at the moment. */
  starter(who: number | string): number | null;
  /** Calls `start` as a step says it. Gives why nothing came of it, or null. `slot`: where each slot is decided by itself. */
  startAsTold?(peer: number, told: { readonly command: unknown; readonly slot?: number }): string | null;
  /** The peer's service needs nothing up to that slot any more. */
  done?(peer: number, slot: number): void;
  /** Tells a process to do an operation; it answers when it may. Gives why nothing came of it, or null. */
  callAsTold?(peer: number, method: string, args: readonly unknown[]): string | null;
  /** Calls `kill()`. The realm stays, and what the peer still does is counted. */
  kill(peer: number): void;
}

/** Whether scripts can be played on a cluster. */
export function isScripted(cluster: Cluster): cluster is Scripted {
  return "starter" in cluster;
}
