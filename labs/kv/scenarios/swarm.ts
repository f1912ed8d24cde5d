import type { KvCluster } from "../../../grader/harness/kv/cluster.ts";
import { splitAtRandom } from "./storms.ts";
import { type Draft, draft, keysOf } from "./support.ts";

/** How many faults a run sees, one after the other or at once. */
const STEPS = 6;

const WEATHERS = [{}, { duplicate: 0.3, reorder: 0.2 }, { delayMs: [0, 30] as const }, { unreliable: true }];

/** Each run draws how many servers and clerks there are, a weather and a few kinds of faults, and lets them meet. */
export function swarm(suite: "lab3a" | "lab3b", maxStateBytes?: number): Draft {
  return draft({
    id: `${suite}/swarm`,
    title: "a few faults, drawn anew for each run",
    servers: [3, 5, 3, 4, 7],
    clerks: [2, 4, 1, 6, 3],
    ...(maxStateBytes !== undefined && { maxStateBytes }),
    about:
      "Each run draws how many servers and clerks there are, a weather and a few kinds of faults, and lets them meet while clerks are at work, and one of them is called again before it has answered. When all is over every operation ends, and what was written outlives a crash of the leader.",
    setup: (s) => s.network(s.pick("weather", WEATHERS)),
    run: (c) => {
      const faults = c.shuffle("kinds of faults", FAULTS).slice(0, c.int("how many kinds", 2, 4));
      const keys = keysOf(c.int("keys", 1, 3));
      c.load({ clerks: c.clerks, keys, thinkMs: [1, 60], limit: 20 });
      const endings: (() => void)[] = [];
      for (let step = 0; step < STEPS; step++) {
        if (c.chance("calls at once", 0.5)) callAtOnce(c, keys);
        c.sleep(c.pick("until the fault", [0, 1.5, 3, 20, 150]));
        endings.push(c.pick("fault", faults)(c));
        c.sleep(c.pick("how long", [5, 50, 300, 900]));
        while (endings.length > 0 && (endings.length > 2 || c.chance("one ends", 0.6))) {
          endings.splice(c.int("which one ends", 0, endings.length - 1), 1)[0]?.();
        }
      }
      for (const end of endings) end();
      c.settle();
      if (maxStateBytes !== undefined) c.readFromEach();
      c.readFromNext();
    },
  });
}

function callAtOnce(c: KvCluster, keys: readonly string[]): void {
  const clerk = c.pick("whose", c.clerks);
  for (const key of keys) c.append(clerk, key);
  c.get(clerk, c.pick("which", keys));
}

/** Begins a fault, and gives what ends it. */
type Fault = (c: KvCluster) => () => void;

const someServer = (c: KvCluster): number => c.leader() ?? c.pick("server", c.servers);

const FAULTS: readonly Fault[] = [
  function split(c) {
    splitAtRandom(c);
    return () => c.split(c.servers);
  },
  function leaderAway(c) {
    const server = someServer(c);
    c.disconnect(server);
    return () => c.connect(server);
  },
  function oneWay(c) {
    const [from = 0, to = 0] = c.shuffle("link", c.servers);
    c.cut(from, to);
    return () => c.uncut(from, to);
  },
  function standsStill(c) {
    const server = someServer(c);
    c.pause(server);
    return () => c.resume(server);
  },
  function crash(c) {
    const server = c.chance("the leader", 0.6) ? someServer(c) : c.pick("server", c.servers);
    c.crash(server);
    return () => {
      if (!c.isUp(server)) c.restart(server);
    };
  },
  function allCrash(c) {
    for (const server of c.servers) c.crash(server);
    return () => {
      for (const server of c.servers) if (!c.isUp(server)) c.restart(server);
    };
  },
  function crashInside(c) {
    const rule = c.crashOnEffect({
      peers: c.servers,
      voters: c.servers,
      chance: 0.03,
      limit: 2,
      when: c.pick("when", ["before", "after"]),
      restartAfterMs: [50, 600],
    });
    return () => rule.remove();
  },
  function answersLost(c) {
    const clerk = c.pick("whose answers", c.clerks);
    const rule = c.rule((m) => (m.kind === "reply" && m.to === clerk ? "drop" : "pass"));
    return () => rule.remove();
  },
  function requestsLate(c) {
    const clerk = c.pick("whose requests", c.clerks);
    const rule = c.rule((m) => (m.kind === "request" && m.from === clerk && m.nth % 3 === 0 ? "hold" : "pass"));
    return () => {
      rule.release();
      rule.remove();
    };
  },
];
