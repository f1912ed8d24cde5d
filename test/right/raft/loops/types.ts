import type { LogEntry } from "./log.ts";

export interface VoteArgs {
  term: number;
  candidateId: number;
  lastLogIndex: number;
  lastLogTerm: number;
}

export interface VoteReply {
  term: number;
  voteGranted: boolean;
}

export interface AppendArgs {
  term: number;
  prevLogIndex: number;
  prevLogTerm: number;
  entries: LogEntry[];
  leaderCommit: number;
}

/** `retry`: of a refusal, the index from which to send instead. */
export interface AppendReply {
  term: number;
  success: boolean;
  retry: number;
}

export interface SnapshotArgs {
  term: number;
  lastIncludedIndex: number;
  lastIncludedTerm: number;
  data: Uint8Array;
}

export interface TermReply {
  term: number;
}
