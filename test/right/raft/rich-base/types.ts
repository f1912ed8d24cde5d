/** What is kept in the log and what travels between peers; the names are those of the paper's Figures 2 and 13. */

export interface LogEntry {
  term: number;
  command: unknown;
}

export interface RequestVoteArgs {
  term: number;
  candidateId: number;
  lastLogIndex: number;
  lastLogTerm: number;
}

export interface RequestVoteReply {
  term: number;
  voteGranted: boolean;
}

export interface AppendEntriesArgs {
  term: number;
  leaderId: number;
  prevLogIndex: number;
  prevLogTerm: number;
  entries: LogEntry[];
  leaderCommit: number;
}

/** Why the consistency check failed, in the follower's words. */
export interface Hint {
  /** The term of its entry at `prevLogIndex`; null when its log ends before. */
  xTerm: number | null;
  /** The first index of that term in its log. */
  xIndex: number;
  /** Its last index. */
  xLen: number;
}

export interface AppendEntriesReply {
  term: number;
  success: boolean;
  /** Only where `success` is false for another reason than an old term. */
  hint?: Hint;
}

export interface InstallSnapshotArgs {
  term: number;
  leaderId: number;
  lastIncludedIndex: number;
  lastIncludedTerm: number;
  data: Uint8Array;
}

export interface InstallSnapshotReply {
  term: number;
}
