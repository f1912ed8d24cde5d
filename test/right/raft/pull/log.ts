export interface Entry {
  term: number;
  command: unknown;
}

/** Where an entry stands, and in which term it was made. */
export interface Position {
  index: number;
  term: number;
}

/** The entries after `start`, which is the last one of the snapshot. */
export class Log {
  constructor(
    public start: Position = { index: 0, term: 0 },
    public entries: Entry[] = [],
  ) {}

  get end(): Position {
    const index = this.start.index + this.entries.length;
    return { index, term: this.termAt(index) };
  }

  at(index: number): Entry {
    const entry = this.entries[index - this.start.index - 1];
    if (entry === undefined) throw new RangeError(`no entry ${index} after ${this.start.index}`);
    return entry;
  }

  termAt(index: number): number {
    return index === this.start.index ? this.start.term : this.at(index).term;
  }

  after(index: number, limit: number): Entry[] {
    const offset = index - this.start.index;
    return this.entries.slice(offset, offset + limit);
  }

  /** The last entry at or before that index whose term is not beyond that term; the start when there is none. */
  lastNotBeyond({ index, term }: Position): Position {
    let at = Math.min(index, this.end.index);
    while (at > this.start.index && this.termAt(at) > term) at--;
    return { index: at, term: this.termAt(at) };
  }

  append(entry: Entry): void {
    this.entries.push(entry);
  }

  truncateAfter(index: number): void {
    this.entries.length = index - this.start.index;
  }

  /** That entry is the new start. What follows it stays if it is in this log. */
  dropUpTo(start: Position): void {
    const isKept = start.index <= this.end.index && this.termAt(start.index) === start.term;
    this.entries = isKept ? this.entries.slice(start.index - this.start.index) : [];
    this.start = start;
  }
}
