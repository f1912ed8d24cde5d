import type { Position } from "./messages.ts";

/**
 * Entries that a peer must have in its log, by what it said and did: never all of them, in order of index. Terms do not
 * fall along a log, so the last one decides how up to date the log is at least.
 */
export class KnownLog {
  readonly #indices: number[] = [];
  readonly #terms: number[] = [];

  get end(): Position {
    return { index: this.#indices.at(-1) ?? 0, term: this.#terms.at(-1) ?? 0 };
  }

  /**
   * Adds an entry, and says whether that was news. Below the end nothing is added: that it is known to be longer matters
   * more.
   */
  add(index: number, term: number): boolean {
    if (index === 0 || this.termAt(index) === term) return false;
    if (index <= this.end.index) {
      if (this.termAt(index) === null) return false;
      this.cutFrom(index);
    }
    this.#indices.push(index);
    this.#terms.push(term);
    return true;
  }

  /** The term of the entry at an index; null when it is not known. */
  termAt(index: number): number | null {
    let low = 0;
    let high = this.#indices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#indices[middle] as number) < index) low = middle + 1;
      else high = middle;
    }
    return this.#indices[low] === index ? (this.#terms[low] as number) : null;
  }

  /** From that index on nothing is known any more. */
  cutFrom(index: number): void {
    while ((this.#indices.at(-1) ?? -1) >= index) {
      this.#indices.pop();
      this.#terms.pop();
    }
  }

  /** What a request says that is not so here: the first index at which another term is known; null when there is none. */
  conflictWith(prev: Position, terms: readonly number[]): number | null {
    for (let i = -1; i < terms.length; i++) {
      const known = this.termAt(prev.index + 1 + i);
      if (known !== null && known !== (i < 0 ? prev.term : terms[i])) return prev.index + 1 + i;
    }
    return null;
  }

  /**
   * The first index at which what a request says may not be so here, so that what is known behind it may be gone: another term is
   * known there, or none, and more behind it. Null when there is none. What is known to be the same is so with all before it; up to
   * `sameUpTo` it is in any case.
   */
  mayDifferFrom(prev: Position, terms: readonly number[], sameUpTo: number): number | null {
    const toldAt = (index: number) => (index === prev.index ? prev.term : terms[index - prev.index - 1]);
    let index = prev.index + terms.length;
    while (index >= prev.index && index > sameUpTo && this.termAt(index) !== toldAt(index)) index--;
    for (index = Math.max(index + 1, prev.index); index <= prev.index + terms.length; index++) {
      const known = this.termAt(index);
      if (known === null ? index < this.end.index : known !== toldAt(index)) return index;
    }
    return null;
  }
}

/** So many terms are remembered of one index; a right run has one or two. */
const TERMS_MAX = 16;

/** All entries that a peer was ever given, whatever became of them. */
export class GivenEntries {
  readonly #terms = new Map<number, number[]>();
  highest = 0;

  /** Whether it was new. */
  add(index: number, term: number): boolean {
    const terms = this.#terms.get(index);
    if (terms === undefined) this.#terms.set(index, [term]);
    else if (terms.includes(term) || terms.length >= TERMS_MAX) return false;
    else terms.push(term);
    this.highest = Math.max(this.highest, index);
    return true;
  }

  has(index: number, term: number): boolean {
    const terms = this.#terms.get(index);
    return terms !== undefined && (terms.includes(term) || terms.length >= TERMS_MAX);
  }
}
