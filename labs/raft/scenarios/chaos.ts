import type { LogCluster } from "../../../grader/harness/log/cluster.ts";
import { restartEverybody, returnToRestarted } from "./restarts.ts";
import type { Draft, PersistentCluster } from "./support.ts";
import { NEEDS_AGREEMENT, NEEDS_SNAPSHOTS, startClients } from "./support.ts";

const DURATION_MS = 3_500;

type Suite = "lab2c" | "lab2d";

/** The four chaos scenarios of a suite. They ask for safety during the faults, and for liveness only after them. */
export function chaos(suite: Suite, snapshotEvery?: number): Draft[] {
  return [
    {
      id: `${suite}/chaos-delays`,
      title: titled("chaos: every message takes 10 to 500 ms", snapshotEvery),
      about: described(
        "Messages are slower than election timeouts, and overtake each other, while parts of the network come and go.",
      ),
      setup: (s) => s.network({ delayMs: [10, 500] }),
      ...withFaults(suite, cutAtRandom, snapshotEvery),
    },
    {
      id: `${suite}/chaos-drops`,
      title: titled("chaos: lost, doubled and reordered messages", snapshotEvery),
      about: described(
        "One message in twenty is lost, others arrive twice or after their successors, and links fail in one direction.",
      ),
      setup: (s) => s.network({ drop: 0.05, duplicate: 0.1, reorder: 0.2 }),
      ...withFaults(suite, cutAtRandom, snapshotEvery),
    },
    {
      id: `${suite}/chaos-restarts`,
      title: titled("chaos: crashes at any moment", snapshotEvery),
      about: described(
        "Peers crash between any two things that they do, singly, in storms and all together, and come back.",
      ),
      ...withFaults(suite, crashAtRandom, snapshotEvery),
    },
    {
      id: `${suite}/chaos-clocks`,
      title: titled("chaos: clocks that disagree, and peers that stand still", snapshotEvery),
      about: described(
        "Clocks differ by up to a minute and by a tenth in speed, and peers stand still for seconds and go on as if nothing had been.",
      ),
      setup: (s) => {
        for (const peer of s.peers) {
          const driftPpm = s.pick("drift", [0, 1, -1]) * s.int("how much drift", 0, 100_000);
          s.clock(peer, { skewMs: s.int("skew", 0, 60_000), driftPpm });
        }
      },
      ...withFaults(suite, pauseAtRandom, snapshotEvery),
    },
  ];
}

function titled(title: string, snapshotEvery: number | undefined): string {
  return snapshotEvery === undefined ? title : `${title}, with snapshots`;
}

function described(about: string): string {
  return `${about} Safety holds throughout; once the faults have ended, agreement goes on.`;
}

/** What the kinds have in common: clients, faults for a while, and then a cluster that must recover. */
function withFaults(suite: Suite, faults: (c: PersistentCluster) => void, snapshotEvery: number | undefined) {
  return {
    peers: 5,
    dependsOn: suite === "lab2d" ? NEEDS_SNAPSHOTS : NEEDS_AGREEMENT,
    ...(snapshotEvery !== undefined && { options: { snapshotEvery } }),
    run: (c: LogCluster) => {
      const stop = startClients(c, 2, 60);
      faults(c);
      stop();
      c.settle();
      if (snapshotEvery === undefined) restartEverybody(c);
      else returnToRestarted(c, snapshotEvery);
    },
  };
}

/** Partitions, cut links in one direction and lone peers, each for a while. */
function cutAtRandom(c: PersistentCluster): void {
  const endMs = c.nowMs() + DURATION_MS;
  while (c.nowMs() < endMs) {
    c.sleep(c.int("peace", 200, 1_200));
    const order = c.shuffle("who is where", c.peers);
    const kind = c.pick("fault", ["alone", "split", "one way", "restart"]);
    if (kind === "alone") c.disconnect(c.leader() ?? (order[0] as number));
    else if (kind === "split") c.partition(order.slice(0, 2), order.slice(2));
    else if (kind === "one way") for (const peer of order.slice(1)) c.cut(order[0] as number, peer);
    else c.restart(c.leader() ?? (order[0] as number));
    c.sleep(c.int("fault", 200, 1_500));
    c.heal();
  }
}

/** Crashes at single effects all the time, and storms of restarts. */
function crashAtRandom(c: PersistentCluster): void {
  const downMs = [1, 400] as const;
  c.crashOnEffect({ chance: 0.002, limit: 200, when: "before", restartAfterMs: downMs, keepMajority: false });
  c.crashOnEffect({ chance: 0.002, limit: 200, when: "after", restartAfterMs: downMs, keepMajority: false });
  c.crashOnEffect({ effect: "reply", chance: 0.01, limit: 100, when: "after", restartAfterMs: [1, 3] });
  const endMs = c.nowMs() + DURATION_MS;
  while (c.nowMs() < endMs) {
    c.sleep(c.int("peace", 300, 1_500));
    const storm = c.pick("storm", ["leader", "some", "all"]);
    const struck =
      storm === "all" ? c.peers : storm === "some" ? c.shuffle("who crashes", c.peers).slice(0, 3) : [c.leader() ?? 0];
    for (const peer of struck) c.crash(peer);
    c.sleep(c.int("down", 1, 300));
    c.restartAll();
  }
}

/** Peers stand still, the leader most of all, for longer than an election takes. */
function pauseAtRandom(c: PersistentCluster): void {
  const endMs = c.nowMs() + DURATION_MS;
  while (c.nowMs() < endMs) {
    c.sleep(c.int("peace", 200, 1_000));
    const asleep = c.shuffle("who stands still", c.peers).slice(0, c.int("how many stand still", 1, 3));
    const leader = c.leader();
    if (leader !== null && !asleep.includes(leader)) asleep.push(leader);
    for (const peer of asleep) c.pause(peer);
    c.sleep(c.int("standing still", 100, 2_500));
    for (const peer of asleep) {
      if (c.chance("crashes instead of waking", 0.1)) c.restart(peer);
      else c.resume(peer);
    }
  }
}
