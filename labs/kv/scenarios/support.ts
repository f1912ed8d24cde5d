import type { KvCluster } from "../../../grader/harness/kv/cluster.ts";
import type { KvScenarioOptions } from "../../../grader/harness/kv/kind.ts";
import type { ScenarioDraft, Sizes } from "../../../grader/harness/scenario.ts";

export type Draft = ScenarioDraft<KvCluster, KvScenarioOptions>;

/** What a scenario is, in short: its servers and clerks, and all else that it sets. */
export interface Short extends Omit<Draft, "groups" | "options" | "dependsOn"> {
  readonly servers: Sizes;
  readonly clerks: Sizes;
  /** What the servers are told; absent: they take no snapshots. */
  readonly maxStateBytes?: number;
}

/** So long that somebody may take it for gone. */
const LONG_QUIET_MS = 12_000;
/** The same of who counts in minutes, in which servers stand still. */
const STANDSTILL_MS = 50_000;

/** The scenario of a suite without which no other one of it can pass. */
const FIRST: Readonly<Record<string, string>> = { lab3a: "lab3a/basic", lab3b: "lab3b/snapshot-rpc" };

/** A scenario in whole. The first of 3B needs that of 3A, all others need the first of their suite. */
export function draft({ servers, clerks, maxStateBytes, ...rest }: Short): Draft {
  const [suite = ""] = rest.id.split("/");
  const first = FIRST[suite] ?? "";
  const needs = rest.id !== first ? [first] : suite === "lab3b" ? ["lab3a/basic"] : [];
  return {
    ...rest,
    groups: [
      { role: "server", size: servers },
      { role: "clerk", size: clerks },
    ],
    ...(needs.length > 0 && { dependsOn: needs }),
    ...(maxStateBytes !== undefined && { options: { maxStateBytes } }),
  };
}

/** So many operations a clerk was told to do. */
export function countOf(c: KvCluster, clerk: number): number {
  return c.all.filter(({ client }) => client === clerk).length;
}

/** More than a minute goes by, and clerks ask for nothing but what they wait for; servers stand still for most of it. */
export function longQuiet(c: KvCluster): void {
  c.sleep(LONG_QUIET_MS);
  for (const server of c.servers) c.pause(server);
  c.sleep(STANDSTILL_MS);
  for (const server of c.servers) c.resume(server);
}

/** The servers but these. */
export function others(c: KvCluster, ...servers: readonly number[]): number[] {
  return c.servers.filter((server) => !servers.includes(server));
}

/** So many keys, which clerks share. */
export function keysOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `key${i}`);
}

/** The first of something that there must be. */
export function first<T>(list: readonly T[]): T {
  return list[0] as T;
}

/** The first clerk and another one; both must be there. */
export function twoClerks(c: KvCluster): readonly [number, number] {
  return c.clerks.slice(0, 2) as [number, number];
}

/** A rule that keeps what a leader sends to other servers, and what they answer, from arriving. */
export function betweenServers(c: KvCluster, server: number): (message: { from: number; to: number }) => boolean {
  return ({ from, to }) => [from, to].includes(server) && c.servers.includes(from) && c.servers.includes(to);
}

/** The leader and one clerk reach only each other; the other servers and clerks go on. Gives all four. */
export function cutOffWithClerk(c: KvCluster): { leader: number; clerk: number; rest: number[]; away: number[] } {
  const leader = c.leaderWithin();
  const [clerk = 0, ...away] = c.clerks;
  // It knows the leader by then.
  c.ended([c.get(clerk, "warm")]);
  const rest = others(c, leader);
  c.partition([leader, clerk], [...rest, ...away]);
  return { leader, clerk, rest, away };
}
