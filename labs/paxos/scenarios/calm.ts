import type { DecideCluster } from "../../../grader/harness/decide/cluster.ts";
import { RIVALS_RPCS, RIVALS_WITHIN_MS, UNHINDERED_WITHIN_MS } from "../limits.ts";
import { type Draft, NEEDS_BASIC, others, roles } from "./support.ts";

/** Slots in which rivals start at one instant. */
const DUELS = 12;
/** Long enough for anything that a minority would do by mistake. */
const NOTHING_MS = 1_500;

/** All given peers start a slot at one instant, with values of their own. */
export function startAll(c: DecideCluster, peers: readonly number[], slot: number): void {
  c.startAtOnce(peers.map((peer) => ({ peer, slot, value: c.value() })));
}

/** A peer starts a slot twice at one moment: the second time changes nothing. */
function startTwice(c: DecideCluster, peer: number, slot: number): void {
  c.phase("a slot is started again with another value, while it is under way");
  const value = c.value();
  c.startAtOnce([value, c.value()].map((each) => ({ peer, slot, value: each })));
  c.decided(slot, [peer]);
  const seen = c.decisionOf(slot);
  c.expect(seen === value, {
    property: "validity",
    check: "started-again",
    expected: `slot ${slot} to be decided as "${value}", which was proposed: to start a slot again that is under way changes nothing`,
    seen: `it was decided as ${JSON.stringify(seen)}`,
    where: { slot },
    cite: "the lab's handout: the shape of it, start",
    hint: "What does start do with its value when the slot is being proposed already?",
  });
}

/** What becomes of a slot when nobody fails, and when peers are away. */
export const CALM: readonly Draft[] = [
  {
    id: "paxos-a/basic",
    title: "one proposer; all with one value; all with values of their own",
    peers: 3,
    about:
      "No faults. One peer starts a slot; all start one with the same value; all start one with different values. Each time every peer decides, and all decide the same. To start a slot again that is decided changes nothing.",
    run: (c) => {
      c.phase("one peer starts slot 0");
      c.start(0, 0);
      c.decided(0, c.peers, UNHINDERED_WITHIN_MS);
      c.phase("all peers start slot 1 with one value");
      const same = c.value();
      c.startAtOnce(c.peers.map((peer) => ({ peer, slot: 1, value: same })));
      c.decided(1);
      c.phase("all peers start slot 2 with different values");
      startAll(c, c.peers, 2);
      c.decided(2);
      c.phase("slots are started out of order");
      for (const [peer, slot] of [
        [0, 7],
        [1, 6],
        [1, 5],
        [2, 4],
        [0, 3],
      ] as const)
        c.start(peer, slot);
      for (const slot of [7, 6, 5, 4, 3]) c.decided(slot);
      c.phase("a slot that is decided is started again");
      startAll(c, c.peers, 2);
      c.settle();
    },
  },
  {
    id: "paxos-a/deaf",
    title: "two of five hear no requests",
    peers: 5,
    about:
      "Requests to two peers get stuck, so that nothing is heard of them. The other three decide all the same, soon, as they need no more; the two decide once they propose for themselves.",
    dependsOn: NEEDS_BASIC,
    run: (c) => {
      c.start(0, 0);
      c.decided(0, c.peers, UNHINDERED_WITHIN_MS);
      const [deaf, alsoDeaf, ...hearing] = roles(c);
      const isDeaf = (peer: number) => peer === deaf || peer === alsoDeaf;
      c.phase(`requests to the peers ${deaf} and ${alsoDeaf} get stuck`);
      const rule = c.rule(({ kind, from, to }) => (kind === "request" && from !== to && isDeaf(to) ? "hold" : "pass"));
      for (const slot of [1, 2]) {
        c.start(hearing[0] as number, slot);
        c.decided(slot, hearing, UNHINDERED_WITHIN_MS);
      }
      c.phase(`peer ${deaf}, which hears no requests but gets answers, proposes`);
      c.start(deaf, 3);
      c.decidedByCount(3, 1, UNHINDERED_WITHIN_MS);
      rule.remove();
      c.phase("requests get through again");
      c.start(alsoDeaf, 3);
      c.decided(3, [deaf, alsoDeaf]);
      c.settle();
    },
  },
  {
    id: "paxos-a/old",
    title: "a proposer comes late, after the decision",
    peers: 5,
    about:
      "Three of five decide. A peer that was down meanwhile proposes another value: it decides what was decided, and so do those that have it already. In the end a slot that is under way is started again, with another value, which changes nothing.",
    dependsOn: NEEDS_BASIC,
    run: (c) => {
      const [late, away, ...there] = roles(c);
      c.crash(late);
      c.crash(away);
      c.start(there[1] as number, 0);
      c.decided(0, there);
      c.restart(late);
      c.start(late, 0);
      c.decided(0, [late]);
      startTwice(c, there[0] as number, 1);
      c.settle();
    },
  },
  {
    id: "paxos-a/partition",
    title: "parts of the cluster, and a peer that changes sides",
    peers: 5,
    about:
      "Split into 2, 2 and 1, nobody decides. Three that reach each other do. Then one peer changes sides again and again, on a network that loses messages too.",
    dependsOn: NEEDS_BASIC,
    run: (c) => {
      const [a, b, d, e, f] = roles(c);
      c.phase("no part is a majority");
      c.partition([a, d], [b, e], [f]);
      c.start(b, 0);
      c.sleep(NOTHING_MS);
      c.undecided(0, "no three peers reach each other");
      c.phase(`the peers ${b}, ${d}, ${e} reach each other`);
      c.partition([a], [b, d, e], [f]);
      c.decided(0, [b]);
      c.heal();
      c.start(a, 0);
      c.start(f, 0);
      c.decided(0, [a, b, f]);
      for (let slot = 1; slot <= 12; slot++) {
        if (slot === 7) c.network({ unreliable: true });
        c.phase(`peer ${d} changes sides in slot ${slot}`);
        c.partition([a, b, d], [e, f]);
        startAll(c, [a, e], slot);
        c.decided(slot, [a]);
        const early = c.decidedBy(slot).filter((peer) => peer === e || peer === f);
        c.expect(early.length === 0, {
          property: "agreement",
          check: "undecided",
          expected: `slot ${slot} not to be decided by the peers ${e} and ${f}: they reach only each other`,
          seen: `it was decided by peer ${early[0]}`,
          peers: early,
          where: { slot },
        });
        c.partition([a, b], [d, e, f]);
        c.decided(slot, [e]);
      }
      c.settle();
    },
  },
  {
    id: "paxos-a/duel",
    title: "rivals that start at one instant, again and again",
    peers: 3,
    about:
      "Two peers, or all three, start slots at the same instant, and every message takes the same time. They must get out of each other's way: each slot is decided, and at no great expense.",
    dependsOn: NEEDS_BASIC,
    run: (c) => {
      const spent: number[] = [];
      for (let slot = 0; slot < DUELS; slot++) {
        const rivals = slot % 2 === 0 ? c.peers : others(c, c.pick("not a rival", c.peers));
        const meter = c.meter();
        startAll(c, rivals, slot);
        c.decided(slot, rivals, RIVALS_WITHIN_MS);
        c.sleep(20);
        spent.push(meter.rpcs());
      }
      const median = spent.sort((a, b) => a - b)[DUELS / 2] as number;
      c.expect(median <= RIVALS_RPCS, {
        property: "efficiency",
        check: "rivals-cost",
        expected: `rivals to spend ${RIVALS_RPCS} RPCs a slot at most, in the median of ${DUELS} slots`,
        seen: `${median} RPCs`,
        cite: "Lamport, Paxos Made Simple (2001), section 2.4",
        hint: "What does a proposer do at once when it is refused, and what does its rival do then?",
      });
      c.settle();
    },
  },
];
