import type { KvCluster } from "../../../grader/harness/kv/cluster.ts";
import type { Setup } from "../../../grader/harness/setup.ts";
import { type Draft, groupsOf, keysOf, NEEDS_BASIC } from "./support.ts";

const ROUNDS = 3;

/** Servers in random halves or thirds, which change; clerks reach all of them. */
function splitAtRandom(c: KvCluster): void {
  const order = c.shuffle("split", c.servers);
  const at = c.int("first part", 1, order.length - 1);
  const rest = order.slice(at);
  if (rest.length > 1 && c.chance("three parts", 0.3)) c.split(order.slice(0, at), rest.slice(0, 1), rest.slice(1));
  else c.split(order.slice(0, at), rest);
}

/** What goes wrong in each round, while clerks are at work. */
interface Storm {
  readonly partitions?: boolean;
  readonly restarts?: boolean;
  readonly crashesInside?: boolean;
}

/** Rounds of clerks at work under faults; after each everything is whole again, and all is judged. */
function rounds(c: KvCluster, { partitions, restarts, crashesInside }: Storm, keys: readonly string[]): void {
  for (let round = 0; round < ROUNDS; round++) {
    const stop = c.load({ clerks: c.clerks, keys, limit: 25 });
    const crashes = crashesInside
      ? c.crashOnEffect({
          peers: c.servers,
          voters: c.servers,
          chance: 0.02,
          limit: 3,
          when: c.pick("when", ["before", "after"]),
          restartAfterMs: [100, 800],
        })
      : null;
    for (let slice = 0; slice < 2; slice++) {
      if (partitions) splitAtRandom(c);
      c.sleep(c.int("slice", 900, 1_200));
    }
    stop();
    crashes?.remove();
    if (partitions) c.split(c.servers);
    if (restarts) {
      for (const server of c.servers) c.crash(server);
      for (const server of c.servers) c.restart(server);
    }
    c.sleep(c.int("rest", 300, 900));
    c.check();
  }
  c.settle();
}

const storm = (
  id: string,
  title: string,
  about: string,
  [servers, clerks]: readonly [number, number],
  what: Storm,
  weather: Parameters<Setup["network"]>[0] | null,
): Draft => ({
  id,
  title,
  about,
  groups: groupsOf(servers, clerks),
  dependsOn: NEEDS_BASIC,
  ...(weather !== null && { setup: (s) => s.network(weather) }),
  run: (c) => rounds(c, what, keysOf(3)),
});

const ALL_CRASH = "after each round all servers crash and come back with what they saved";
const SPLITS = "the servers are split into parts at random, again and again";

/** Faults of every kind, in rounds. */
export const FAULTS: readonly Draft[] = [
  storm(
    "lab3a/partitions-one",
    "partitions, one clerk",
    `One clerk, while ${SPLITS}.`,
    [5, 1],
    { partitions: true },
    null,
  ),
  storm(
    "lab3a/partitions",
    "partitions, five clerks",
    `Five clerks, while ${SPLITS}.`,
    [5, 5],
    { partitions: true },
    null,
  ),
  storm(
    "lab3a/restarts-one",
    "restarts of all servers, one clerk",
    `One clerk; ${ALL_CRASH}, and some crash in the middle of what they do.`,
    [5, 1],
    { restarts: true, crashesInside: true },
    null,
  ),
  storm(
    "lab3a/restarts",
    "restarts of all servers, five clerks",
    `Five clerks; ${ALL_CRASH}, and some crash in the middle of what they do.`,
    [5, 5],
    { restarts: true, crashesInside: true },
    null,
  ),
  storm(
    "lab3a/restarts-unreliable",
    "restarts on a bad network",
    `Five clerks on a network that loses messages; ${ALL_CRASH}.`,
    [5, 5],
    { restarts: true },
    { unreliable: true },
  ),
  storm(
    "lab3a/restarts-partitions",
    "restarts and partitions",
    `Five clerks, while ${SPLITS}; ${ALL_CRASH}.`,
    [5, 5],
    { restarts: true, partitions: true },
    null,
  ),
  storm(
    "lab3a/restarts-partitions-unreliable",
    "restarts and partitions on a bad network",
    `Five clerks on a network that loses messages, while ${SPLITS}; ${ALL_CRASH}.`,
    [5, 5],
    { restarts: true, partitions: true },
    { unreliable: true },
  ),
];
