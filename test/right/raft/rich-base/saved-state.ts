import { decode, encode } from "consensus-labs";
import { RaftLog } from "./log.ts";
import type { LogEntry } from "./types.ts";

/** What survives a crash, beside the snapshot. */
export interface SavedState {
  readonly currentTerm: number;
  readonly votedFor: number | null;
  readonly log: RaftLog;
}

type Written = [
  currentTerm: number,
  votedFor: number | null,
  lastIncludedIndex: number,
  lastIncludedTerm: number,
  entries: readonly Uint8Array[],
];

export function toBytes({ currentTerm, votedFor, log }: SavedState): Uint8Array {
  const written: Written = [currentTerm, votedFor, log.lastIncludedIndex, log.lastIncludedTerm, log.toEncoded()];
  return encode(written);
}

/** No bytes stand for the first boot. */
export function fromBytes(bytes: Uint8Array): SavedState {
  if (bytes.length === 0) return { currentTerm: 0, votedFor: null, log: new RaftLog() };
  const [currentTerm, votedFor, lastIncludedIndex, lastIncludedTerm, entries] = decode(bytes) as Written;
  const log = new RaftLog(lastIncludedIndex, lastIncludedTerm);
  for (const entry of entries) log.append(decode(entry) as LogEntry);
  return { currentTerm, votedFor, log };
}
