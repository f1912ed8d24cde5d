export interface LogEntry {
  term: number;
  command: unknown;
}

/** The entries after `base`, which a snapshot covers up to and with it. */
export class Log {
  constructor(
    public base = 0,
    public baseTerm = 0,
    public entries: LogEntry[] = [],
  ) {}

  get last(): number {
    return this.base + this.entries.length;
  }

  get lastTerm(): number {
    return this.termAt(this.last);
  }

  at(index: number): LogEntry {
    return this.entries[index - this.base - 1] as LogEntry;
  }

  termAt(index: number): number {
    return index === this.base ? this.baseTerm : this.at(index).term;
  }

  from(index: number, most: number): LogEntry[] {
    return this.entries.slice(index - this.base - 1, index - this.base - 1 + most);
  }

  /** Takes over entries that follow `prev`; says whether anything changed. */
  merge(prev: number, entries: readonly LogEntry[]): boolean {
    for (const [i, entry] of entries.entries()) {
      const index = prev + 1 + i;
      if (index <= this.base || (index <= this.last && this.termAt(index) === entry.term)) continue;
      this.entries.splice(index - this.base - 1, Number.POSITIVE_INFINITY, ...entries.slice(i));
      return true;
    }
    return false;
  }

  /** A snapshot covers all up to there. */
  trim(index: number, term: number): void {
    const isKnown = index <= this.last && this.termAt(index) === term;
    this.entries = isKnown ? this.entries.slice(index - this.base) : [];
    this.base = index;
    this.baseTerm = term;
  }
}
