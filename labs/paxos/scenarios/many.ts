import type { DecideCluster } from "../../../grader/harness/decide/cluster.ts";
import { CALM_RPCS, RIVALS_RPCS, UNHINDERED_WITHIN_MS } from "../limits.ts";
import { startAll } from "./calm.ts";
import { type Draft, decideWithoutEach, NEEDS_BASIC, NEEDS_SLOTS } from "./support.ts";

const MANY_SLOTS = 50;
/** Slots that are open at a time. */
const OPEN_SLOTS = 5;
const LOTS_MS = 10_000;
const COUNTED_SLOTS = 10;

/** All peers start slot after slot, with a few open at a time. */
function startMany(c: DecideCluster, count: number, open: number): void {
  for (let slot = 0; slot < count; slot++) {
    if (slot >= open) c.decided(slot - open);
    startAll(c, c.peers, slot);
  }
  for (let slot = Math.max(0, count - open); slot < count; slot++) c.decided(slot);
}

/** Many slots at a time. */
export const MANY: readonly Draft[] = [
  {
    id: "paxos-b/many",
    title: "fifty slots, five at a time",
    peers: 3,
    about:
      "All three peers start fifty slots with values of their own; five are open at a time. No faults, but that in the end each peer is away once, and the others decide.",
    dependsOn: NEEDS_BASIC,
    run: (c) => {
      startMany(c, MANY_SLOTS, OPEN_SLOTS);
      c.settle();
      decideWithoutEach(c, MANY_SLOTS);
    },
  },
  {
    id: "paxos-b/many-unreliable",
    title: "fifty slots on a bad network",
    peers: 3,
    about:
      "The same on a network that loses a tenth of all requests and a tenth of all answers, and delays the others.",
    dependsOn: NEEDS_SLOTS,
    setup: (s) => s.network({ unreliable: true }),
    run: (c) => {
      startMany(c, MANY_SLOTS, 3);
      c.settle();
    },
  },
  {
    id: "paxos-b/lots",
    title: "many slots, while the cluster is split anew every moment",
    peers: 5,
    about:
      "For ten seconds the five peers are split at random, each time for up to 200 ms, on a bad network, while slots are started on all of them. Then everything must be decided.",
    dependsOn: NEEDS_SLOTS,
    setup: (s) => s.network({ unreliable: true, longDelays: false }),
    run: (c) => {
      let isOver = false;
      const splits = c.spawn("splits", function* () {
        while (!isOver) {
          const part = c.peers.map(() => c.int("part", 0, 2));
          c.partition(...[0, 1, 2].map((wanted) => c.peers.filter((peer) => part[peer] === wanted)));
          yield c.int("split lasts", 1, 200);
        }
      });
      let slot = 0;
      while (c.nowMs() < LOTS_MS) {
        // As many open at a time as before, counted by a majority.
        if (slot < OPEN_SLOTS || c.decidedBy(slot - OPEN_SLOTS).length >= c.majority) startAll(c, c.peers, slot++);
        c.sleep(c.int("next slot", 60, 400));
      }
      isOver = true;
      c.join([splits], 1_000);
      c.settle();
    },
  },
  {
    id: "paxos-b/count",
    title: "what slots cost",
    peers: 3,
    about:
      "Requests are counted: of slots that one peer proposes, one after the other, and of slots that all three propose at once. No faults.",
    dependsOn: NEEDS_SLOTS,
    run: (c) => {
      c.sleep(500);
      const calm = c.meter();
      for (let slot = 0; slot < COUNTED_SLOTS; slot++) {
        c.start(0, slot);
        c.decided(slot, c.peers, UNHINDERED_WITHIN_MS);
      }
      c.sleep(200);
      c.expectSpent(calm, "rpcs", COUNTED_SLOTS * CALM_RPCS, {
        property: "efficiency",
        check: "calm-cost",
        expected: `${COUNTED_SLOTS} slots that one peer proposes to take ${CALM_RPCS} RPCs each at most`,
        cite: "Lamport, Paxos Made Simple (2001), section 2.3",
        hint: "Three requests to each peer are enough. Who else asks something, and what for?",
      });
      const rivals = c.meter();
      for (let slot = COUNTED_SLOTS; slot < 2 * COUNTED_SLOTS; slot++) {
        startAll(c, c.peers, slot);
        c.decided(slot);
      }
      c.expectSpent(rivals, "rpcs", COUNTED_SLOTS * RIVALS_RPCS, {
        property: "efficiency",
        check: "rivals-cost",
        expected: `${COUNTED_SLOTS} slots that all three propose to take ${RIVALS_RPCS} RPCs each at most`,
        cite: "Lamport, Paxos Made Simple (2001), section 2.4",
        hint: "What does a proposer do at once when it is refused, and what does its rival do then?",
      });
      c.settle();
    },
  },
];
