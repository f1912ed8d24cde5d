/**
 * The choice tape: every choice that the kernel draws, keyed by what it is about and not by when it was made.
 *
 * Because a draw depends on (seed, key) alone, taking one choice out of a run leaves all others as they are, and a run
 * can be played again from its tape. A choice that is not on a given tape takes its mildest value, which is always 0:
 * no delay, no loss, the first of a list.
 */
export class Tape {
  readonly #low: number;
  readonly #high: number;
  readonly #given: ReadonlyMap<string, number> | undefined;
  readonly #recorded: Map<string, number> | undefined;

  /**
   * @param seed the run's seed, an integer 0 … 2^53−1
   * @param given when present, choices come from here and from nowhere else
   * @param record keep what was drawn, for `recorded()`
   */
  constructor(seed: number, given?: ReadonlyMap<string, number>, record = false) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new RangeError(`seed must be an integer 0 … 2^53−1, not ${seed}`);
    [this.#low, this.#high] = lanes(seed);
    this.#given = given;
    this.#recorded = record ? new Map() : undefined;
  }

  /** An integer 0 … count−1; 0 is the mildest. */
  below(key: string, count: number): number {
    const value =
      this.#given === undefined
        ? Math.floor(uniform(this.#low, this.#high, key) * count)
        : Math.min(this.#given.get(key) ?? 0, count - 1);
    if (value !== 0) this.#recorded?.set(key, value);
    return value;
  }

  /** True with the given probability; false is the mildest. */
  chance(key: string, probability: number): boolean {
    const happens =
      this.#given === undefined ? uniform(this.#low, this.#high, key) >= 1 - probability : this.#given.get(key) === 1;
    if (happens) this.#recorded?.set(key, 1);
    return happens;
  }

  /** Four 32-bit words that no choice on the tape can change: the seed of a peer's own random stream. */
  words(key: string): readonly [number, number, number, number] {
    const [a, b] = hash(this.#low, this.#high, `${key}/a`);
    const [c, d] = hash(this.#low, this.#high, `${key}/b`);
    return [a, b, c, d];
  }

  /** All choices of this run that were not the mildest. */
  recorded(): ReadonlyMap<string, number> {
    return this.#recorded ?? new Map();
  }
}

const TWO_32 = 0x1_0000_0000;

/** A number in [0, 1) with 53 random bits. */
function uniform(low: number, high: number, key: string): number {
  const [a, b] = hash(low, high, key);
  return ((a >>> 5) * 0x400_0000 + (b >>> 6)) / 0x20_0000_0000_0000;
}

/** The seed's two halves, each mixed with the other, so that seeds that lie close give streams that do not. */
function lanes(seed: number): [low: number, high: number] {
  const high = finish(Math.floor(seed / TWO_32) ^ 0x27d4eb2f);
  const low = finish((seed >>> 0) ^ high ^ 0x9e3779b9);
  return [low, finish(high ^ Math.imul(low, 0x85ebca6b))];
}

const pair: [number, number] = [0, 0];

/** Two 32-bit lanes over the key's UTF-16 units, each finished with an avalanche. The array given back is used again. */
function hash(low: number, high: number, key: string): [number, number] {
  let a = low;
  let b = high;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x85ebca77);
    a ^= a >>> 15;
    b = Math.imul(b ^ unit, 0xc2b2ae3d);
    b ^= b >>> 13;
  }
  pair[0] = finish(a ^ Math.imul(b, 0x2c1b3c6d));
  pair[1] = finish(b ^ pair[0] ^ key.length);
  return pair;
}

function finish(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A seed 0 … 2^53−1 that is hashed from a key; the base seed cannot be had back from it in practice. */
export function derivedSeed(base: number, key: string): number {
  const [low, high] = lanes(base);
  return Math.floor(uniform(low, high, key) * 0x20_0000_0000_0000);
}
