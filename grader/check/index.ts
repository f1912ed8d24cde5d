/**
 * Checkers for a replicated log behind a leader: pure, incremental, told of events in order of virtual time. Each gives
 * a `Failure` as soon as its property is broken, else null, and throws `Undecided` when it cannot tell.
 */
export { type AppliedEntry, AppliedLog, type EntryKind, type SnapshotClaim } from "./applied-log.ts";
export { CallRate, MAX_CALLS_PER_S } from "./call-rate.ts";
export { canonicalText, sameCommand } from "./command.ts";
export { type Digest, digestText, EMPTY_DIGEST, extendDigest } from "./digest.ts";
export { ElectionSafety } from "./election-safety.ts";
export { type Failure, type Property, Violation } from "./failure.ts";
export { LeaderCompleteness } from "./leader-completeness.ts";
export { TermOrder } from "./term-order.ts";
export { Undecided } from "./undecided.ts";
