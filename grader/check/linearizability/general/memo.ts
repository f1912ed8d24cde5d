/**
 * A set of rows of small integers, exact: what counts as met was met. Rows of one first number must be of one length. They lie one
 * after the other in one array, so that millions of them cost little more than their numbers.
 */
export class Memo {
  #rows = new Int32Array(1 << 12);
  #used = 1;
  /** Where rows begin, by their hash; 0 where none does. */
  #slots = new Int32Array(1 << 10);
  #count = 0;

  /** How many integers it keeps. */
  get size(): number {
    return this.#used;
  }

  /** Adds a row; false when it is there. */
  add(row: Int32Array, length: number): boolean {
    if (this.#count * 2 >= this.#slots.length) this.#widen();
    const mask = this.#slots.length - 1;
    let slot = hashOf(row, 0, length) & mask;
    for (let at = this.#slots[slot] as number; at !== 0; at = this.#slots[slot] as number) {
      if (this.#isAt(at, row, length)) return false;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.#append(row, length);
    this.#count++;
    return true;
  }

  #isAt(at: number, row: Int32Array, length: number): boolean {
    const rows = this.#rows;
    if (rows[at - 1] !== length) return false;
    for (let i = 0; i < length; i++) if (rows[at + i] !== row[i]) return false;
    return true;
  }

  #append(row: Int32Array, length: number): number {
    const at = this.#used + 1;
    this.#used = at + length;
    if (this.#used > this.#rows.length) {
      const rows = new Int32Array(2 * this.#used);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#rows[at - 1] = length;
    for (let i = 0; i < length; i++) this.#rows[at + i] = row[i] as number;
    return at;
  }

  #widen(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (const at of this.#slots) {
      if (at === 0) continue;
      let slot = hashOf(this.#rows, at, this.#rows[at - 1] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = at;
    }
    this.#slots = slots;
  }
}

function hashOf(row: Int32Array, from: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < from + length; i++) {
    hash = Math.imul(hash ^ (row[i] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return Math.imul(hash, 0x85ebca6b) >>> 7;
}
