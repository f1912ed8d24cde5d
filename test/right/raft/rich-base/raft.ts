/**
 * A Raft that is right, and does all that makes mistakes show: empty heartbeats, bounded batches, several requests on
 * their way at a time, votes asked for again, fast backup, snapshots on every peer.
 */
import type { ApplyMsg, ClientEnd, Persister, RaftPeer } from "consensus-labs";
import { Node } from "./node.ts";
import { advanceCommit, replicate } from "./replication.ts";
import type {
  AppendEntriesArgs,
  AppendEntriesReply,
  InstallSnapshotArgs,
  InstallSnapshotReply,
  RequestVoteArgs,
  RequestVoteReply,
} from "./types.ts";

/** What a killed peer answers: nothing. */
function silence(): Promise<never> {
  return new Promise(() => {});
}

export class Raft implements RaftPeer {
  private readonly node: Node;

  constructor(peers: ClientEnd<Raft>[], me: number, persister: Persister, apply: (msg: ApplyMsg) => void) {
    this.node = new Node(peers, me, persister, apply);
  }

  getState(): { term: number; isLeader: boolean } {
    return { term: this.node.currentTerm, isLeader: this.node.role === "leader" };
  }

  start(command: unknown): { index: number; term: number; isLeader: boolean } {
    const { node } = this;
    const term = node.currentTerm;
    if (node.role !== "leader") return { index: -1, term, isLeader: false };
    node.log.append({ term, command });
    const index = node.log.lastIndex;
    node.persist();
    replicate(node);
    advanceCommit(node);
    return { index, term, isLeader: true };
  }

  snapshot(index: number, snapshot: Uint8Array): void {
    const { node } = this;
    if (node.killed) return;
    if (index <= node.log.lastIncludedIndex) return;
    if (index > node.applier.lastApplied) return;
    node.log.compactTo(index, node.log.termAt(index));
    node.persist(snapshot);
  }

  kill(): void {
    this.node.stop();
  }

  requestVote(args: RequestVoteArgs): RequestVoteReply | Promise<RequestVoteReply> {
    const { node } = this;
    if (node.killed) return silence();
    if (args.term < node.currentTerm) return { term: node.currentTerm, voteGranted: false };
    if (args.term > node.currentTerm) node.becomeFollower(args.term);

    const isFree = node.votedFor === null || node.votedFor === args.candidateId;
    const isUpToDate = node.log.isCoveredBy(args.lastLogIndex, args.lastLogTerm);
    if (!isFree || !isUpToDate) return { term: node.currentTerm, voteGranted: false };
    node.votedFor = args.candidateId;
    node.persist();
    node.electionTimer.restart();
    return { term: node.currentTerm, voteGranted: true };
  }

  appendEntries(args: AppendEntriesArgs): AppendEntriesReply | Promise<AppendEntriesReply> {
    const { node } = this;
    if (node.killed) return silence();
    if (args.term < node.currentTerm) return { term: node.currentTerm, success: false };
    node.becomeFollower(args.term);
    node.electionTimer.restart();

    const hint = node.log.mismatchAt(args.prevLogIndex, args.prevLogTerm);
    if (hint !== null) return { term: node.currentTerm, success: false, hint };
    const isChanged = node.log.merge(args.prevLogIndex, args.entries);
    if (isChanged) node.persist();
    // What lies beyond the request's own entries may be of another leader.
    const verified = args.prevLogIndex + args.entries.length;
    node.applier.commitTo(Math.min(args.leaderCommit, verified));
    return { term: node.currentTerm, success: true };
  }

  installSnapshot(args: InstallSnapshotArgs): InstallSnapshotReply | Promise<InstallSnapshotReply> {
    const { node } = this;
    if (node.killed) return silence();
    if (args.term < node.currentTerm) return { term: node.currentTerm };
    node.becomeFollower(args.term);
    node.electionTimer.restart();

    if (args.lastIncludedIndex <= node.applier.commitIndex) return { term: node.currentTerm };
    node.log.compactTo(args.lastIncludedIndex, args.lastIncludedTerm);
    node.persist(args.data);
    node.applier.commitTo(args.lastIncludedIndex);
    return { term: node.currentTerm };
  }
}
