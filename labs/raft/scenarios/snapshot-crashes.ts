import type { LogCluster } from "../../../grader/harness/log/cluster.ts";
import { CAUGHT_UP_WITHIN_MS } from "../limits.ts";
import { agreeAmong, beforeSnapshot, others, startMany } from "./support.ts";

/** A request that carries a snapshot is longer than this, and one with a few small commands shorter. */
const SNAPSHOT_BYTES = 400;

/** Peers crash between the saves that a snapshot takes, if it takes more than one. */
export function crashAroundSnapshot(c: LogCluster, interval: number): void {
  beforeSnapshot(c, interval);
  const crashes = c.crashOnEffect({ effect: "save", when: "after", chance: 0.3, limit: 4, restartAfterMs: [1, 20] });
  c.one(c.command(), c.majority);
  c.sleep(50);
  crashes.remove();
  c.restartAll();
}

/**
 * A peer gets a snapshot and a few entries after it, which are committed by its answer. It crashes at once, and comes
 * back to peers that never had those entries.
 */
export function crashBehindSnapshot(c: LogCluster, interval: number): void {
  c.one(c.command(), c.size);
  const leader = c.checkOneLeader();
  const [receiver, witness, ...behind] = c.shuffle("who is who", others(c, leader)) as [number, number, number, number];
  c.partition(others(c, receiver));
  for (let i = 0; i < 3 * interval; i++) c.one(c.command(), c.size - 1);
  c.partition([leader, receiver, witness]);
  const last = startMany(c, leader, c.int("entries behind", 1, 2)).at(-1)?.index ?? 0;
  c.until(1_500, () => c.appliedIndex(leader) >= last, 0.5);
  c.crash(receiver);
  c.partition([receiver, ...behind]);
  c.sleep(c.int("down", 1, 4));
  c.restart(receiver);
  agreeAmong(c, [receiver, ...behind]);
  c.heal();
}

/** A peer crashes as it saves a snapshot, or as soon as it has answered for it: it has it, or must get it again though nothing is started. */
export function crashAtSnapshotAnswer(c: LogCluster, interval: number): void {
  c.one(c.command(), c.size);
  const leader = c.checkOneLeader();
  const receiver = c.pick("who gets a snapshot", others(c, leader));
  c.partition(others(c, receiver));
  for (let i = 0; i < 3 * interval; i++) c.one(c.command(), c.size - 1);
  let isOnItsWay = false;
  const watch = c.rule((m) => {
    if (m.kind === "request" && m.to === receiver && m.sizeBytes > SNAPSHOT_BYTES) isOnItsWay = true;
    return "pass";
  });
  c.partition(c.peers);
  c.until(8_000, () => isOnItsWay, 0.5);
  const effect = c.pick("crash at", ["save", "reply"] as const);
  const crash = c.crashOnEffect({ peers: [receiver], effect, when: "after", restartAfterMs: [1, 3] });
  c.sleep(20);
  crash.remove();
  watch.remove();
  if (!c.isUp(receiver)) c.restart(receiver);
  const target = c.highestApplied();
  c.expectCaughtUp([receiver], target, CAUGHT_UP_WITHIN_MS, {
    property: "liveness",
    check: "catches-up-after-crash",
    expected: `peer ${receiver} to catch up with index ${target} within ${CAUGHT_UP_WITHIN_MS / 1000} s, after it crashed as it got a snapshot`,
    cite: "Raft paper, section 7 and Figure 13: a snapshot is saved before it is answered for",
    hint: "Is the snapshot saved before the answer leaves? And does a leader go back when a follower refuses what it was thought to have?",
  });
}
