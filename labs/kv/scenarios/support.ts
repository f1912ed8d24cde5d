import type { KvCluster } from "../../../grader/harness/kv/cluster.ts";
import type { KvScenarioOptions } from "../../../grader/harness/kv/kind.ts";
import type { ScenarioDraft } from "../../../grader/harness/scenario.ts";

export type Draft = ScenarioDraft<KvCluster, KvScenarioOptions>;

/** So many servers and clerks. */
export function groupsOf(servers: number, clerks: number): NonNullable<Draft["groups"]> {
  return [
    { role: "server", size: servers },
    { role: "clerk", size: clerks },
  ];
}

export const NEEDS_BASIC = ["lab3a/basic"];

/** The servers but these. */
export function others(c: KvCluster, ...servers: readonly number[]): number[] {
  return c.servers.filter((server) => !servers.includes(server));
}

/** Keys of clerks' own, and some that they share. */
export function keysOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `key${i}`);
}

/** The first of something that there must be. */
export function first<T>(list: readonly T[]): T {
  return list[0] as T;
}

/** A rule that keeps what a leader sends to other servers, and what they answer, from arriving. */
export function betweenServers(c: KvCluster, server: number): (message: { from: number; to: number }) => boolean {
  return ({ from, to }) => [from, to].includes(server) && c.servers.includes(from) && c.servers.includes(to);
}
