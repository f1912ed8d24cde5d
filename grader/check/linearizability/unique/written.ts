import { isSilent, type KeyOperation } from "../history.ts";

/** Why the exact check does not apply to the operations of a key. */
export type Inapplicable = "a value is written twice" | "one value begins another" | "a failed cas says no value";

/**
 * The values that a key's writes write: each once, and none the beginning of another. So what stands under the key, a value
 * with others appended, can be read in one way only, and names all who wrote it.
 */
export class Written {
  /** What each operation writes; "" for a get. */
  readonly #texts: readonly string[];
  /** Values in the order of texts, and who writes them. */
  readonly #values: readonly string[];
  readonly #writers: readonly number[];
  readonly #longest: number;

  private constructor(operations: readonly KeyOperation[]) {
    const texts = operations.map((operation) => (operation.kind === "get" ? "" : operation.value));
    this.#texts = texts;
    const writers = operations.flatMap(({ kind }, i) => (kind === "get" ? [] : [i]));
    writers.sort((a, b) => {
      const one = texts[a] as string;
      const other = texts[b] as string;
      return one < other ? -1 : one > other ? 1 : 0;
    });
    this.#writers = writers;
    this.#values = writers.map((i) => texts[i] as string);
    this.#longest = this.#values.reduce((longest, { length }) => Math.max(longest, length), 0);
  }

  /** The values written by these operations on one key, or why they are not fit for the exact check. */
  static of(operations: readonly KeyOperation[]): Written | Inapplicable {
    if (operations.some(isSilent)) return "a failed cas says no value";
    const written = new Written(operations);
    return written.#problem() ?? written;
  }

  #problem(): Inapplicable | null {
    const values = this.#values;
    if (values[0] === "") return "one value begins another";
    // In the order of texts, what begins with a text follows it at once.
    for (let i = 1; i < values.length; i++) {
      const [before, value] = [values[i - 1] as string, values[i] as string];
      if (value === before) return "a value is written twice";
      if (value.startsWith(before)) return "one value begins another";
    }
    return null;
  }

  /** What an operation writes; nothing for a get. */
  valueOf(i: number): string {
    return this.#texts[i] as string;
  }

  /** Which operation writes what `text` goes on with at `from`; -1: none does. */
  writerAt(text: string, from: number): number {
    const values = this.#values;
    const rest = text.slice(from, from + this.#longest);
    // The greatest that is not greater: whatever lies between a text and one that it begins, it begins too.
    let [low, high] = [0, values.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((values[middle] as string) <= rest) low = middle + 1;
      else high = middle;
    }
    return low > 0 && rest.startsWith(values[low - 1] as string) ? (this.#writers[low - 1] as number) : -1;
  }
}
