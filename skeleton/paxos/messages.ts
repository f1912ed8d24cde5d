/** A value that an acceptor accepted, and under which ballot. */
export interface Accepted {
  ballot: number;
  value: unknown;
}

/** Phase 1. TODO (B): what else must every message say? */
export interface PrepareArgs {
  slot: number;
  ballot: number;
}

export type PrepareReply = { ok: false; promised: number } | { ok: true; accepted: Accepted | null };

/** Phase 2. */
export interface AcceptArgs {
  slot: number;
  ballot: number;
  value: unknown;
}

export type AcceptReply = { ok: boolean; promised: number };

/** A decision, told to whoever was no part of it. */
export interface LearnArgs {
  slot: number;
  value: unknown;
}
