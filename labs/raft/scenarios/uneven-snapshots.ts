import type { LogCluster } from "../../../grader/harness/log/cluster.ts";
import { CAUGHT_UP_WITHIN_MS, IDLE_BYTES_PER_RPC, IDLE_RPCS_PER_S, TIMES_SNAPSHOT_BYTES } from "../limits.ts";
import { returnToRestarted } from "./restarts.ts";
import type { Draft } from "./support.ts";
import { agreeAmong, helpToLead, NEEDS_SNAPSHOTS, others, startMany } from "./support.ts";

/** The service takes a snapshot each time it has applied so many entries. */
const INTERVAL = 10;
/** How many entries more each peer waits than the one before. */
const STAGGER = 6;
/** A request that carries a snapshot is longer than this, and one with a few small commands shorter. */
const SNAPSHOT_BYTES = 400;
const LARGE_SNAPSHOT_BYTES = 20_000;
const SLOW_MS = 600;
/** A caller learns of a lost answer after 7 s at the latest. */
const PAST_ANY_LOSS_MS = 7_000;

/** Stage 2D: snapshots that are large, and snapshots that end where those of other peers do not. */
export const UNEVEN_SNAPSHOTS: readonly Draft[] = [
  {
    id: "lab2d/snapshot-bytes",
    title: "each snapshot is sent once",
    peers: 3,
    about:
      "Snapshots are large, and take more than half a second on their way. A peer that needs one is sent it once or twice, not with every heartbeat.",
    dependsOn: NEEDS_SNAPSHOTS,
    options: { snapshotEvery: INTERVAL, snapshotBytes: LARGE_SNAPSHOT_BYTES },
    run: snapshotBytes,
  },
  {
    id: "lab2d/uneven-snapshots",
    title: "snapshots that end at different indices",
    peers: 3,
    about:
      "Each peer's service takes its snapshots at moments of its own. A follower's answers are lost until its snapshot covers what its leader sends again; peers come back with less than the others, or with more.",
    dependsOn: NEEDS_SNAPSHOTS,
    options: { snapshotEvery: INTERVAL, snapshotStagger: STAGGER },
    run: unevenSnapshots,
  },
];

function snapshotBytes(c: LogCluster): void {
  c.one(c.command(), 3);
  for (let round = 0; round < 3; round++) {
    const away = others(c, c.checkOneLeader())[0] as number;
    c.disconnect(away);
    for (let i = 0; i < 3; i++) {
      startMany(c, c.checkOneLeader(), INTERVAL);
      c.one(c.command(), 2);
    }
    c.rule((m) => (m.sizeBytes > SNAPSHOT_BYTES ? { delayMs: SLOW_MS } : "pass"));
    const fromMs = c.nowMs();
    const spent = c.meter();
    c.connect(away);
    const target = c.highestApplied();
    c.until(CAUGHT_UP_WITHIN_MS, () => c.appliedIndex(away) >= target);
    c.sleep(2 * SLOW_MS);
    // Elections by the way, and what was sent while the peer was away, may cost a second one.
    const allowed =
      TIMES_SNAPSHOT_BYTES * LARGE_SNAPSHOT_BYTES +
      Math.ceil((c.nowMs() - fromMs) / 1000) * IDLE_RPCS_PER_S * IDLE_BYTES_PER_RPC;
    c.expectSpent(spent, "bytes", allowed, {
      property: "efficiency",
      check: "snapshot-sent-once",
      expected: `at most ${allowed} bytes to bring a snapshot of ${LARGE_SNAPSHOT_BYTES} bytes to peer ${away}, when it takes ${SLOW_MS} ms on its way`,
      cite: "Raft paper, section 7",
      peers: [away],
      hint: "What does the leader send to a follower while a snapshot is on its way there?",
    });
    c.heal();
    c.one(c.command(), 3);
  }
  returnToRestarted(c, INTERVAL);
}

function unevenSnapshots(c: LogCluster): void {
  for (let round = 0; round < 3; round++) {
    answersLostPastSnapshot(c, round !== 2);
    comeBack(c);
  }
  c.settle();
  returnToRestarted(c, INTERVAL);
}

/**
 * The last peer leads, whose snapshots come last. A follower gets all entries, and its answers are lost until its own
 * snapshot is beyond what its leader knows that it has: it has what it is then sent, though not in its log.
 */
function answersLostPastSnapshot(c: LogCluster, isLong: boolean): void {
  c.one(c.command(), 3);
  const leader = c.size - 1;
  if (c.checkOneLeader() !== leader) helpToLead(c, leader);
  c.one(c.command(), 3);
  // The one whose snapshots come soonest has the best chance that one of them covers all that comes again.
  const [receiver, other] = isLong ? [0, 1] : (c.shuffle("whose answers", [0, 1]) as [number, number]);
  // Many at once; a leader that sends some and waits for their answers has got those when the others are lost.
  startMany(c, leader, c.int("entries", isLong ? 2 * INTERVAL - 2 : INTERVAL + 1, 2 * INTERVAL));
  c.sleep(isLong ? 2.5 : c.pick("until answers are lost", [2.5, 4.5, 0]));
  // Kept, and not dropped: so the calls fail in the order in which they were made, each when its time is up.
  const answers = c.rule((m) => (m.kind === "reply" && m.from === receiver && m.to === leader ? "hold" : "pass"));
  c.sleep(300);
  if (isLong) c.sleep(PAST_ANY_LOSS_MS);
  answers.remove();
  c.disconnect(other);
  agreeAmong(c, [leader, receiver]);
  c.connect(other);
}

/** One or two peers boot again with snapshots that end elsewhere, and with little or nothing behind them. */
function comeBack(c: LogCluster): void {
  for (let i = c.int("commands", 0, 6); i > 0; i--) c.one(c.command(), 3);
  const back = c.shuffle("who boots again", c.peers).slice(0, c.int("how many boot again", 1, 3));
  for (const peer of back) c.crash(peer);
  for (const peer of back) c.restart(peer);
  const [away] = c.shuffle("who is away", c.peers);
  c.disconnect(away as number);
  agreeAmong(c, others(c, away as number));
  c.connect(away as number);
}
