import type { LogCluster } from "../../../../grader/harness/log/cluster.ts";
import { agreeAmong, helpToLead, leaderWithin, others, startMany } from "../support.ts";
import { agreeUntilCut, beforeSnapshotOf, checkCaughtUp, INTERVAL, nextSnapshot } from "./snapshot-rounds.ts";

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
