import { restartEverybody, returnToRestarted } from "./restarts.ts";
import type { Draft, ElectionCluster, PersistentCluster, ReplicatingCluster } from "./support.ts";
import { checkCalm, checkSuccession, NEEDS_AGREEMENT, NEEDS_ELECTION, NEEDS_SNAPSHOTS, startMany } from "./support.ts";
import { CRASH_FAULTS, type Fault, LINK_FAULTS } from "./swarm-faults.ts";

/** How many faults a run sees, one after the other or at once. */
const STEPS = 9;
const SIZES = [3, 5, 4, 2, 6];

/** In every stage: each run draws a cluster, a weather and a handful of faults, and lets them meet. */
export function swarm(suite: "lab2a" | "lab2b" | "lab2c" | "lab2d", snapshotEvery?: number): Draft[] {
  const isElection = suite === "lab2a";
  return [
    {
      id: `${suite}/swarm`,
      title: "a few faults, drawn anew for each run",
      peers: SIZES,
      about:
        "Each run draws a cluster size, a weather and a few kinds of faults, and lets them meet at the moments that matter: when a leader is new, and when commands are on their way. Safety holds throughout; when all is over there is progress.",
      dependsOn: isElection ? NEEDS_ELECTION : suite === "lab2d" ? NEEDS_SNAPSHOTS : NEEDS_AGREEMENT,
      ...(snapshotEvery !== undefined && { options: { snapshotEvery, snapshotStagger: 1 } }),
      setup: (s) => {
        s.network(s.pick("weather", WEATHERS));
        if (!s.chance("clocks differ", 0.3)) return;
        for (const peer of s.peers) s.clock(peer, { driftPpm: s.int("drift", -80_000, 80_000) });
      },
      run: (c) => {
        const faults = drawFaults(c, suite);
        if (isElection) swarmElections(c, faults);
        else swarmCommands(c, faults);
        if (suite === "lab2c") restartEverybody(c);
        if (snapshotEvery !== undefined) returnToRestarted(c, snapshotEvery);
      },
    },
  ];
}

const WEATHERS = [
  {},
  { duplicate: 0.3, reorder: 0.2 },
  { delayMs: [0, 40] as const },
  { drop: 0.1, duplicate: 0.1, reorder: 0.1 },
  { unreliable: true },
  { unreliable: true, longReordering: true },
];

/** About a third of all faults: few kinds that come often find more than many that come seldom. */
function drawFaults(c: PersistentCluster, suite: string): Fault<PersistentCluster>[] {
  const hasCrashes = suite === "lab2c" || suite === "lab2d";
  const all: readonly Fault<PersistentCluster>[] = hasCrashes ? [...LINK_FAULTS, ...CRASH_FAULTS] : LINK_FAULTS;
  return c.shuffle("kinds of faults", all).slice(0, c.int("how many kinds", 2, 6));
}

function swarmElections(c: ElectionCluster, faults: readonly Fault<PersistentCluster>[]): void {
  letLoose(c as PersistentCluster, faults, () => {});
  c.heal();
  c.reliable();
  checkCalm(c);
  checkSuccession(c);
}

function swarmCommands(c: PersistentCluster, faults: readonly Fault<PersistentCluster>[]): void {
  const size = c.pick("command size", [0, 0, 250]);
  letLoose(c, faults, () => burst(c, size));
  c.settle();
}

/**
 * One fault after the other. Each begins at a moment that the cluster itself gives: when the leadership changes, or right
 * after commands were started, while they are on their way; and it ends at another one, at once or after further faults.
 */
function letLoose(c: PersistentCluster, faults: readonly Fault<PersistentCluster>[], commands: () => void): void {
  const endings: (() => void)[] = [];
  for (let step = 0; step < STEPS; step++) {
    awaitMoment(c);
    if (c.chance("commands before", 0.6)) commands();
    c.sleep(c.pick("until the fault", [0, 0.5, 1.5, 2.5, 10, 60]));
    endings.push(c.pick("fault", faults).begin(c));
    if (c.chance("commands behind", 0.5)) commands();
    c.sleep(c.pick("how long", [5, 50, 300, 900, 2_500]));
    while (endings.length > 0 && (endings.length > 3 || c.chance("one ends", 0.6))) {
      endings.splice(c.int("which one ends", 0, endings.length - 1), 1)[0]?.();
      c.sleep(c.pick("after its end", [0, 2, 20]));
    }
  }
  for (const end of endings) end();
}

/** Lets time pass until there is a leader that was not there before, or for a while. */
function awaitMoment(c: ReplicatingCluster): void {
  const before = leadership(c);
  if (c.chance("a new leader", 0.4)) c.until(1_500, () => leadership(c) !== before && c.leader() !== null, 2);
  else c.sleep(c.int("peace", 0, 400));
}

function leadership(c: ElectionCluster): string {
  const leader = c.leader();
  return leader === null ? "" : `${leader} ${c.term(leader)}`;
}

/** A few commands at one instant, on everybody who claims to lead; some are equal, and some are nothing at all. */
function burst(c: ReplicatingCluster, sizeBytes: number): void {
  const count = c.pick("burst", [1, 2, 5, 12]);
  for (const peer of c.peers) {
    if (!c.claimsLeadership(peer)) continue;
    if (c.chance("an ordinary command", 0.85)) startMany(c, peer, count, sizeBytes);
    else c.start(peer, c.pick("odd command", [null, "", "the same", "the same"]));
  }
}
