import type { DecideCluster } from "../../../grader/harness/decide/cluster.ts";
import { type Draft, decideWithoutEach, NEEDS_BASIC } from "./support.ts";

/** So many slots a run, each in another order. */
const ORDERS = 40;
/** Messages of one slot come within so long, in any order. */
const SPREAD_MS = 12;

/** Two proposers start one slot; every message takes a time that is drawn, and a few are lost. Slot after slot. */
function orders(c: DecideCluster, crashes: boolean): void {
  for (let slot = 0; slot < ORDERS; slot++) {
    const [p, q, r] = c.shuffle("roles", c.peers) as [number, number, number];
    let lost = c.int("losses", 0, 1);
    const loss = c.rule((m) => (m.from !== m.to && lost > 0 && c.chance("loss", 0.1) && lost-- > 0 ? "drop" : "pass"));
    const crash = crashes
      ? c.crashOnEffect({
          peers: [r],
          chance: 0.2,
          limit: 1,
          when: c.pick("when", ["before", "after"]),
          restartAfterMs: [1, SPREAD_MS],
        })
      : null;
    c.startAtOnce([p, q].map((peer) => ({ peer, slot, value: c.value() })));
    c.sleep(3 * SPREAD_MS);
    loss.remove();
    crash?.remove();
  }
  c.settle();
  decideWithoutEach(c, ORDERS);
}

/** Small instances, in as many orders of their messages as there is time for. */
export const ORDERED: readonly Draft[] = [
  {
    id: "paxos-c/two-proposers",
    title: "two proposers, and their messages in any order",
    peers: 3,
    about:
      "Two of three peers propose at one instant. Their messages come in any order, and one may be lost. Then each peer is away once, and the others decide.",
    dependsOn: NEEDS_BASIC,
    setup: (s) => s.network({ delayMs: [0, SPREAD_MS], longDelays: false }),
    run: (c) => orders(c, false),
  },
  {
    id: "paxos-c/restart",
    title: "two proposers, and an acceptor that crashes at any moment",
    peers: 3,
    about: "The same, and the third peer crashes between any two things that it does, and comes back.",
    dependsOn: NEEDS_BASIC,
    setup: (s) => s.network({ delayMs: [0, SPREAD_MS], longDelays: false }),
    run: (c) => orders(c, true),
  },
];
