import type { LogCluster } from "../../../../grader/harness/log/cluster.ts";
import { agreeAmong, helpToLead, leaderWithin, others, startMany } from "../support.ts";
import type { Message } from "./learn.ts";
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
  startUnanswered,
} from "./snapshot-rounds.ts";

/** A caller learns so long after its call, and no sooner, that the answer is lost. */
const ANSWER_LOST_MS = 7_000;
/** So long before that the last commands are started, and the snapshot taken: soon enough for a leader that gathers what it sends. */
const STARTED_BEFORE_MS = 300;
const CUT_BEFORE_MS = 50;
/** What has to come together in one moment does so at once, or hardly ever. */
const TRIES = 2;

/** A leader that was alone has a longer log than the snapshot that it is sent, and other entries where that ends. */
export function installOverConflict(c: LogCluster): void {
  c.one(c.command(), 3);
  const old = c.checkOneLeader();
  const rest = others(c, old);
  c.phase(`peer ${old} led alone: its log is longer than the snapshot that it needs now, and wrong where that ends`);
  const from = c.appliedIndex(old);
  c.partition(rest);
  startMany(c, old, 3 * INTERVAL);
  leaderWithin(c, rest, c.term(old));
  agreeUntilCut(c, rest, from, 1, 3 * INTERVAL);
  const target = c.highestApplied();
  c.partition(c.peers);
  checkCaughtUp(
    c,
    old,
    target,
    "which has entries of its own where the others have a snapshot",
    "Does a leader send a snapshot also to a follower whose log is long enough, and wrong? What does that one keep of its log then, and what makes the leader send the entries behind the snapshot?",
  );
  // It goes on behind the snapshot, also after a restart.
  const leader = c.checkOneLeader();
  const mate = leader === old ? (rest[0] as number) : leader;
  c.partition([old, mate]);
  agreeAmong(c, [old, mate], 2);
  c.restart(old);
  agreeAmong(c, [old, mate]);
  c.heal();
}

/**
 * An entry of an old term, at which its leader's service takes a snapshot, is committed late. Meanwhile another peer has led
 * alone in a newer term, so that its log is longer than that snapshot, and ends with a newer term.
 */
export function installOverNewer(c: LogCluster): void {
  const leader = c.checkOneLeader();
  const [old, witness] = c.shuffle("who leads alone", others(c, leader)) as [number, number];
  c.phase(
    `peer ${old} led alone, in a newer term than that of the entry at the end of the snapshot that it needs now, and has another entry there`,
  );
  if (!beforeSnapshotOf(c, leader) || c.leader() !== leader) return;
  const due = nextSnapshot(c, leader);
  c.partition([old, witness]);
  startMany(c, leader, 3);
  const alone = c.rule((m) =>
    m.kind === "request" && m.from === old && m.to === witness && c.claimsLeadership(old) ? "drop" : "pass",
  );
  helpToLead(c, old);
  if (c.claimsLeadership(old)) startMany(c, old, 2 * INTERVAL);
  c.partition([leader, witness]);
  alone.remove();
  leaderWithin(c, [leader, witness], c.term(old));
  const isCut = (): boolean => (c.lastSnapshotCall(leader)?.index ?? 0) >= due;
  for (let i = 0; i < INTERVAL && !isCut(); i++) agreeAmong(c, [leader, witness]);
  const target = c.highestApplied();
  c.partition(c.peers);
  checkCaughtUp(
    c,
    old,
    target,
    "whose log is longer than the snapshot that it needs, and ends with a newer term",
    "What must a log have for a snapshot to bring nothing new: as many entries, or the very one at which the snapshot ends?",
  );
  c.heal();
}

/**
 * A leader that was alone holds the entry at which the snapshot ends that it needs now, and does not know it to be committed.
 * Behind that it has entries of its own, as many as the others have of the next leader.
 */
export function installOverOwn(c: LogCluster): void {
  const old = c.checkOneLeader();
  const [next, witness] = c.shuffle("who leads next", others(c, old)) as [number, number];
  c.phase(
    `peer ${old} led alone: it holds the last entry of the snapshot that it needs now, and has others of its own behind it`,
  );
  if (!beforeSnapshotOf(c, next) || c.leader() !== old) return;
  const due = nextSnapshot(c, next);
  startUnanswered(c, old);
  c.partition([next, witness]);
  startMany(c, old, INTERVAL);
  helpToLead(c, next);
  leaderWithin(c, [next, witness], c.term(old));
  const isCut = (): boolean => (c.lastSnapshotCall(next)?.index ?? 0) >= due;
  for (let i = 0; i < 3 || (i < INTERVAL && !isCut()); i++) agreeAmong(c, [next, witness]);
  const target = c.highestApplied();
  c.partition(c.peers);
  checkCaughtUp(
    c,
    old,
    target,
    "which holds the last entry of a snapshot, and has others than its leader behind it",
    "What does the answer to InstallSnapshot say, and what does the leader take from it? Entries behind the end of the snapshot were compared with nothing.",
  );
  c.heal();
}

/** A snapshot arrives at a peer that holds its last entry, and has acknowledged what follows that. */
export function installOverAcknowledged(c: LogCluster): void {
  for (let tries = 0; tries < TRIES && !acknowledgeThenInstall(c); tries++);
}

/**
 * A peer stores an entry, and its answer is lost. Just before the leader is told so, the entry is committed with the third
 * peer, and the leader takes a snapshot there: that is what it sends again. The receiver, which has not heard of the commit,
 * has acknowledged further entries meanwhile; these answers arrive late and commit what only it has beside the leader,
 * which is gone then. Says whether nothing came between; one request at a time is no reason to try again.
 */
function acknowledgeThenInstall(c: LogCluster): boolean {
  const leader = c.checkOneLeader();
  const [receiver, other] = c.shuffle("who holds what follows the snapshot", others(c, leader)) as [number, number];
  c.phase(
    `peer ${receiver} holds the last entry of the snapshot that it is sent, and has acknowledged others behind it, which peer ${other} lacks; then peer ${leader} is gone`,
  );
  if (!beforeSnapshotOf(c, leader) || c.leader() !== leader) return false;
  const term = c.term(leader);
  c.sleep(SENT_MS);
  const isRequest = (m: Message, to: number): boolean => m.kind === "request" && m.from === leader && m.to === to;
  const isAnswer = (m: Message): boolean => m.kind === "reply" && m.from === receiver && m.to === leader;
  let [entriesSent, snapshotsSent, sentMs] = [0, 0, 0];
  c.rule((m) => {
    if (!isRequest(m, receiver)) return "pass";
    if (isSnapshot(m)) snapshotsSent++;
    else if (isEntries(m) && ++entriesSent === 1) sentMs = m.timeMs;
    return "pass";
  });
  const isDisturbed = (): boolean => c.leader() !== leader || c.peers.some((peer) => c.term(peer) !== term);
  const goOnUntil = (beforeLossMs: number): boolean =>
    !c.until(sentMs + ANSWER_LOST_MS - beforeLossMs - c.nowMs(), isDisturbed, 10);

  const lost = c.rule((m) => (isAnswer(m) ? "drop" : "pass"));
  const toOther = c.rule((m) => (isRequest(m, other) && m.sizeBytes > ENTRY_BYTES ? "hold" : "pass"));
  startMany(c, leader, 1, ENTRY_BYTES);
  if (!c.until(SENT_MS, () => entriesSent > 0, 1) || !goOnUntil(STARTED_BEFORE_MS)) {
    c.heal();
    return false;
  }
  lost.remove();
  toOther.remove();
  const answers = c.rule((m) => (isAnswer(m) ? "hold" : "pass"));
  c.rule((m) => (isRequest(m, other) && m.sizeBytes > ENTRY_BYTES ? "drop" : "pass"));
  startMany(c, leader, 2, ENTRY_BYTES);
  goOnUntil(CUT_BEFORE_MS);
  const unheard = c.rule((m) => (isRequest(m, receiver) && !isSnapshot(m) ? "drop" : "pass"));
  toOther.release();
  c.until(SENT_MS, () => snapshotsSent > 0, 1);
  c.sleep(3);
  answers.remove();
  answers.release();
  c.sleep(5);
  const wasCalm = !isDisturbed();
  c.disconnect(leader);
  unheard.remove();
  agreeAmong(c, [receiver, other], 2);
  c.heal();
  return wasCalm;
}
