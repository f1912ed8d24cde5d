import type { DecideCluster } from "../../../grader/harness/decide/cluster.ts";
import { type Draft, decideWithoutEach, NEEDS_BASIC } from "./support.ts";

const WEATHERS: readonly Parameters<DecideCluster["network"]>[0][] = [
  {},
  { delayMs: [0, 20] },
  { delayMs: [0, 8], drop: 0.15, longDelays: false },
  { unreliable: true },
  { delayMs: [0, 5], duplicate: 0.3, reorder: 0.2 },
  { unreliable: true, longReordering: true },
];

/** What a storm may do. */
interface Storm {
  readonly slots: number;
  /** Services say that they need slots no more. */
  readonly forgets: boolean;
}

/** All kinds of faults that a run draws of, while slots are started; then everything must be decided. */
function storm(c: DecideCluster, { slots, forgets }: Storm): void {
  c.network(c.pick("weather", WEATHERS));
  if (c.chance("crashes inside", 0.6))
    c.crashOnEffect({
      chance: 0.02,
      limit: 6,
      when: c.pick("when", ["before", "after"]),
      restartAfterMs: [5, 200],
    });
  const isSplit = c.chance("partitions", 0.6);
  const crashes = c.chance("crashes", 0.5);
  for (let slot = 0; slot < slots; slot++) {
    const rivals = c.shuffle("rivals", c.peers).slice(0, c.int("how many", 1, 3));
    for (const peer of rivals) {
      c.start(peer, slot);
      if (c.chance("apart", 0.5)) c.sleep(c.int("apart by", 0, 12));
    }
    if (isSplit && c.chance("split", 0.5)) {
      const order = c.shuffle("split", c.peers);
      const at = c.int("first part", 1, c.size - 1);
      c.partition(order.slice(0, at), order.slice(at));
    } else if (isSplit) c.partition(c.peers);
    if (crashes && c.chance("crash", 0.4)) c.restart(c.pick("who crashes", c.peers));
    c.sleep(c.int("pause", 1, 60));
    if (forgets && c.chance("done", 0.3)) {
      const peer = c.pick("whose", c.peers);
      const last = Array.from({ length: slot + 1 }, (_, i) => i).findIndex((each) => !c.hasDecided(peer, each)) - 1;
      if (last >= 0) c.done(peer, last);
    }
  }
  c.settle();
  decideWithoutEach(c, slots);
}

export const swarm = (suite: string, size: Storm): Draft => ({
  id: `${suite}/swarm`,
  title: "faults of all kinds, drawn",
  peers: [3, 5],
  about:
    "Each run draws what goes wrong: lost, late, doubled messages, partitions, crashes at any moment, rivals. At the end everything is whole again, and every slot is decided; then each peer is away once, and the others decide.",
  dependsOn: NEEDS_BASIC,
  run: (c) => storm(c, size),
});
