import type { Draft } from "./support.ts";

/** Nothing goes wrong. */
export const CALM: readonly Draft[] = [
  {
    id: "paxos-a/basic",
    title: "one proposer; all with one value; all with values of their own",
    peers: 3,
    about:
      "No faults. One peer starts a slot; all start one with the same value; all start one with different values. Each time every peer decides, and all decide the same.",
    run: (c) => {
      c.phase("one peer starts slot 0");
      c.start(0, 0);
      c.decided(0);
      c.phase("all peers start slot 1 with one value");
      const same = c.value();
      c.startAtOnce(c.peers.map((peer) => ({ peer, slot: 1, value: same })));
      c.decided(1);
      c.phase("all peers start slot 2 with different values");
      c.startAtOnce(c.peers.map((peer) => ({ peer, slot: 2, value: c.value() })));
      c.decided(2);
      c.phase("slots are started out of order");
      c.start(0, 7);
      c.start(1, 6);
      c.start(1, 5);
      c.decided(7);
      c.start(0, 4);
      c.start(1, 3);
      for (const slot of [6, 5, 4, 3]) c.decided(slot);
      c.settle();
    },
  },
];
