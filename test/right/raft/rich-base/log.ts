import { encode } from "consensus-labs";
import type { Hint, LogEntry } from "./types.ts";

/** The entries after a snapshot that ends at `lastIncludedIndex`; without one that is 0, and its term too. */
export class RaftLog {
  private entries: LogEntry[] = [];
  /** What `encode` gives for each entry, kept because the log is saved often and encoded once. */
  private encoded: Uint8Array[] = [];

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

  entryAt(index: number): LogEntry {
    const entry = this.entries[this.offsetOf(index)];
    if (entry === undefined) throw new RangeError(`no entry ${index} above ${this.lastIncludedIndex}`);
    return entry;
  }

  termAt(index: number): number {
    if (index === this.lastIncludedIndex) return this.lastIncludedTerm;
    return this.entryAt(index).term;
  }

  entriesFrom(index: number, limit: number): LogEntry[] {
    const offset = this.offsetOf(index);
    return this.entries.slice(offset, offset + limit);
  }

  /** Whether a log that ends with that entry is at least as up to date as this one (section 5.4.1). */
  isCoveredBy(lastIndex: number, lastTerm: number): boolean {
    if (lastTerm !== this.lastTerm) return lastTerm > this.lastTerm;
    return lastIndex >= this.lastIndex;
  }

  append(entry: LogEntry): void {
    this.entries.push(entry);
    this.encoded.push(encode(entry));
  }

  /** Removes the entries from `index` on. */
  truncateFrom(index: number): void {
    this.entries.length = this.offsetOf(index);
    this.encoded.length = this.offsetOf(index);
  }

  /** The consistency check: null when this log holds that entry, or its snapshot covers it. */
  mismatchAt(prevLogIndex: number, prevLogTerm: number): Hint | null {
    const xLen = this.lastIndex;
    if (prevLogIndex < this.lastIncludedIndex) return null;
    if (prevLogIndex > xLen) return { xTerm: null, xIndex: xLen + 1, xLen };
    const xTerm = this.termAt(prevLogIndex);
    if (xTerm === prevLogTerm) return null;
    return { xTerm, xIndex: this.firstIndexOf(xTerm, prevLogIndex), xLen };
  }

  /** The first index of the term that stands at `from`, as far as entries are kept. */
  private firstIndexOf(term: number, from: number): number {
    let index = from;
    while (index - 1 > this.lastIncludedIndex && this.termAt(index - 1) === term) index--;
    return index;
  }

  /** As a leader: the next entry for a follower that gave that hint for `prevLogIndex`. */
  nextAfter(prevLogIndex: number, hint: Hint): number {
    if (hint.xTerm === null) return hint.xLen + 1;
    let index = prevLogIndex - 1;
    // Terms never fall along a log.
    while (index > this.lastIncludedIndex && this.termAt(index) > hint.xTerm) index--;
    if (index >= this.lastIncludedIndex && this.termAt(index) === hint.xTerm) return index + 1;
    return hint.xIndex;
  }

  /** Takes over a leader's entries; only a conflict removes some of this log. Says whether anything changed. */
  merge(prevLogIndex: number, entries: readonly LogEntry[]): boolean {
    let changed = false;
    for (const [position, entry] of entries.entries()) {
      const index = prevLogIndex + 1 + position;
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

  /** Forgets what a snapshot up to that entry covers; what follows stays if the entry itself is in this log. */
  compactTo(index: number, term: number): void {
    const isKept = index <= this.lastIndex && this.termAt(index) === term;
    const covered = isKept ? index - this.lastIncludedIndex : this.entries.length;
    this.entries = this.entries.slice(covered);
    this.encoded = this.encoded.slice(covered);
    this.lastIncludedIndex = index;
    this.lastIncludedTerm = term;
  }

  toEncoded(): readonly Uint8Array[] {
    return this.encoded;
  }

  private offsetOf(index: number): number {
    return index - this.lastIncludedIndex - 1;
  }
}
