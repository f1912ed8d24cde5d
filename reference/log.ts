import { EncodedEntries } from "./encoded-entries.ts";
import type { Conflict, LogEntry } from "./types.ts";

/**
 * The replicated log (section 5.3), as far as it is not covered by a snapshot (section 7).
 *
 * Indices are those of the paper: the first entry ever has index 1. Entries up to `lastIncludedIndex` live on in the
 * snapshot only; the term of the last of them is kept, because consistency checks still ask for it. Without a snapshot
 * both are 0, as if every log began with the same entry of term 0 at index 0.
 */
export class RaftLog {
  /** `entries[0]` is the one at `lastIncludedIndex + 1`. */
  private readonly entries: LogEntry[] = [];
  private readonly encoded = new EncodedEntries();

  constructor(
    public lastIncludedIndex = 0,
    public lastIncludedTerm = 0,
  ) {}

  get lastIndex(): number {
    return this.lastIncludedIndex + this.entries.length;
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex);
  }

  /** The entry at `index`, which must lie above the snapshot and not beyond the end. */
  entryAt(index: number): LogEntry {
    const entry = this.entries[index - this.lastIncludedIndex - 1];
    if (entry === undefined)
      throw new RangeError(`no entry ${index} in ${this.lastIncludedIndex + 1}..${this.lastIndex}`);
    return entry;
  }

  /** Like `entryAt`, but also knows the term of the last entry in the snapshot. */
  termAt(index: number): number {
    return index === this.lastIncludedIndex ? this.lastIncludedTerm : this.entryAt(index).term;
  }

  /** At most `limit` entries, from `index` on. */
  entriesFrom(index: number, limit: number): LogEntry[] {
    const start = index - this.lastIncludedIndex - 1;
    return this.entries.slice(start, start + limit);
  }

  append(entry: LogEntry): void {
    this.entries.push(entry);
    this.encoded.append(entry);
  }

  /** Figure 2, AppendEntries, rule 2: what keeps this log from holding (index, term), or null when it holds that entry. */
  conflictWith(index: number, term: number): Conflict | null {
    if (index > this.lastIndex) return { conflictTerm: null, conflictIndex: this.lastIndex + 1 };
    // What the snapshot covers is committed, and so the same in every log that a leader can have.
    if (index <= this.lastIncludedIndex) return null;
    const conflictTerm = this.termAt(index);
    if (conflictTerm === term) return null;
    let conflictIndex = index;
    while (conflictIndex - 1 > this.lastIncludedIndex && this.termAt(conflictIndex - 1) === conflictTerm)
      conflictIndex--;
    return { conflictTerm, conflictIndex };
  }

  /**
   * Fast backup, as a leader: the next entry to send to a follower whose log conflicted at `prevLogIndex`. Either the one
   * after the last that both logs may have in common, or the first of a term that this log does not have at all.
   */
  indexAfterConflict(prevLogIndex: number, { conflictTerm, conflictIndex }: Conflict): number {
    if (conflictTerm === null) return conflictIndex;
    let index = prevLogIndex - 1;
    // Terms never fall along a log, so the first that is not above conflictTerm decides.
    while (index > this.lastIncludedIndex && this.termAt(index) > conflictTerm) index--;
    const inCommon = index >= this.lastIncludedIndex && this.termAt(index) === conflictTerm;
    return inCommon ? index + 1 : conflictIndex;
  }

  /**
   * Figure 2, AppendEntries, rules 3 and 4: takes over the leader's entries that follow `prevLogIndex`. Only a conflict
   * removes entries: a request that arrives late and tells less than this log already holds must not shorten it.
   * Says whether the log changed.
   */
  merge(prevLogIndex: number, entries: readonly LogEntry[]): boolean {
    let changed = false;
    let index = prevLogIndex;
    for (const entry of entries) {
      index++;
      if (index <= this.lastIncludedIndex) continue;
      if (index <= this.lastIndex) {
        if (this.termAt(index) === entry.term) continue;
        this.truncateFrom(index);
      }
      this.append(entry);
      changed = true;
    }
    return changed;
  }

  /** Section 7: forgets what a snapshot up to `index` covers, and keeps what follows if it belongs to the same history. */
  compact(index: number, term: number): void {
    const matches = index <= this.lastIndex && this.termAt(index) === term;
    const covered = matches ? index - this.lastIncludedIndex : this.entries.length;
    this.entries.splice(0, covered);
    this.encoded.dropFirst(covered);
    this.lastIncludedIndex = index;
    this.lastIncludedTerm = term;
  }

  /** All entries as `encode` would give them in an array. */
  toBytes(): Uint8Array {
    return this.encoded.toBytes();
  }

  private truncateFrom(index: number): void {
    const kept = index - this.lastIncludedIndex - 1;
    this.entries.length = kept;
    this.encoded.keepFirst(kept);
  }
}
