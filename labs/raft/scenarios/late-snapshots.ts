import type { LogCluster } from "../../../grader/harness/log-cluster.ts";
import type { Draft } from "./support.ts";
import { agreeAmong, beforeSnapshot, NEEDS_SNAPSHOTS, others, startMany } from "./support.ts";

/** The service takes a snapshot each time it has applied so many entries. */
const INTERVAL = 10;
/** A request that carries a snapshot is longer than this, and one with a few small commands shorter. */
const SNAPSHOT_BYTES = 400;

const LARGE_SNAPSHOT_BYTES = 20_000;
const SLOW_MS = 600;
/** What heartbeats and their answers may take: 60 requests a second of at most 300 bytes. */
const IDLE_BYTES_PER_S = 18_000;

/** Stage 2D: snapshots and entries that overtake each other on their way. */
export const LATE_SNAPSHOTS: readonly Draft[] = [
  {
    id: "lab2d/late-snapshots",
    title: "snapshots that arrive late",
    peers: 3,
    about:
      "A snapshot is overtaken by later entries or by a later snapshot. When it arrives at last, it must take nothing back.",
    dependsOn: NEEDS_SNAPSHOTS,
    snapshotEvery: INTERVAL,
    run: lateSnapshots,
  },
  {
    id: "lab2d/snapshot-bytes",
    title: "each snapshot is sent once",
    peers: 3,
    about:
      "Snapshots are large, and take more than half a second on their way. A peer that needs one is sent it once or twice, not with every heartbeat.",
    dependsOn: NEEDS_SNAPSHOTS,
    snapshotEvery: INTERVAL,
    snapshotBytes: LARGE_SNAPSHOT_BYTES,
    run: snapshotBytes,
  },
];

function lateSnapshots(c: LogCluster): void {
  for (let round = 0; round < 3; round++) {
    heldSnapshot(c);
    snapshotBehindEntries(c, "before the commit");
    snapshotBehindEntries(c, "after the commit");
    entriesBehindSnapshot(c);
    answersLostPastSnapshot(c);
  }
  c.settle();
}

/** The first snapshot for a peer is kept back until it has caught up by another one, and applied more. */
function heldSnapshot(c: LogCluster): void {
  c.one(c.command(), 3);
  const away = others(c, c.checkOneLeader())[0] as number;
  c.disconnect(away);
  for (let i = 0; i < 3; i++) {
    startMany(c, c.checkOneLeader(), INTERVAL);
    c.one(c.command(), 2);
  }
  const first = c.rule((m) =>
    m.to === away && m.sizeBytes > SNAPSHOT_BYTES && m.kind === "request" ? "hold" : "pass",
  );
  c.connect(away);
  c.until(5_000, () => first.held() > 0, 1);
  first.remove();
  c.one(c.command(), 3);
  startMany(c, c.checkOneLeader(), 3);
  c.one(c.command(), 3);
  first.release();
  c.sleep(50);
  c.one(c.command(), 3);
}

/**
 * A snapshot reaches a peer whose log goes beyond it already. The leader commits an entry with one follower, takes its
 * snapshot, and sends it to the other one, which holds that entry and two more and only does not know that they are
 * committed. Its answers, still on their way, then commit those two; so it must not have thrown them away. Or it learns
 * of the commit at the same moment, just before the snapshot comes: then it has applied what the snapshot holds.
 */
function snapshotBehindEntries(c: LogCluster, when: "before the commit" | "after the commit"): void {
  c.one(c.command(), 3);
  const leader = c.checkOneLeader();
  const [receiver, other] = others(c, leader) as [number, number];
  beforeSnapshot(c, INTERVAL);
  c.sleep(300);
  const answers = c.rule((m) => (m.kind === "reply" && m.from === receiver && m.to === leader ? "hold" : "pass"));
  // What it then has to apply may take it longer than one step.
  startMany(c, leader, c.pick("entries before", [1, INTERVAL + 1]));
  c.cut(leader, other);
  startMany(c, leader, 2);
  c.sleep(1.5);
  const toReceiver = (m: { kind: string; from: number; to: number }): boolean =>
    m.kind === "request" && m.from === leader && m.to === receiver;
  const snapshot = c.rule((m) => (toReceiver(m) && m.sizeBytes > SNAPSHOT_BYTES ? "hold" : "pass"));
  const commits = c.rule((m) => (toReceiver(m) ? "hold" : "pass"));
  c.sleep(5);
  startMany(c, leader, 1);
  c.until(600, () => snapshot.held() > 0 && (when === "before the commit" || commits.held() > 0), 5);
  snapshot.remove();
  if (when === "after the commit") commits.release();
  snapshot.release();
  c.sleep(5);
  answers.remove();
  answers.release();
  c.sleep(20);
  c.disconnect(leader);
  commits.remove();
  agreeAmong(c, [receiver, other], 2);
  c.heal();
}

/**
 * A peer gets all entries, and its answers are lost until it has taken a snapshot beyond what its leader knows that it
 * has. What it is then sent lies before its snapshot, and it has it all the same.
 */
function answersLostPastSnapshot(c: LogCluster): void {
  c.one(c.command(), 3);
  const leader = c.checkOneLeader();
  const [receiver, other] = others(c, leader) as [number, number];
  const answers = c.rule((m) => (m.kind === "reply" && m.from === receiver && m.to === leader ? "drop" : "pass"));
  for (let i = 0; i < INTERVAL + 1; i++) {
    startMany(c, leader, 1);
    c.sleep(c.int("between entries", 1, 120));
  }
  answers.remove();
  c.disconnect(other);
  agreeAmong(c, [leader, receiver]);
  c.connect(other);
}

/** A request with entries arrives when its receiver has a snapshot beyond them, and entries after it that count. */
function entriesBehindSnapshot(c: LogCluster): void {
  c.one(c.command(), 3);
  const leader = c.checkOneLeader();
  const [receiver, other] = others(c, leader) as [number, number];
  const late = c.rule((m) =>
    m.from === leader && m.to === receiver && m.sizeBytes > SNAPSHOT_BYTES && m.kind === "request" ? "hold" : "pass",
  );
  startMany(c, leader, 1, SNAPSHOT_BYTES);
  c.until(400, () => late.held() > 0, 1);
  late.remove();
  startMany(c, leader, INTERVAL);
  c.one(c.command(), 3);
  c.sleep(20);
  c.disconnect(other);
  const last = startMany(c, leader, 3).at(-1)?.index ?? 0;
  c.until(1_000, () => c.appliedIndex(leader) >= last, 1);
  c.disconnect(leader);
  late.release();
  c.sleep(5);
  c.connect(other);
  agreeAmong(c, [receiver, other], 2);
  c.connect(leader);
}

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
    const [fromMs, fromBytes] = [c.nowMs(), c.bytes()];
    c.connect(away);
    const target = c.highestApplied();
    c.until(20_000, () => c.appliedIndex(away) >= target);
    c.sleep(2 * SLOW_MS);
    // Elections by the way, and what was sent while the peer was away, may cost a second one.
    const allowed = 4 * LARGE_SNAPSHOT_BYTES + Math.ceil((c.nowMs() - fromMs) / 1000) * IDLE_BYTES_PER_S;
    const spent = c.bytes() - fromBytes;
    c.expect(spent <= allowed, {
      property: "efficiency",
      expected: `at most ${allowed} bytes to bring a snapshot of ${LARGE_SNAPSHOT_BYTES} bytes to peer ${away}, when it takes ${SLOW_MS} ms on its way`,
      seen: `${spent} bytes`,
      cite: "Raft paper, section 7",
      peers: [away],
      hint: "What does the leader send to a follower while a snapshot is on its way there?",
    });
    c.heal();
    c.one(c.command(), 3);
  }
}
