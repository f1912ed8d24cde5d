import type { LogCluster } from "../../../../grader/harness/log/cluster.ts";
import { LEADS_ATTEMPTS, LEADS_WITHIN_MS, PAST_ANY_TIMEOUT_MS } from "../../limits.ts";
import { returnToRestarted } from "../restarts.ts";
import type { Draft } from "../support.ts";
import { agreeAmong, helpToLead, leaderWithin, NEEDS_SNAPSHOTS, others, startMany } from "../support.ts";
import { installOverAcknowledged, installOverConflict, installOverNewer, installOverOwn } from "./installed-over.ts";
import { type Learnt, learn, type Message } from "./learn.ts";
import {
  agreeUntilCut,
  beforeSnapshotOf,
  checkCaughtUp,
  ENTRY_BYTES,
  INTERVAL,
  isEntries,
  isSnapshot,
  nextSnapshot,
  SENT_MS,
  SNAPSHOT_BYTES,
  STAGGER,
  startUnanswered,
} from "./snapshot-rounds.ts";

/** A caller learns of a lost answer after 7 s at the latest. */
const PAST_ANY_LOSS_MS = 9_000;

/** Stage 2D: what a snapshot ends with, what it meets, and what follows it. */
export const INSTALLED: readonly Draft[] = [
  {
    id: "lab2d/snapshot-ends",
    title: "what stands at the end of a snapshot, and behind it",
    peers: 3,
    about:
      "Snapshots end at entries of older terms, at entries that their receiver has otherwise, or in front of some that it has acknowledged or that are its own, or overtake a snapshot of the receiver's own. Their receivers lead at once, or get what stands behind though nothing is started.",
    dependsOn: NEEDS_SNAPSHOTS,
    options: { snapshotEvery: INTERVAL, snapshotStagger: STAGGER, snapshotBytes: SNAPSHOT_BYTES },
    run: snapshotEnds,
  },
];

function snapshotEnds(c: LogCluster): void {
  const learnt = learn(c);
  newerThanItsEntries(c);
  for (const hasOwn of [false, true]) {
    let wins = 0;
    let chances = 0;
    for (let round = 0; round < LEADS_ATTEMPTS && wins === 0; round++) {
      const outcome = leadBehindSnapshot(c, learnt, hasOwn);
      if (outcome !== null) chances++;
      if (outcome === true) wins++;
    }
    checkWins(c, wins, chances);
  }
  installOverConflict(c);
  installOverNewer(c);
  installOverAcknowledged(c);
  restBehindSnapshot(c);
  overtakenCall(c);
  appliedTogether(c);
  installOverOwn(c);
  c.settle();
  returnToRestarted(c, INTERVAL);
}

// --- the rounds ---

/**
 * A peer hears of a commit in a newer term than that of the entry, and its service takes a snapshot there. It lacks what
 * the others have committed behind it, so it must not win against one of them.
 */
function newerThanItsEntries(c: LogCluster): void {
  const leader = c.checkOneLeader();
  const [receiver, other] = c.shuffle("who has the snapshot", others(c, leader)) as [number, number];
  c.phase(
    `peer ${receiver} hears in a newer term that an older entry is committed, has a snapshot that ends there, and lacks what the others have committed behind it`,
  );
  if (!beforeSnapshotOf(c, receiver) || c.leader() !== leader) return;
  const due = nextSnapshot(c, receiver);
  const answers = startUnanswered(c, leader);
  c.partition([leader, other]);
  answers.release();
  agreeAmong(c, [leader, other], 3, ENTRY_BYTES);
  const large = c.rule((m) =>
    m.kind === "request" && m.to === receiver && m.sizeBytes > ENTRY_BYTES ? "drop" : "pass",
  );
  c.partition([other, receiver]);
  c.until(5_000, () => c.appliedIndex(receiver) >= due, 5);
  c.sleep(5);
  c.partition([leader, receiver]);
  large.remove();
  agreeAmong(c, [leader, receiver], 2);
  c.heal();
}

/**
 * A peer gets a snapshot and nothing after it, and its leader's next requests do not reach it any more. The third peer hears
 * the leader still, so that it does not become a candidate itself: this one asks it first. Where peers that hear a leader refuse
 * their votes, the leader is gone a while later, and then only this one can ask. Says whether it led; null when the round did not come about.
 *
 * @param hasOwn it has led alone before, so that its log is longer than the snapshot, and ends in an older term
 */
function leadBehindSnapshot(c: LogCluster, learnt: Learnt, hasOwn: boolean): boolean | null {
  c.one(c.command(), 3);
  let leader = c.checkOneLeader();
  let [receiver, third] = c.shuffle("who gets a snapshot", others(c, leader)) as [number, number];
  const from = c.appliedIndex(receiver);
  if (hasOwn) {
    const old = leader;
    const rest = others(c, old);
    c.partition(rest);
    startMany(c, old, 4 * INTERVAL);
    leader = leaderWithin(c, rest, c.term(old));
    [receiver, third] = [old, others(c, old, leader)[0] as number];
  }
  c.phase(
    `peer ${receiver}, ${hasOwn ? "which led alone before, " : ""}is sent a snapshot and nothing after it; then its leader is gone, and only it can win`,
  );
  let withSnapshots = false;
  c.rule((m) => {
    if (m.kind !== "request" || m.to !== receiver) return "pass";
    return isEntries(m) || (isSnapshot(m) && !withSnapshots) ? "drop" : "pass";
  });
  const isAtEnd = (): boolean =>
    (c.lastSnapshotCall(leader)?.index ?? 0) === c.highestApplied() && c.highestApplied() > from;
  for (let i = 0; i < 3 * INTERVAL && !isAtEnd(); i++) agreeAmong(c, [leader, third], 1, ENTRY_BYTES);
  withSnapshots = true;
  if (hasOwn) c.partition(c.peers);
  const term = c.term(leader);
  const end = c.highestApplied();
  const isCalm = (): boolean => c.peers.every((peer) => c.term(peer) === term) && c.claimsLeadership(leader);
  const comesAbout =
    isAtEnd() &&
    c.appliedIndex(receiver) === from &&
    c.until(PAST_ANY_LOSS_MS, () => c.appliedIndex(receiver) >= end, 0.5) &&
    isCalm();
  if (!comesAbout) {
    c.heal();
    return null;
  }
  c.cut(leader, receiver);
  c.cut(receiver, leader);
  const leads = (): boolean => c.claimsLeadership(receiver);
  c.until(2 * PAST_ANY_TIMEOUT_MS, leads, 5);
  if (!leads()) {
    c.disconnect(leader);
    c.rule((m) => (m.from === third && learnt.asksToLead(m) ? "drop" : "pass"));
    c.until(LEADS_WITHIN_MS, leads, 5);
  }
  const hasLed = leads();
  c.heal();
  return hasLed;
}

function checkWins(c: LogCluster, wins: number, chances: number): void {
  c.expect(wins > 0 || chances < 2, {
    property: "liveness",
    check: "snapshot-counts-in-elections",
    expected: `a peer that has everything by a snapshot, and no entries behind it, to win an election in one of ${chances} rounds, in which only it could`,
    seen: "it never led",
    cite: "Raft paper, sections 5.4.1 and 7: the last included index and term stand for the end of the log",
    hint: "What does a peer say of its last log index and term when its log is empty but for a snapshot that it was sent? And does it stand for election then?",
  });
}

/** A peer that lacks a snapshot and some entries behind it gets both, though nothing new comes. */
function restBehindSnapshot(c: LogCluster): void {
  c.one(c.command(), 3);
  const away = c.pick("who lacks a snapshot", others(c, c.checkOneLeader()));
  const rest = others(c, away);
  c.phase(`peer ${away} lacks what a snapshot covers, and a few entries behind it; nothing more is started`);
  const from = c.appliedIndex(away);
  c.partition(rest);
  agreeUntilCut(c, rest, from, 2, 4 * INTERVAL);
  const target = c.highestApplied();
  c.partition(c.peers);
  checkCaughtUp(
    c,
    away,
    target,
    "which lacks a snapshot and what stands behind it",
    "When a snapshot was installed, what makes the leader send the entries behind it?",
  );
  c.heal();
}

/**
 * A peer applies the entry at which its service takes a snapshot, and in the same step gets a leader's snapshot that goes
 * further. The service's comes after that, and is old. Then the peer crashes.
 */
function overtakenCall(c: LogCluster): void {
  const leader = c.checkOneLeader();
  const [receiver, other] = c.shuffle("whose snapshot is overtaken", others(c, leader)) as [number, number];
  c.phase(
    `peer ${receiver} gets a leader's snapshot in the moment in which its own service takes one, which ends before that; then it crashes and boots again`,
  );
  if (!beforeSnapshotOf(c, receiver) || c.leader() !== leader) return;
  const due = nextSnapshot(c, receiver);
  const toReceiver = (m: Message): boolean => m.kind === "request" && m.from === leader && m.to === receiver;
  // Those that are sent again tell of the commit, too.
  const entries = c.rule((m) => (toReceiver(m) && m.sizeBytes > ENTRY_BYTES ? "hold" : "pass"));
  startMany(c, leader, 1, ENTRY_BYTES);
  c.until(2_000, () => c.appliedIndex(leader) >= due, 5);
  c.sleep(2 * SENT_MS);
  entries.remove();
  const snapshots = c.rule((m) => {
    if (!toReceiver(m)) return "pass";
    return isSnapshot(m) ? "hold" : isEntries(m) ? "drop" : "pass";
  });
  const isBeyond = (): boolean => (c.lastSnapshotCall(leader)?.index ?? 0) > due;
  for (let i = 0; i < 3 * INTERVAL && !isBeyond(); i++) agreeAmong(c, [leader, other], 1, ENTRY_BYTES);
  c.until(PAST_ANY_LOSS_MS, () => snapshots.held() > 0, 5);
  entries.release();
  snapshots.release();
  c.sleep(10);
  c.restart(receiver);
  c.heal();
  c.one(c.command(), 3);
}

/**
 * An entry of an old term, at which a peer takes a snapshot, is applied together with entries of its own term. The old
 * leader knows that entry to be committed, has no snapshot there, and lacks what stands right behind it.
 */
function appliedTogether(c: LogCluster): void {
  const leader = c.checkOneLeader();
  const [next, witness] = c.shuffle("who leads next", others(c, leader)) as [number, number];
  c.phase(
    `peer ${next} takes a snapshot that ends at an entry of an older term, and exchanges entries with peer ${leader}, which has none there`,
  );
  if (!beforeSnapshotOf(c, next) || c.leader() !== leader) return;
  const due = nextSnapshot(c, next);
  const answers = startUnanswered(c, leader);
  c.partition([leader, witness]);
  answers.release();
  c.until(1_000, () => c.appliedIndex(leader) >= due, 0.5);
  c.partition([next, witness]);
  helpToLead(c, next);
  startMany(c, leaderWithin(c, [next, witness]), 2);
  agreeAmong(c, [next, witness]);
  c.sleep(5);
  c.partition([next, leader]);
  // A new command, since not every leader can tell what is committed before it has committed something of its own.
  agreeAmong(c, [next, leader], 2);
  c.heal();
}
