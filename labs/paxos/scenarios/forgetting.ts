import type { DecideCluster } from "../../../grader/harness/decide/cluster.ts";
import { FORGOTTEN_BYTES, FORGOTTEN_WITHIN_MS } from "../limits.ts";
import { startAll } from "./calm.ts";
import { learnPhases } from "./learn.ts";
import { promisedToBoth } from "./moments/values.ts";
import { type Draft, NEEDS_SLOTS } from "./support.ts";

const LARGE_BYTES = 50_000;
const LARGE_SLOTS = 10;
/** Long enough for anything that a minority would do by mistake. */
const NOTHING_MS = 1_500;
/** Whatever is on its way without a fault has arrived, and has been answered. */
const SPREAD_MS = 50;

/** Each peer has a slot of its own decided, so that everybody hears what every service is done with. */
function everybodySpeaks(c: DecideCluster, fromSlot: number): void {
  for (const peer of c.peers) {
    c.start(peer, fromSlot + peer);
    c.decided(fromSlot + peer);
  }
}

/** Of an even number of peers one half is no majority: both would decide, each by itself. */
function halvesDecideNothing(c: DecideCluster, slot: number): void {
  const half = c.size / 2;
  c.phase("neither half is a majority");
  c.partition(c.peers.slice(0, half), c.peers.slice(half));
  startAll(c, [0, half], slot);
  c.sleep(NOTHING_MS);
  c.undecided(slot, `no ${c.majority} peers reach each other`);
  c.heal();
  c.decided(slot, [0, half]);
}

/** Two of six, whose numbers are the same but for multiples of five, are promised their ballots by the same acceptors. */
function ballotsOfSix(c: DecideCluster, firstSlot: number): void {
  const phases = learnPhases(c, 0, firstSlot);
  for (const [i, isAgain] of [false, true].entries()) {
    if (!phases.areKnown) return;
    const slot = firstSlot + 1 + i;
    c.phase(`two proposers have promises of the same acceptors, in slot ${slot}`);
    promisedToBoth(c, phases, slot, [0, 5], isAgain);
    c.heal();
  }
}

/**
 * A slot is decided while requests to one peer are kept on their way; it decides when it asks, too. Gives what lets them go: long
 * after, when the slot is forgotten.
 */
function decideWithLateRequests(c: DecideCluster, slot: number): () => void {
  const [proposer, late] = c.shuffle("late requests", c.peers) as [number, number];
  const rule = c.rule((m) => (m.kind === "request" && m.to === late && m.from !== late ? "hold" : "pass"));
  c.start(proposer, slot);
  c.decided(slot, [proposer]);
  c.sleep(SPREAD_MS);
  // What it holds stays held; what is asked from now on arrives.
  rule.remove();
  startAll(c, c.peers, slot);
  c.decided(slot);
  return () => {
    rule.release();
    c.sleep(SPREAD_MS);
  };
}

/** Slots that nobody needs any more. */
export const FORGETTING: readonly Draft[] = [
  {
    id: "paxos-b/forget",
    title: "min follows what all services are done with",
    peers: 6,
    about:
      "Some services are done with slots, and others not yet. min is one more than the least of what all have said, once everybody has been heard, and never higher. One peer is away when the last service says so, and must hear of it later. Somebody may say so of a lower slot after a higher one, which changes nothing. In the end the six are split into halves: neither is a majority, and nothing is decided. And two of them have promises of the same acceptors: their ballots must differ.",
    dependsOn: NEEDS_SLOTS,
    run: (c) => {
      c.forgotten(0);
      for (const [peer, slot] of [
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 6],
        [1, 7],
      ] as const)
        c.start(peer, slot);
      for (const slot of [0, 1, 2, 6, 7]) c.decided(slot);
      c.phase("all services are done with slot 0, and all but one with slot 1");
      for (const peer of c.peers) c.done(peer, 0);
      for (const peer of c.peers.slice(1)) c.done(peer, 1);
      everybodySpeaks(c, 8);
      c.forgotten(1, c.peers, FORGOTTEN_WITHIN_MS);
      c.phase("the last service is done with slot 1, while one peer is away");
      c.disconnect(c.size - 1);
      c.done(0, 1);
      c.sleep(SPREAD_MS);
      c.connect(c.size - 1);
      everybodySpeaks(c, 8 + c.size);
      c.forgotten(2, c.peers, FORGOTTEN_WITHIN_MS);
      c.phase("a service is done with slot 0 once more");
      c.done(1, 0);
      c.forgotten(2);
      halvesDecideNothing(c, 8 + 2 * c.size);
      ballotsOfSix(c, 9 + 2 * c.size);
      c.settle();
    },
  },
  {
    id: "paxos-b/many-forget",
    title: "services are done with slots while others are being decided",
    peers: 3,
    about:
      "Twenty slots are started in any order on a bad network; meanwhile each service is done with what it has, now and then. Whatever is not forgotten is decided in the end.",
    dependsOn: NEEDS_SLOTS,
    setup: (s) => s.network({ unreliable: true }),
    run: (c) => {
      const order = c.shuffle(
        "order",
        Array.from({ length: 20 }, (_, slot) => slot),
      );
      for (const slot of order) {
        startAll(c, c.shuffle("rivals", c.peers).slice(0, c.int("how many", 1, 3)), slot);
        c.sleep(c.int("pause", 5, 120));
        const peer = c.pick("whose", c.peers);
        let last = -1;
        while (c.hasDecided(peer, last + 1)) last++;
        if (last >= 0) c.done(peer, last);
      }
      c.settle();
      for (const peer of c.peers) c.done(peer, 19);
      everybodySpeaks(c, 20);
      c.forgotten(20, c.peers, FORGOTTEN_WITHIN_MS);
    },
  },
  {
    id: "paxos-b/done-max",
    title: "max stays when everything is forgotten",
    peers: 3,
    about:
      "All services are done with all slots. max is the highest of them still, on every peer. Then late requests of a slot arrive that was forgotten meanwhile: they change nothing.",
    dependsOn: NEEDS_SLOTS,
    run: (c) => {
      for (let slot = 0; slot < 10; slot++) {
        c.start(slot % c.size, slot);
        c.decided(slot);
      }
      const letGo = decideWithLateRequests(c, 10);
      for (const peer of c.peers) c.done(peer, 10);
      c.knowsOf(10, c.peers);
      everybodySpeaks(c, 11);
      c.forgotten(11, c.peers, FORGOTTEN_WITHIN_MS);
      c.knowsOf(10 + c.size, c.peers);
      letGo();
      c.forgotten(11);
      c.knowsOf(10 + c.size, c.peers);
      c.settle();
    },
  },
  {
    id: "paxos-b/forget-bytes",
    title: "large values are gone when nobody needs them",
    peers: 3,
    about:
      "Ten values of 50 kB are decided, and all services are done with them. What peers have saved is small then, also after a restart; who starts such a slot again is ignored.",
    dependsOn: NEEDS_SLOTS,
    run: (c) => {
      for (let slot = 0; slot < LARGE_SLOTS; slot++) {
        c.start(slot % c.size, slot, c.value(LARGE_BYTES));
        c.decided(slot);
      }
      for (const peer of c.peers) c.done(peer, LARGE_SLOTS - 1);
      everybodySpeaks(c, LARGE_SLOTS);
      const otherwise = {
        property: "resource",
        check: "forgotten-bytes",
        expected: `what each peer has saved to be ${FORGOTTEN_BYTES / 1000} kB at most, ${FORGOTTEN_WITHIN_MS / 1000} s after the values were forgotten`,
        cite: "student API (consensus-labs/paxos), done",
        hint: "Is what is forgotten gone from what is saved, too?",
      } as const;
      c.saved(FORGOTTEN_BYTES, FORGOTTEN_WITHIN_MS, otherwise);
      c.crashAll();
      c.restartAll();
      for (const peer of c.peers) c.start(peer, 0);
      c.sleep(200);
      everybodySpeaks(c, LARGE_SLOTS + c.size);
      c.saved(FORGOTTEN_BYTES, FORGOTTEN_WITHIN_MS, otherwise);
      c.settle();
    },
  },
  {
    id: "paxos-b/third-asks",
    title: "two of three are done, and the third one has not heard",
    peers: 3,
    about:
      "Two peers decide slots, and their services are done with them, while the third peer is away. In some runs the two crash, too, and come back. The third still needs those slots: when it is back and asks, it decides what they decided.",
    dependsOn: NEEDS_SLOTS,
    run: (c) => {
      const [a, b, third] = c.shuffle("roles", c.peers) as [number, number, number];
      c.partition([a, b]);
      for (let slot = 0; slot < 4; slot++) {
        c.start(slot % 2 === 0 ? a : b, slot);
        c.decided(slot, [slot % 2 === 0 ? a : b]);
        startAll(c, [a, b], slot);
        c.decided(slot, [a, b]);
      }
      c.done(a, 2);
      c.done(b, 2);
      for (const slot of [4, 5, 6]) {
        startAll(c, [a, b], slot);
        c.decided(slot, [a, b]);
      }
      if (c.chance("restart", 0.5)) for (const peer of [a, b]) c.restart(peer);
      c.heal();
      c.phase(`peer ${third} is back, and asks for what the others are done with`);
      for (let slot = 0; slot < 4; slot++) c.start(third, slot);
      for (let slot = 0; slot < 4; slot++) c.decided(slot, [third]);
      c.settle();
    },
  },
];
