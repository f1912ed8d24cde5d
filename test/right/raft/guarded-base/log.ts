import { encode } from "consensus-labs";
import type { Entry, Position } from "./types.ts";

/** An entry, and its bytes: the log is saved often, and each entry encoded once. */
interface Slot {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
}

/** The entries behind `base`, which is the last one that the snapshot covers, or nothing at index 0. */
export class Log {
  private slots: Slot[] = [];

  constructor(
    private start: Position = { index: 0, term: 0 },
    entries: readonly Entry[] = [],
  ) {
    for (const entry of entries) this.append(entry);
  }

  get base(): Position {
    return this.start;
  }

  get last(): Position {
    const index = this.start.index + this.slots.length;
    return { index, term: this.slots.at(-1)?.entry.term ?? this.start.term };
  }

  get bytes(): Uint8Array[] {
    return this.slots.map(({ bytes }) => bytes);
  }

  entryAt(index: number): Entry | undefined {
    return this.slots[index - this.start.index - 1]?.entry;
  }

  /** Undefined before the base and beyond the end. */
  termAt(index: number): number | undefined {
    return index === this.start.index ? this.start.term : this.entryAt(index)?.term;
  }

  holds({ index, term }: Position): boolean {
    return this.termAt(index) === term;
  }

  entriesFrom(index: number, limit: number): Entry[] {
    const from = index - this.start.index - 1;
    return this.slots.slice(from, from + limit).map(({ entry }) => entry);
  }

  /** Whether a log that ends there is at least as up to date as this one. */
  isCoveredBy({ index, term }: Position): boolean {
    const { last } = this;
    return term > last.term || (term === last.term && index >= last.index);
  }

  append(entry: Entry): void {
    this.slots.push({ entry, bytes: encode(entry) });
  }

  /** Takes over what follows `previous`, which this log holds; says whether that changed it. */
  merge(previous: Position, entries: readonly Entry[]): boolean {
    const news = entries.findIndex(({ term }, i) => !this.holds({ index: previous.index + 1 + i, term }));
    if (news < 0) return false;
    this.slots.length = previous.index + news - this.start.index;
    for (const entry of entries.slice(news)) this.append(entry);
    return true;
  }

  /** The last entry, not beyond `limit`, that can be in a log where the one at `limit` has that term or an older one. */
  lastUpTo({ index: limit, term: limitTerm }: Position): Position {
    let index = Math.min(limit, this.last.index);
    while (index > this.start.index && (this.termAt(index) as number) > limitTerm) index--;
    return { index, term: this.termAt(index) ?? limitTerm };
  }

  /** A snapshot covers everything up to there, and the log holds that entry. */
  compactTo(index: number): void {
    const term = this.termAt(index) as number;
    this.slots.splice(0, index - this.start.index);
    this.start = { index, term };
  }

  /** A snapshot takes the place of everything. */
  restartAt(end: Position): void {
    this.slots = [];
    this.start = end;
  }
}
