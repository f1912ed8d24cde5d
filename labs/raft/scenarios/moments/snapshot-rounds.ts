import type { LogCluster } from "../../../../grader/harness/log/cluster.ts";
import type { RuleHandle } from "../../../../grader/harness/message-rules.ts";
import { CAUGHT_UP_WITHIN_MS } from "../../limits.ts";
import { agreeAmong, startMany } from "../support.ts";
import type { Message } from "./learn.ts";

/** The service takes a snapshot each time it has applied so many entries, and so many more on each next peer. */
export const INTERVAL = 10;
export const STAGGER = 3;
/** By their sizes: heartbeats, then requests with entries (of large commands, up to ten), then snapshots. */
export const ENTRY_BYTES = 300;
export const SNAPSHOT_BYTES = 6_000;
/** Longer than any interval at which entries may be sent. */
export const SENT_MS = 300;

/** The index at which the service of that peer will take its next snapshot. */
export function nextSnapshot(c: LogCluster, peer: number): number {
  return (c.lastSnapshotCall(peer)?.index ?? 0) + INTERVAL + peer * STAGGER;
}

export const isEntries = (m: Message): boolean => m.sizeBytes > ENTRY_BYTES && m.sizeBytes <= SNAPSHOT_BYTES;
export const isSnapshot = (m: Message): boolean => m.sizeBytes > SNAPSHOT_BYTES;

/** Goes on until the next entry brings about a snapshot on that peer; false when it does not get there. */
export function beforeSnapshotOf(c: LogCluster, peer: number): boolean {
  c.one(c.command(), 3);
  // A snapshot that it was sent moves its next one to where only it knows.
  for (let i = 0; i < 3 * INTERVAL; i++) {
    const before = c.lastSnapshotCall(peer)?.index ?? 0;
    c.one(c.command(), 3);
    if ((c.lastSnapshotCall(peer)?.index ?? 0) > before) break;
  }
  while (c.highestApplied() < nextSnapshot(c, peer) - 1) c.one(c.command(), 3);
  return c.highestApplied() === nextSnapshot(c, peer) - 1;
}

/**
 * Goes on among those peers until each has a snapshot that ends after index `from`, and `behind` entries or more are applied
 * behind it; `most` commands are started at most.
 */
export function agreeUntilCut(
  c: LogCluster,
  peers: readonly number[],
  from: number,
  behind: number,
  most: number,
): void {
  const isCut = (): boolean =>
    peers.every((peer) => {
      const at = c.lastSnapshotCall(peer)?.index ?? 0;
      return at > from && at + behind <= c.highestApplied();
    });
  for (let i = 0; i < most && !isCut(); i++) agreeAmong(c, peers);
}

/** A command reaches both followers, and the leader does not know: it can commit it, when their answers are let go. */
export function startUnanswered(c: LogCluster, leader: number): RuleHandle {
  const answers = c.rule((m) => (m.kind === "reply" && m.to === leader ? "hold" : "pass"));
  startMany(c, leader, 1);
  c.sleep(SENT_MS);
  answers.remove();
  return answers;
}

export function checkCaughtUp(c: LogCluster, peer: number, target: number, what: string, hint: string): void {
  c.expectCaughtUp([peer], target, CAUGHT_UP_WITHIN_MS, {
    property: "liveness",
    check: "catches-up-by-snapshot",
    expected: `peer ${peer}, ${what}, to have caught up with index ${target} within ${CAUGHT_UP_WITHIN_MS / 1000} s, though nothing is started`,
    cite: "Raft paper, section 7 and Figure 13",
    hint,
  });
}
