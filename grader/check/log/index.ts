/**
 * Checkers for a replicated log behind a leader: pure, incremental, told of events in order of virtual time. Each gives
 * a `Finding` as soon as its property is broken, else null, and throws `Undecided` when it cannot tell.
 */
export { type AppliedEntry, AppliedLog, type EntryKind, type SnapshotClaim } from "./applied-log.ts";
export { type Digest, digestText, EMPTY_DIGEST, extendDigest } from "./digest.ts";
export { ElectionSafety } from "./election-safety.ts";
export { LeaderCompleteness } from "./leader-completeness.ts";
export { TermOrder } from "./term-order.ts";

/** All that they check, by name: a lab that uses them says of each where its rule stands. */
export const LOG_CHECKS = [
  "one-entry-an-index",
  "applied-in-order",
  "only-started-commands",
  "snapshot-goes-forward",
  "snapshot-holds-its-state",
  "log-length",
  "one-leader-a-term",
  "leader-elected",
  "led-terms",
  "promised-index",
  "leader-appends-only",
  "leader-completeness",
  "leader-completeness-after-crash",
  "term-only-grows",
  "term-survives-crash",
] as const;
