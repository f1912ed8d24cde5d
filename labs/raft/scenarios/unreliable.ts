import { restartEverybody } from "./restarts.ts";
import type { Draft, PersistentCluster } from "./support.ts";
import { NEEDS_AGREEMENT, startClients } from "./support.ts";

const ITERATIONS = 1_000;
/** From here on two thirds of the replies come late, and out of order. */
const REORDERING_FROM = 200;

/** Stage 2C: long runs in which crashes, cuts and bad networks come all together. */
export const UNRELIABLE: readonly Draft<PersistentCluster>[] = [
  {
    id: "lab2c/figure-8",
    title: "leaders crash as soon as they lead (Figure 8)",
    peers: 5,
    about:
      "A thousand times: a command is started, and its leader crashes at once or soon. Three of five are up, no more.",
    dependsOn: NEEDS_AGREEMENT,
    run: figure8,
  },
  {
    id: "lab2c/unreliable-agree",
    title: "agreement on a network that loses one message in five",
    peers: 5,
    about: "Two hundred and fifty commands from five clients, with requests and replies lost and delayed.",
    dependsOn: NEEDS_AGREEMENT,
    setup: (s) => s.network({ unreliable: true }),
    run: unreliableAgree,
  },
  {
    id: "lab2c/figure-8-unreliable",
    title: "Figure 8 with lost, late and reordered messages",
    peers: 5,
    about:
      "A thousand times: a command is started, and its leader is often cut off. Replies come back up to two seconds late.",
    dependsOn: NEEDS_AGREEMENT,
    setup: (s) => s.network({ unreliable: true }),
    run: figure8Unreliable,
  },
  {
    id: "lab2c/churn",
    title: "peers come and go under load",
    peers: 5,
    about: "Three clients keep starting commands while peers are cut off, crash and come back, twenty times.",
    dependsOn: NEEDS_AGREEMENT,
    run: churn,
  },
  {
    id: "lab2c/churn-unreliable",
    title: "peers come and go on a bad network",
    peers: 5,
    about: "The same with messages lost and delayed.",
    dependsOn: NEEDS_AGREEMENT,
    setup: (s) => s.network({ unreliable: true }),
    run: churn,
  },
];

function figure8(c: PersistentCluster): void {
  c.one(c.command(), 1);
  for (let i = 0; i < ITERATIONS; i++) {
    const leader = startEverywhere(c);
    c.sleep(pause(c));
    if (leader !== null) c.crash(leader);
    if (c.connected().length < 3) reviveOne(c);
  }
  c.settle();
}

function unreliableAgree(c: PersistentCluster): void {
  const stop = startClients(c, 4, 30);
  for (let i = 0; i < 49; i++) c.one(c.command(), 1);
  stop();
  c.reliable();
  c.one(c.command(), 5);
  restartEverybody(c);
}

function figure8Unreliable(c: PersistentCluster): void {
  c.one(c.command(), 1);
  for (let i = 0; i < ITERATIONS; i++) {
    if (i === REORDERING_FROM) c.network({ unreliable: true, longReordering: true });
    const leader = startEverywhere(c);
    c.sleep(pause(c));
    if (leader !== null && c.chance("leader cut off", 0.5)) c.disconnect(leader);
    if (c.connected().length < 3) {
      const peer = c.int("who may return", 0, c.size - 1);
      if (!c.isConnected(peer)) c.connect(peer);
    }
  }
  c.settle();
  restartEverybody(c);
}

function churn(c: PersistentCluster): void {
  const stop = startClients(c, 3, 150);
  for (let i = 0; i < 20; i++) {
    if (c.chance("cut off", 0.2)) c.disconnect(c.int("who is cut off", 0, c.size - 1));
    if (c.chance("return", 0.5)) reviveOne(c);
    if (c.chance("crash", 0.2)) c.crash(c.int("who crashes", 0, c.size - 1));
    // A little less than an election takes, so that faults meet each other.
    c.sleep(700);
  }
  stop();
  c.settle();
  restartEverybody(c);
}

/** Starts a command on every peer; gives one that accepted it and is connected. */
function startEverywhere(c: PersistentCluster): number | null {
  const command = c.command();
  const orders = c.peers.filter((peer) => c.claimsLeadership(peer)).map((peer) => ({ peer, command }));
  const accepted = c.startAtOnce(orders);
  return orders.findLast(({ peer }, i) => accepted[i] !== null && c.isConnected(peer))?.peer ?? null;
}

/** Mostly less than a commit takes, sometimes as long as an election. */
function pause(c: PersistentCluster): number {
  return c.chance("long pause", 0.1) ? c.int("long pause length", 0, 499) : c.int("pause length", 0, 12);
}

/** One peer, drawn from all, boots if it is down, and is connected. */
function reviveOne(c: PersistentCluster): void {
  const peer = c.int("who returns", 0, c.size - 1);
  if (!c.isUp(peer)) c.restart(peer);
  c.connect(peer);
}
