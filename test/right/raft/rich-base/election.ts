import type { Node } from "./node.ts";
import type { RequestVoteArgs } from "./types.ts";

/** Asks all who have not answered yet: the first time everybody, and later those whose answer may be lost. */
export function askForVotes(node: Node): void {
  for (const peer of node.others) {
    if (!node.answered.has(peer)) void askForVote(node, peer);
  }
}

async function askForVote(node: Node, peer: number): Promise<void> {
  const args: RequestVoteArgs = {
    term: node.currentTerm,
    candidateId: node.me,
    lastLogIndex: node.log.lastIndex,
    lastLogTerm: node.log.lastTerm,
  };
  const reply = await node.end(peer).call("requestVote", args);
  if (reply === null || node.killed) return;
  if (reply.term > node.currentTerm) {
    node.becomeFollower(reply.term);
    return;
  }
  // The election may be over: won, lost, or followed by another.
  if (node.role !== "candidate") return;
  if (node.currentTerm !== args.term) return;
  node.answered.add(peer);
  if (!reply.voteGranted) return;
  node.votes.add(peer);
  if (node.votes.size >= node.majority) node.becomeLeader();
}
