/** A log with an entry at every place: the first one stands for the last of the snapshot, or for none. */
export class Log {
  constructor(base = 0, entries = [{ term: 0, command: null }]) {
    this.base = base;
    this.entries = entries;
  }

  get last() {
    return this.base + this.entries.length - 1;
  }

  at(index) {
    return this.entries[index - this.base];
  }

  termAt(index) {
    return this.at(index).term;
  }

  from(index, limit) {
    return this.entries.slice(index - this.base, index - this.base + limit);
  }

  /** The entry is the last one then. */
  put(index, entry) {
    this.entries.length = index - this.base;
    this.entries.push(entry);
  }

  trimTo(index) {
    this.entries = [{ term: this.termAt(index), command: null }, ...this.entries.slice(index - this.base + 1)];
    this.base = index;
  }
}
