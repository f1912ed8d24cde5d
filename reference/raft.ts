/**
 * Raft, after Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)".
 *
 * Names are the paper's, so that this can be read beside Figures 2 and 13. Nothing here runs at the same time as
 * anything else: a handler, a timer or the rest of an async function runs to its end, or to its next `await`, undisturbed.
 * So the state is consistent whenever somebody looks at it, and after an `await` all of it may have changed.
 */
import { type ApplyMsg, type ClientEnd, decode, encode, type Persister, type RaftPeer } from "consensus-labs";
import { RaftLog } from "./log.ts";
import { ElectionTimer, HeartbeatTimer } from "./timers.ts";
import type {
  AppendEntriesArgs,
  AppendEntriesReply,
  InstallSnapshotArgs,
  InstallSnapshotReply,
  LogEntry,
  RequestVoteArgs,
  RequestVoteReply,
} from "./types.ts";

/** The most entries that one AppendEntries carries; a follower that misses more gets them one batch after the other. */
const MAX_BATCH = 64;
/** How long a snapshot may be on its way to a follower that answers other requests, before it counts as lost. */
const SNAPSHOT_PATIENCE_MS = 1000;

/** What a leader knows of another peer: its elements of Figure 2's nextIndex[] and matchIndex[], and what is under way. */
interface Follower {
  readonly end: ClientEnd<Raft>;
  /** The next entry to send: a guess, which the consistency check puts right. */
  nextIndex: number;
  /** The follower's log is known to equal the leader's up to here: a fact, and what commitment is counted with. */
  matchIndex: number;
  /** Number of the request with entries or a snapshot that awaits its answer; 0 when there is none. */
  pending: number;
  /** When the pending request may be taken for lost, if a later one was answered before it. */
  pendingUntilMs: number;
}

/** What is saved as the state (Figure 2, "persistent state on all servers", and what section 7 adds). */
interface SavedState {
  currentTerm: number;
  votedFor: number | null;
  lastIncludedIndex: number;
  lastIncludedTerm: number;
  /** The entries after `lastIncludedIndex`, encoded. */
  entries: Uint8Array;
}

/** What a killed peer answers: nothing it could say would help anybody. To the caller the reply is lost. */
function noAnswer(): Promise<never> {
  return new Promise(() => {});
}

export class Raft implements RaftPeer {
  // Persistent state: saved whenever it changes, and before anything that depends on it leaves this peer.
  private currentTerm = 0;
  private votedFor: number | null = null;
  private log = new RaftLog();

  // Volatile state.
  private commitIndex = 0;
  private lastApplied = 0;
  private role: "follower" | "candidate" | "leader" = "follower";
  private killed = false;

  // Volatile state of a leader, made anew after each election.
  private followers: Follower[] = [];
  private requestsSent = 0;

  private readonly electionTimer = new ElectionTimer(() => this.startElection());
  private readonly heartbeatTimer = new HeartbeatTimer(() => this.sendHeartbeats());

  constructor(
    private readonly peers: ClientEnd<Raft>[],
    private readonly me: number,
    private readonly persister: Persister,
    private readonly apply: (msg: ApplyMsg) => void,
  ) {
    this.restore();
    this.electionTimer.restart();
  }

  // ---- What the service calls ----

  getState(): { term: number; isLeader: boolean } {
    return { term: this.currentTerm, isLeader: this.role === "leader" };
  }

  start(command: unknown): { index: number; term: number; isLeader: boolean } {
    const term = this.currentTerm;
    if (this.role !== "leader") return { index: -1, term, isLeader: false };
    this.log.append({ term, command });
    this.persist();
    const index = this.log.lastIndex;
    for (const follower of this.followers) {
      if (follower.pending === 0) this.replicateTo(follower);
    }
    this.advanceCommitIndex();
    return { index, term, isLeader: true };
  }

  /** Section 7. The service can only have made a snapshot of what was applied. */
  snapshot(index: number, snapshot: Uint8Array): void {
    if (this.killed || index <= this.log.lastIncludedIndex || index > this.lastApplied) return;
    this.log.compact(index, this.log.termAt(index));
    this.persist(snapshot);
  }

  kill(): void {
    this.killed = true;
    this.role = "follower";
    this.electionTimer.stop();
    this.heartbeatTimer.stop();
  }

  // ---- What other peers call (Figures 2 and 13, receiver implementation) ----

  requestVote(args: RequestVoteArgs): RequestVoteReply | Promise<never> {
    if (this.killed) return noAnswer();
    if (args.term < this.currentTerm) return { term: this.currentTerm, voteGranted: false };
    if (args.term > this.currentTerm) this.becomeFollower(args.term);

    // Section 5.4.1: the log whose last entry has the higher term is more up to date; of equal ones the longer.
    const { lastTerm, lastIndex } = this.log;
    const upToDate = args.lastLogTerm > lastTerm || (args.lastLogTerm === lastTerm && args.lastLogIndex >= lastIndex);
    const free = this.votedFor === null || this.votedFor === args.candidateId;
    const voteGranted = free && upToDate;
    if (voteGranted) {
      this.votedFor = args.candidateId;
      this.persist();
      this.electionTimer.restart();
    }
    return { term: this.currentTerm, voteGranted };
  }

  appendEntries(args: AppendEntriesArgs): AppendEntriesReply | Promise<never> {
    if (this.killed) return noAnswer();
    if (args.term < this.currentTerm) return { term: this.currentTerm, success: false };
    this.becomeFollower(args.term);
    this.electionTimer.restart();

    const conflict = this.log.conflictWith(args.prevLogIndex, args.prevLogTerm);
    if (conflict !== null) return { term: this.currentTerm, success: false, conflict };
    if (this.log.merge(args.prevLogIndex, args.entries)) this.persist();
    // Of this log only the part that the request has just verified is known to be the leader's; more may follow it.
    this.commitUpTo(Math.min(args.leaderCommit, args.prevLogIndex + args.entries.length));
    return { term: this.currentTerm, success: true };
  }

  installSnapshot(args: InstallSnapshotArgs): InstallSnapshotReply | Promise<never> {
    if (this.killed) return noAnswer();
    if (args.term < this.currentTerm) return { term: this.currentTerm };
    this.becomeFollower(args.term);
    this.electionTimer.restart();

    // An old snapshot says nothing new, and would take the service back.
    if (args.lastIncludedIndex <= this.commitIndex) return { term: this.currentTerm };
    this.log.compact(args.lastIncludedIndex, args.lastIncludedTerm);
    this.persist(args.data);
    this.commitIndex = args.lastIncludedIndex;
    this.lastApplied = args.lastIncludedIndex;
    this.apply({
      kind: "snapshot",
      index: args.lastIncludedIndex,
      term: args.lastIncludedTerm,
      snapshot: args.data,
    });
    return { term: this.currentTerm };
  }

  // ---- Elections (section 5.2) ----

  /** A newer term was seen, or the leader of this one. */
  private becomeFollower(term: number): void {
    if (this.role === "leader") {
      this.heartbeatTimer.stop();
      this.electionTimer.restart();
    }
    this.role = "follower";
    if (term > this.currentTerm) {
      this.currentTerm = term;
      this.votedFor = null;
      this.persist();
    }
  }

  private startElection(): void {
    this.role = "candidate";
    this.currentTerm++;
    this.votedFor = this.me;
    this.persist();

    const args: RequestVoteArgs = {
      term: this.currentTerm,
      candidateId: this.me,
      lastLogIndex: this.log.lastIndex,
      lastLogTerm: this.log.lastTerm,
    };
    // A set, because a vote counts once however often it arrives.
    const votes = new Set([this.me]);
    for (const [peer, end] of this.peers.entries()) {
      if (peer !== this.me) void this.requestVoteFrom(peer, end, args, votes);
    }
    if (votes.size >= this.majority) this.becomeLeader();
  }

  private async requestVoteFrom(
    peer: number,
    end: ClientEnd<Raft>,
    args: RequestVoteArgs,
    votes: Set<number>,
  ): Promise<void> {
    const reply = await end.call("requestVote", args);
    if (reply === null || this.killed) return;
    if (reply.term > this.currentTerm) this.becomeFollower(reply.term);
    // The answer may come after this election ended: won, lost, or overtaken by a newer term.
    if (this.role !== "candidate" || this.currentTerm !== args.term || !reply.voteGranted) return;
    votes.add(peer);
    if (votes.size >= this.majority) this.becomeLeader();
  }

  private becomeLeader(): void {
    this.role = "leader";
    this.electionTimer.stop();
    this.followers = this.peers
      .filter((_, peer) => peer !== this.me)
      .map((end) => ({ end, nextIndex: this.log.lastIndex + 1, matchIndex: 0, pending: 0, pendingUntilMs: 0 }));
    this.heartbeatTimer.start();
    this.sendHeartbeats();
  }

  private get majority(): number {
    return Math.floor(this.peers.length / 2) + 1;
  }

  // ---- Replication (sections 5.3 and 7) ----
  //
  // A follower is sent one request with entries or a snapshot at a time. A heartbeat sends the next one, unless one is
  // pending: then it carries no entries. So a follower that answers is kept busy, and one that is silent costs little.

  private sendHeartbeats(): void {
    for (const follower of this.followers) {
      if (follower.pending === 0) this.replicateTo(follower);
      else void this.sendEntries(follower, []);
    }
  }

  /** Sends the follower what it misses, or a heartbeat when that is nothing. */
  private replicateTo(follower: Follower): void {
    if (follower.nextIndex <= this.log.lastIncludedIndex) void this.sendSnapshot(follower);
    else void this.sendEntries(follower, this.log.entriesFrom(follower.nextIndex, MAX_BATCH));
  }

  private async sendEntries(follower: Follower, entries: LogEntry[]): Promise<void> {
    const prevLogIndex = Math.max(follower.nextIndex - 1, this.log.lastIncludedIndex);
    const args: AppendEntriesArgs = {
      term: this.currentTerm,
      leaderId: this.me,
      prevLogIndex,
      prevLogTerm: this.log.termAt(prevLogIndex),
      entries,
      leaderCommit: this.commitIndex,
    };
    const request = ++this.requestsSent;
    if (entries.length > 0) this.setPending(follower, request, 0);
    const reply = await follower.end.call("appendEntries", args);
    if (!this.isAnswered(follower, request, args.term, reply)) return;

    if (reply.success) this.advanceMatchIndex(follower, prevLogIndex + entries.length);
    else if (reply.conflict !== undefined && prevLogIndex === follower.nextIndex - 1) {
      // The check that failed is the one that nextIndex stands for now, not one of an earlier guess.
      const next = this.log.indexAfterConflict(prevLogIndex, reply.conflict);
      follower.nextIndex = Math.max(next, follower.matchIndex + 1);
    }
    this.sendMore(follower);
  }

  private async sendSnapshot(follower: Follower): Promise<void> {
    const args: InstallSnapshotArgs = {
      term: this.currentTerm,
      leaderId: this.me,
      lastIncludedIndex: this.log.lastIncludedIndex,
      lastIncludedTerm: this.log.lastIncludedTerm,
      data: this.persister.readSnapshot(),
    };
    const request = ++this.requestsSent;
    this.setPending(follower, request, SNAPSHOT_PATIENCE_MS);
    const reply = await follower.end.call("installSnapshot", args);
    if (!this.isAnswered(follower, request, args.term, reply)) return;
    this.advanceMatchIndex(follower, args.lastIncludedIndex);
    this.sendMore(follower);
  }

  private setPending(follower: Follower, request: number, patienceMs: number): void {
    follower.pending = request;
    follower.pendingUntilMs = Date.now() + patienceMs;
  }

  /**
   * Whether `reply` tells a leader something: it arrived, and this peer still leads the term in which it asked. If so,
   * the follower is there, and what was pending before this request is taken for lost and may be sent again.
   */
  private isAnswered<Reply extends { term: number }>(
    follower: Follower,
    request: number,
    term: number,
    reply: Reply | null,
  ): reply is Reply {
    if (this.killed) return false;
    if (reply === null) {
      if (request === follower.pending) follower.pending = 0;
      return false;
    }
    if (reply.term > this.currentTerm) this.becomeFollower(reply.term);
    if (this.role !== "leader" || this.currentTerm !== term) return false;
    const overtaken = request > follower.pending && Date.now() >= follower.pendingUntilMs;
    if (request === follower.pending || overtaken) follower.pending = 0;
    return true;
  }

  private advanceMatchIndex(follower: Follower, index: number): void {
    if (index <= follower.matchIndex) return;
    follower.matchIndex = index;
    follower.nextIndex = index + 1;
    this.advanceCommitIndex();
  }

  private sendMore(follower: Follower): void {
    if (follower.pending === 0 && follower.nextIndex <= this.log.lastIndex) this.replicateTo(follower);
  }

  /** Figure 2, last rule for leaders. Entries of older terms are committed only along with one of this term (section 5.4.2). */
  private advanceCommitIndex(): void {
    const matched = [this.log.lastIndex, ...this.followers.map((follower) => follower.matchIndex)];
    const onMajority = matched.sort((a, b) => b - a)[this.majority - 1] ?? 0;
    if (onMajority > this.commitIndex && this.log.termAt(onMajority) === this.currentTerm) this.commitUpTo(onMajority);
  }

  // ---- Applying, saving, restoring ----

  private commitUpTo(index: number): void {
    this.commitIndex = Math.max(this.commitIndex, index);
    while (this.lastApplied < this.commitIndex) {
      this.lastApplied++;
      const { command } = this.log.entryAt(this.lastApplied);
      this.apply({ kind: "command", index: this.lastApplied, command });
    }
  }

  /** Saves all persistent state, and with it the snapshot that `log` begins after, when that is a new one. */
  private persist(snapshot?: Uint8Array): void {
    const saved: SavedState = {
      currentTerm: this.currentTerm,
      votedFor: this.votedFor,
      lastIncludedIndex: this.log.lastIncludedIndex,
      lastIncludedTerm: this.log.lastIncludedTerm,
      entries: this.log.toBytes(),
    };
    this.persister.save(encode(saved), snapshot);
  }

  private restore(): void {
    const bytes = this.persister.readState();
    if (bytes.length === 0) return;
    const saved = decode(bytes) as SavedState;
    this.currentTerm = saved.currentTerm;
    this.votedFor = saved.votedFor;
    this.log = new RaftLog(saved.lastIncludedIndex, saved.lastIncludedTerm);
    for (const entry of decode(saved.entries) as LogEntry[]) this.log.append(entry);
    // The service restores itself from the snapshot: all that it covers is applied.
    this.commitIndex = saved.lastIncludedIndex;
    this.lastApplied = saved.lastIncludedIndex;
  }
}
