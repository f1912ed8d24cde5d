import type { LogCluster } from "../../../grader/harness/log/cluster.ts";
import { TRIMMED_WITHIN_MS } from "../limits.ts";
import type { PersistentCluster } from "./support.ts";
import { agreeAmong, leaderWithin, others, startMany } from "./support.ts";

/** At most so many times what makes a snapshot is started while a peer is away. */
const ROUNDS_AWAY = 6;

/**
 * The end of every scenario of 2C that could be passed without saving anything: all crash and boot again, and what was
 * applied is there still. Faults are over.
 */
export function restartEverybody(c: PersistentCluster): void {
  c.asked("applied-survives-restart", [], () => judgeRestart(c));
}

/** What all peers had applied is there when they have crashed and booted again. */
export function judgeRestart(c: PersistentCluster): void {
  const applied = c.highestApplied();
  c.crashAll();
  c.restartAll();
  expectBehind(c, applied, c.one(c.command(), c.size));
}

/** After all peers restarted: what had been applied up to one index is there, so the next command stands behind it. */
export function expectBehind(c: PersistentCluster, applied: number, index: number): void {
  c.expect(index > applied, {
    property: "durability",
    check: "applied-survives-restart",
    expected: `what was applied up to index ${applied} to be there after all peers restarted, and the next command behind it`,
    seen: `the next command stands at index ${index}`,
    cite: "Raft paper, section 5.4 and Figure 2 (persistent state)",
    where: { index },
  });
}

/** The same in 2D, where each peer has a snapshot to boot from. Faults are over, and there were snapshots. */
export function restartFromSnapshots(c: LogCluster): void {
  c.asked("snapshot-saved", [], () => judgeSnapshots(c));
  restartEverybody(c);
}

/** Who was told to take a snapshot has saved one. */
export function judgeSnapshots(c: LogCluster): void {
  c.sleep(TRIMMED_WITHIN_MS);
  const without = c.peers.find((peer) => c.snapshotSize(peer) === 0 && c.lastSnapshotCall(peer) !== null);
  c.expect(without === undefined, () => ({
    property: "durability",
    check: "snapshot-saved",
    expected: `peer ${without} to have saved a snapshot, within ${TRIMMED_WITHIN_MS / 1000} s of snapshot()`,
    seen: "the persister has none",
    cite: "Raft paper, section 7; student API: persister.save(state, snapshot)",
    peers: [without as number],
    hint: "What is given to persister.save beside the state?",
  }));
}

/**
 * A peer lacks what the others no longer have in their logs, and they have all booted again since: what they neither saved
 * nor have in a snapshot is gone. So it has to be sent a snapshot. Faults are over; `every`: entries to the next snapshot.
 * Where it led, it has a log of its own that is longer than what the others agree on meanwhile, and none of it is committed:
 * nobody may follow it for the length of it (section 5.4.1).
 */
export function returnToRestarted(c: LogCluster, every: number): void {
  // Two of two are needed for a majority.
  if (c.size < 3) return;
  const away = c.pick("who lacks a snapshot", c.peers);
  const rest = others(c, away);
  c.disconnect(away);
  if (c.claimsLeadership(away)) startMany(c, away, every * (ROUNDS_AWAY + 1));
  const isCut = (): boolean => rest.every((peer) => (c.lastSnapshotCall(peer)?.index ?? 0) > c.appliedIndex(away));
  for (let round = 0; round < ROUNDS_AWAY && !isCut(); round++) {
    startMany(c, leaderWithin(c, rest), every);
    agreeAmong(c, rest);
  }
  c.sleep(TRIMMED_WITHIN_MS);
  for (const peer of rest) c.crash(peer);
  for (const peer of rest) c.restart(peer);
  c.connect(away);
  c.settle();
}
