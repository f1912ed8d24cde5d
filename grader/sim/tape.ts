import { createHash } from "node:crypto";
import { sipHash, type Word64 } from "./sip-hash.ts";

/**
 * The choice tape: every choice that the kernel draws, keyed by what it is about and not by when it was made.
 *
 * Because a draw depends on (seed, key) alone, taking one choice out of a run leaves all others as they are, and a run
 * can be played again from its tape. A choice that is not on a given tape takes its mildest value, which is always 0:
 * no delay, no loss, the first of a list.
 *
 * Peers see much of what is drawn: when messages come, their own random numbers. None of it leads back to the seed, nor to
 * anything else that is drawn: the seed goes through SHA-256, which gives a key for choices and one for random streams.
 */
export class Tape {
  readonly #hash: (key: string) => Word64;
  readonly #streamKey: Uint8Array;
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
    const keys = createHash("sha256").update(`consensus-labs run\n${seed}`).digest();
    this.#hash = sipHash(keys.subarray(0, 16));
    this.#streamKey = keys.subarray(16);
    this.#given = given;
    this.#recorded = record ? new Map() : undefined;
  }

  /** An integer 0 … count−1; 0 is the mildest. */
  below(key: string, count: number): number {
    const value =
      this.#given === undefined
        ? Math.floor(this.#uniform(key) * count)
        : Math.min(this.#given.get(key) ?? 0, count - 1);
    if (value !== 0) this.#recorded?.set(key, value);
    return value;
  }

  /** True with the given probability; false is the mildest. */
  chance(key: string, probability: number): boolean {
    const happens = this.#given === undefined ? this.#uniform(key) >= 1 - probability : this.#given.get(key) === 1;
    if (happens) this.#recorded?.set(key, 1);
    return happens;
  }

  /** Four 32-bit words that no choice on the tape can change: the seed of a peer's own random stream. */
  words(key: string): readonly [number, number, number, number] {
    const digest = createHash("sha256").update(this.#streamKey).update(key).digest();
    return [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12)];
  }

  /** All choices of this run that were not the mildest. */
  recorded(): ReadonlyMap<string, number> {
    return this.#recorded ?? new Map();
  }

  /** A number in [0, 1) with 53 random bits. */
  #uniform(key: string): number {
    const { high, low } = this.#hash(key);
    return ((high >>> 5) * 0x400_0000 + (low >>> 6)) / 0x20_0000_0000_0000;
  }
}
