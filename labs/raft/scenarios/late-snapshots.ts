import type { LogCluster } from "../../../grader/harness/log/cluster.ts";
import { CAUGHT_UP_WITHIN_MS, PAST_ANY_TIMEOUT_MS } from "../limits.ts";
import { returnToRestarted } from "./restarts.ts";
import type { Draft } from "./support.ts";
import { agreeAmong, beforeSnapshot, helpToLead, NEEDS_SNAPSHOTS, others, startMany } from "./support.ts";

/** The service takes a snapshot each time it has applied so many entries. */
const INTERVAL = 10;
/** A request that carries a snapshot is longer than this, and one with a few small commands shorter. */
const SNAPSHOT_BYTES = 400;

/** A caller learns so long after its call, and no sooner, that the answer is lost. */
const ANSWER_LOST_MS = 7_000;

/** Stage 2D: snapshots and entries that overtake each other on their way. */
export const LATE_SNAPSHOTS: readonly Draft[] = [
  {
    id: "lab2d/late-snapshots",
    title: "snapshots that arrive late",
    peers: 3,
    about:
      "A snapshot is overtaken by later entries or by a later snapshot, or entries by a snapshot. What arrives at last, also just after the later snapshot, must take nothing back. And an answer to a snapshot arrives late, when it is outdated, or was a refusal of an older term.",
    dependsOn: NEEDS_SNAPSHOTS,
    options: { snapshotEvery: INTERVAL },
    run: lateSnapshots,
  },
];

function lateSnapshots(c: LogCluster): void {
  // What a receiver has to apply may take it longer than one step, or not.
  for (const entriesBefore of c.shuffle("entries before", [1, INTERVAL + 1])) {
    heldSnapshot(c);
    snapshotBehindEntries(c, "before the commit", entriesBefore);
    snapshotBehindEntries(c, "after the commit", entriesBefore);
    entriesBehindSnapshot(c);
    refusedSnapshot(c);
    outdatedSnapshot(c);
  }
  snapshotAfterSnapshot(c);
  c.settle();
  returnToRestarted(c, INTERVAL);
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

/** A snapshot arrives a millisecond after a later one, which its receiver may be about to install. */
function snapshotAfterSnapshot(c: LogCluster): void {
  c.one(c.command(), 3);
  const away = c.pick("who is away", others(c, c.checkOneLeader()));
  c.phase(`peer ${away} is sent a snapshot that is a millisecond behind a later one`);
  c.disconnect(away);
  for (let i = 0; i < 2; i++) {
    startMany(c, c.checkOneLeader(), INTERVAL);
    c.one(c.command(), 2);
  }
  const isSnapshot = (m: { kind: string; to: number; sizeBytes: number }): boolean =>
    m.kind === "request" && m.to === away && m.sizeBytes > SNAPSHOT_BYTES;
  const first = c.rule((m) => (isSnapshot(m) ? "hold" : "pass"));
  c.connect(away);
  c.until(5_000, () => first.held() > 0, 1);
  startMany(c, c.checkOneLeader(), INTERVAL);
  c.one(c.command(), 2);
  first.remove();
  let sentMs = 0;
  const later = c.rule((m) => {
    if (isSnapshot(m)) sentMs ||= m.timeMs;
    return "pass";
  });
  // Some send a snapshot again only when the caller has learnt that nothing came back.
  c.until(ANSWER_LOST_MS, () => sentMs > 0, 0.5);
  c.sleep(sentMs + 1 - c.nowMs());
  first.release();
  c.sleep(50);
  later.remove();
  c.one(c.command(), 3);
}

/**
 * A snapshot reaches a peer whose log goes beyond it already. The leader commits an entry with one follower, takes its
 * snapshot, and sends it to the other one, which holds that entry and two more and only does not know that they are
 * committed. Its answers, still on their way, then commit those two; so it must not have thrown them away. Or it learns
 * of the commit at the same moment, just before the snapshot comes: then it has applied what the snapshot holds.
 */
function snapshotBehindEntries(
  c: LogCluster,
  when: "before the commit" | "after the commit",
  entriesBefore: number,
): void {
  c.one(c.command(), 3);
  const leader = c.checkOneLeader();
  const [receiver, other] = others(c, leader) as [number, number];
  beforeSnapshot(c, INTERVAL);
  c.sleep(300);
  const answers = c.rule((m) => (m.kind === "reply" && m.from === receiver && m.to === leader ? "hold" : "pass"));
  startMany(c, leader, entriesBefore);
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

/** A peer has installed a snapshot, and before its sender hears of that it has taken a newer one itself. */
function outdatedSnapshot(c: LogCluster): void {
  c.one(c.command(), 3);
  const leader = c.checkOneLeader();
  const [receiver, other] = others(c, leader) as [number, number];
  c.disconnect(receiver);
  startMany(c, leader, 2 * INTERVAL);
  c.one(c.command(), 2);
  const snapshots = new Set<string>();
  const answers = c.rule((m) => {
    const call = `${m.method} ${m.nth}`;
    if (m.kind === "request" && m.to === receiver && m.sizeBytes > SNAPSHOT_BYTES) snapshots.add(call);
    return m.kind === "reply" && m.from === receiver && snapshots.has(call) ? "hold" : "pass";
  });
  c.connect(receiver);
  c.until(8_000, () => answers.held() > 0, 5);
  const entries = c.rule((m) => (m.kind === "request" && m.from === leader && m.to === receiver ? "drop" : "pass"));
  startMany(c, leader, INTERVAL + 5);
  c.sleep(20);
  answers.remove();
  answers.release();
  c.sleep(5);
  entries.remove();
  c.disconnect(other);
  if (c.claimsLeadership(leader)) agreeAmong(c, [leader, receiver]);
  c.connect(other);
}

/**
 * A peer that was alone has a newer term, and refuses the snapshot that it is sent. The refusal reaches its sender late,
 * when that leads again: the peer has no snapshot, and must get one.
 */
function refusedSnapshot(c: LogCluster): void {
  c.one(c.command(), 3);
  const leader = c.checkOneLeader();
  const away = others(c, leader)[0] as number;
  c.disconnect(away);
  for (let i = 0; i < 2; i++) {
    startMany(c, leader, INTERVAL);
    c.one(c.command(), 2);
  }
  // Far from the next snapshot, which would help a peer that lacks this one.
  for (let i = 0; i < INTERVAL && c.highestApplied() % INTERVAL > 2; i++) c.one(c.command(), 2);
  c.sleep(2 * PAST_ANY_TIMEOUT_MS);
  // The snapshot is kept on its way, then refused, and the refusal is kept; other answers tell of the newer term.
  let isRefused = false;
  const snapshots = new Set<string>();
  const requests = c.rule((m) => {
    if (m.kind === "reply") return "pass";
    if (m.from === away) return "drop";
    if (m.to !== away) return "pass";
    if (m.sizeBytes <= SNAPSHOT_BYTES) return "drop";
    snapshots.add(`${m.method} ${m.nth}`);
    return isRefused ? "drop" : "hold";
  });
  const refusals = c.rule((m) => (m.from === away && snapshots.has(`${m.method} ${m.nth}`) ? "hold" : "pass"));
  c.connect(away);
  c.until(8_000, () => requests.held() > 0, 5);
  isRefused = true;
  requests.release();
  c.until(100, () => refusals.held() > 0, 1);
  const deposed = c.rule((m) => (m.kind === "request" && m.from === away ? "drop" : "pass"));
  requests.remove();
  c.until(500, () => !c.claimsLeadership(leader), 1);
  const unheard = c.rule((m) => (m.kind === "request" && (m.to === away || m.from === away) ? "drop" : "pass"));
  helpToLead(c, leader);
  refusals.release();
  c.sleep(5);
  for (const rule of [refusals, deposed, unheard]) rule.remove();
  c.one(c.command(), 3, { withinMs: CAUGHT_UP_WITHIN_MS });
}
