import type { KvCluster } from "../../../grader/harness/kv/cluster.ts";
import { type Draft, draft, keysOf } from "./support.ts";

/** What goes wrong in each round, while clerks are at work. */
interface Storm {
  readonly partitions?: boolean;
  readonly restarts?: boolean;
  readonly crashesInside?: boolean;
  readonly unreliable?: boolean;
  /** How many keys; default 3. */
  readonly keys?: number;
  /** No clerk does more in a round; default 10. */
  readonly limit?: number;
  readonly rounds?: number;
  /** Each server leads at the end, and is read from. */
  readonly readsFromEach?: boolean;
}

/** Servers in random halves or thirds, which change; clerks reach all of them. */
export function splitAtRandom(c: KvCluster): void {
  const order = c.shuffle("split", c.servers);
  const at = c.int("first part", 1, order.length - 1);
  const rest = order.slice(at);
  if (rest.length > 1 && c.chance("three parts", 0.3)) c.split(order.slice(0, at), rest.slice(0, 1), rest.slice(1));
  else c.split(order.slice(0, at), rest);
}

/** Rounds of clerks at work under faults; after each everything is whole again, and all is judged. */
function play(c: KvCluster, storm: Storm): void {
  const { partitions, restarts, crashesInside, keys = 3, limit = 10, rounds = 2, readsFromEach } = storm;
  for (let round = 0; round < rounds; round++) {
    const stop = c.load({ clerks: c.clerks, keys: keysOf(keys), limit });
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
      c.sleep(c.int("slice", 800, 1_100));
    }
    stop();
    crashes?.remove();
    if (partitions) c.split(c.servers);
    if (restarts) {
      for (const server of c.servers) c.crash(server);
      for (const server of c.servers) c.restart(server);
    }
    c.sleep(c.int("rest", 300, 700));
    c.check();
  }
  c.settle();
  if (readsFromEach) c.readFromEach();
  c.readFromNext();
}

/** What happens, in words, behind how many clerks there are. */
function about(
  clerks: number,
  { unreliable, partitions, restarts, crashesInside }: Storm,
  takesSnapshots: boolean,
): string {
  const network = unreliable ? " on a network that loses messages" : "";
  const splits = partitions ? ", while the servers are split into parts at random, again and again" : "";
  const crashes = restarts ? "; after each round all servers crash and come back with what they saved" : "";
  const inside = crashesInside ? ", and some crash in the middle of what they do" : "";
  const forgets = takesSnapshots ? " They take snapshots, and have forgotten most of their logs." : "";
  return `${clerks === 1 ? "One clerk" : `${NUMBERS[clerks] ?? clerks} clerks`}${network}${splits}${crashes}${inside}.${forgets} In the end the leader crashes, and another server must have it all.`;
}

const NUMBERS: Readonly<Record<number, string>> = { 3: "Three", 5: "Five", 15: "Fifteen", 20: "Twenty" };

function storm(
  id: string,
  title: string,
  [servers, clerks]: readonly [number, number],
  what: Storm,
  maxStateBytes?: number,
): Draft {
  return draft({
    id,
    title,
    servers,
    clerks,
    about: about(clerks, what, maxStateBytes !== undefined),
    ...(maxStateBytes !== undefined && { maxStateBytes }),
    ...(what.unreliable && { setup: (s) => s.network({ unreliable: true }) }),
    run: (c) => play(c, what),
  });
}

const RESTARTS = { restarts: true, crashesInside: true } as const;
const ALL_FAULTS = { restarts: true, partitions: true, unreliable: true } as const;
/** Many clerks and keys: each clerk does little. */
const MANY = { ...ALL_FAULTS, keys: 15, limit: 6, rounds: 1 } as const;
const STATE_BYTES = 500;

/** Faults of every kind, in rounds. */
export const STORMS: readonly Draft[] = [
  storm("lab3a/partitions-one", "partitions, one clerk", [5, 1], { partitions: true, limit: 25 }),
  storm("lab3a/partitions", "partitions, five clerks", [5, 5], { partitions: true }),
  storm("lab3a/restarts-one", "restarts of all servers, one clerk", [5, 1], { ...RESTARTS, limit: 25 }),
  storm("lab3a/restarts", "restarts of all servers, five clerks", [5, 5], RESTARTS),
  storm("lab3a/restarts-unreliable", "restarts on a bad network", [5, 5], { restarts: true, unreliable: true }),
  storm("lab3a/restarts-partitions", "restarts and partitions", [5, 5], { restarts: true, partitions: true }),
  storm("lab3a/restarts-partitions-unreliable", "restarts and partitions on a bad network", [5, 5], ALL_FAULTS),
  storm("lab3a/linearizable", "fifteen clerks, fifteen keys and seven servers under all faults", [7, 15], MANY),
];

/** The same of servers that take snapshots. */
export const STORMS_WITH_SNAPSHOTS: readonly Draft[] = [
  storm("lab3b/restarts-one", "restarts with snapshots, one clerk", [5, 1], { ...RESTARTS, limit: 40 }, STATE_BYTES),
  storm(
    "lab3b/restarts",
    "restarts with snapshots, twenty clerks",
    [5, 20],
    { ...RESTARTS, limit: 3, readsFromEach: true },
    STATE_BYTES,
  ),
  storm(
    "lab3b/unreliable-restarts",
    "restarts with snapshots on a bad network",
    [5, 5],
    { restarts: true, unreliable: true },
    STATE_BYTES,
  ),
  storm(
    "lab3b/unreliable-restarts-partitions",
    "restarts and partitions with snapshots on a bad network",
    [5, 5],
    ALL_FAULTS,
    STATE_BYTES,
  ),
  storm(
    "lab3b/linearizable",
    "fifteen clerks, fifteen keys and seven servers with snapshots, under all faults",
    [7, 15],
    MANY,
    STATE_BYTES,
  ),
];
