import { fieldsIn, isCount, type Scalar, scalarsOf } from "../../../grader/explain/fields.ts";

/** A place in a log and the term of the entry there. */
export interface Position {
  readonly index: number;
  readonly term: number;
}

export interface VoteRequest {
  readonly method: "requestVote";
  readonly term: number;
  readonly candidateId: number;
  /** Where the candidate says that its log ends; null when it does not say so. */
  readonly last: Position | null;
}

export interface AppendRequest {
  readonly method: "appendEntries";
  readonly term: number;
  /** What it says of the log; null before there is one (stage 2A), or when it has other names. */
  readonly log: { readonly prev: Position; readonly terms: readonly number[] } | null;
  readonly leaderCommit: number | null;
}

export interface InstallRequest {
  readonly method: "installSnapshot";
  readonly term: number;
  readonly last: Position;
}

export type Request = VoteRequest | AppendRequest | InstallRequest;

export interface Reply {
  readonly term: number;
  /** `voteGranted` or `success`; null where the method has neither. */
  readonly yes: boolean | null;
}

/** Fields by which a request for votes says that it only asks whether it would get them. */
const ONLY_ASKING = ["preVote", "prevote", "isPreVote", "pre"];

/** A request as the paper's Figures 2 and 13 have it; null when it is none of these, or has other names in it. */
export function readRequest(method: string, bytes: Uint8Array | null): Request | null {
  if (method === "requestVote") {
    const names = ["term", "candidateId", "lastLogIndex", "lastLogTerm", ...ONLY_ASKING];
    const [term, candidateId, index, lastTerm, ...asking] = scalarsOf(bytes, names) ?? [];
    if (!isCount(term) || !isCount(candidateId) || asking.includes(true)) return null;
    return { method, term, candidateId, last: positionOf(index, lastTerm) };
  }
  if (method === "appendEntries") {
    const fields = fieldsIn(bytes, ["term", "prevLogIndex", "prevLogTerm", "leaderCommit", "entries"]);
    if (fields === null) return null;
    const [term, index, prevTerm, commit] = [0, 1, 2, 3].map((at) => fields.scalar(at));
    if (!isCount(term)) return null;
    const prev = positionOf(index, prevTerm);
    const log = prev === null ? null : logOf(prev, fields.numbers(4, "term"));
    return { method, term, log, leaderCommit: isCount(commit) ? commit : null };
  }
  if (method === "installSnapshot") {
    const names = ["term", "lastIncludedIndex", "lastIncludedTerm", "offset", "done"];
    const [term, index, lastTerm, ...pieces] = scalarsOf(bytes, names) ?? [];
    const last = positionOf(index, lastTerm);
    // One of several pieces brings no snapshot yet.
    const isWhole = pieces.every((field) => field === undefined);
    return isCount(term) && last !== null && isWhole ? { method, term, last } : null;
  }
  return null;
}

/** The answer to a request of that method; null for one that has other names, and for none. */
export function readReply(method: string, bytes: Uint8Array | null): Reply | null {
  const flag = method === "requestVote" ? "voteGranted" : method === "appendEntries" ? "success" : null;
  const [term, yes] = scalarsOf(bytes, ["term", flag ?? "success"]) ?? [];
  if (!isCount(term)) return null;
  if (flag === null) return { term, yes: null };
  return typeof yes === "boolean" ? { term, yes } : null;
}

/** Index of the last entry that a request speaks of. */
export function endOf({ prev, terms }: NonNullable<AppendRequest["log"]>): Position {
  return { index: prev.index + terms.length, term: terms.at(-1) ?? prev.term };
}

/** Section 5.4.1: whether a log that ends at `a` is less up to date than one that ends at `b`. */
export function isBehind(a: Position, b: Position): boolean {
  return a.term < b.term || (a.term === b.term && a.index < b.index);
}

/** "(2, 4)", term and index as the lab's text writes entries; "nothing" for the beginning of all logs. */
export function positionText({ index, term }: Position): string {
  return index === 0 ? "nothing" : `entry (${term}, ${index})`;
}

function logOf(prev: Position, terms: readonly number[] | null): AppendRequest["log"] {
  if (terms === null) return null;
  return terms.every(isCount) && isCount(prev.index + terms.length) ? { prev, terms } : null;
}

function positionOf(index: Scalar, term: Scalar): Position | null {
  return isCount(index) && isCount(term) ? { index, term } : null;
}
