/** What a leader does: it keeps followers busy and in touch, and decides what is committed. */
import type { Node } from "./node.ts";
import type { Progress } from "./progress.ts";
import type { AppendEntriesArgs, InstallSnapshotArgs, LogEntry } from "./types.ts";

/** The most entries in one AppendEntries. */
const MAX_BATCH = 8;

/** Sends each follower an empty request, and then what it lacks. */
export function sendHeartbeats(node: Node): void {
  for (const [peer, progress] of node.progress) {
    void sendEntries(node, peer, progress, []);
    sendMissing(node, peer, progress);
  }
}

/** Sends everybody what was appended. */
export function replicate(node: Node): void {
  for (const [peer, progress] of node.progress) sendMissing(node, peer, progress);
}

/** Figure 2, last rule for leaders: only an entry of the present term is committed by counting (section 5.4.2). */
export function advanceCommit(node: Node): void {
  const matched = [...node.progress.values()].map(({ matchIndex }) => matchIndex);
  matched.push(node.log.lastIndex);
  matched.sort((a, b) => b - a);
  const index = matched[node.majority - 1] ?? 0;
  if (index <= node.applier.commitIndex) return;
  if (node.log.termAt(index) !== node.currentTerm) return;
  node.applier.commitTo(index);
}

/** Sends as much as may be on its way to one follower. */
function sendMissing(node: Node, peer: number, progress: Progress): void {
  while (progress.hasRoom) {
    if (progress.nextIndex <= node.log.lastIncludedIndex) {
      void sendSnapshot(node, peer, progress);
      return;
    }
    if (progress.nextIndex > node.log.lastIndex) return;
    void sendEntries(node, peer, progress, node.log.entriesFrom(progress.nextIndex, MAX_BATCH));
  }
}

async function sendEntries(node: Node, peer: number, progress: Progress, entries: LogEntry[]): Promise<void> {
  const prevLogIndex = Math.max(progress.nextIndex - 1, node.log.lastIncludedIndex);
  const lastIndex = prevLogIndex + entries.length;
  const args: AppendEntriesArgs = {
    term: node.currentTerm,
    leaderId: node.me,
    prevLogIndex,
    prevLogTerm: node.log.termAt(prevLogIndex),
    entries,
    leaderCommit: node.applier.commitIndex,
  };
  const request = progress.sent(prevLogIndex + 1, lastIndex);
  const reply = await node.end(peer).call("appendEntries", args);
  const current = progressAfter(node, peer, args.term, reply);
  if (current === null) return;
  if (reply === null) {
    current.lost(request);
    return;
  }
  if (reply.success) {
    if (current.acknowledged(lastIndex)) advanceCommit(node);
  } else if (reply.hint !== undefined) {
    current.rejected(request, node.log.nextAfter(prevLogIndex, reply.hint));
  }
  sendMissing(node, peer, current);
}

async function sendSnapshot(node: Node, peer: number, progress: Progress): Promise<void> {
  const args: InstallSnapshotArgs = {
    term: node.currentTerm,
    leaderId: node.me,
    lastIncludedIndex: node.log.lastIncludedIndex,
    lastIncludedTerm: node.log.lastIncludedTerm,
    data: node.persister.readSnapshot(),
  };
  progress.sentSnapshot(args.lastIncludedIndex);
  const reply = await node.end(peer).call("installSnapshot", args);
  const current = progressAfter(node, peer, args.term, reply);
  if (current === null) return;
  if (reply === null) {
    current.snapshotLost(args.lastIncludedIndex);
    return;
  }
  if (current.acknowledged(args.lastIncludedIndex)) advanceCommit(node);
  sendMissing(node, peer, current);
}

/** The follower's progress, if an answer to a request of that term still means something here. */
function progressAfter(node: Node, peer: number, term: number, reply: { term: number } | null): Progress | null {
  if (node.killed) return null;
  if (reply !== null && reply.term > node.currentTerm) {
    node.becomeFollower(reply.term);
    return null;
  }
  if (node.role !== "leader") return null;
  if (node.currentTerm !== term) return null;
  return node.progress.get(peer) ?? null;
}
