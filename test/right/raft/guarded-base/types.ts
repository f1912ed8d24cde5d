/** What stands in the log, and what peers say to each other. */

/** A leader begins its term with an entry of its own, which has no command. */
export type Entry =
  | { readonly term: number; readonly kind: "command"; readonly command: unknown }
  | { readonly term: number; readonly kind: "noop" };

/** An entry without what is in it. */
export interface Position {
  readonly index: number;
  readonly term: number;
}

/** Of both rounds of an election; in the first one `term` is the term that would begin. */
export interface VoteArgs {
  term: number;
  candidate: number;
  last: Position;
}

export interface VoteReply {
  term: number;
  isGranted: boolean;
}

export interface HeartbeatArgs {
  term: number;
  leader: number;
  /** Never beyond what the receiver is known to have. */
  commit: number;
}

export interface TermReply {
  term: number;
}

export interface AppendArgs {
  term: number;
  leader: number;
  previous: Position;
  entries: Entry[];
  commit: number;
}

/**
 * `match`: of a success, up to where both logs are known to be equal. `hint`: of a refusal that is not for the term, the
 * last entry of the receiver's that may be in the leader's log.
 */
export interface AppendReply {
  term: number;
  match?: number;
  hint?: Position;
}

export interface InstallArgs {
  term: number;
  leader: number;
  end: Position;
  snapshot: Uint8Array;
}

export interface InstallReply {
  term: number;
  match?: number;
}
