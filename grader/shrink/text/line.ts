import { ScriptError, shown, type Token, tokensOf } from "./tokens.ts";

/** Longer ones are not written out. */
const PADDED_CHARS_MAX = 100_000;

/** One line of a scenario file, read from left to right. Everything that does not find what it wants throws `ScriptError`. */
export class Line {
  readonly number: number;
  readonly #tokens: readonly Token[];
  readonly #end: number;
  #at = 0;

  constructor(text: string, number: number) {
    this.number = number;
    this.#tokens = tokensOf(text, number);
    const last = this.#tokens.at(-1);
    this.#end = last === undefined ? 1 : last.column + last.text.length;
  }

  get isEmpty(): boolean {
    return this.#tokens.length === 0;
  }

  get isOver(): boolean {
    return this.#at >= this.#tokens.length;
  }

  get isAtNumber(): boolean {
    return this.#tokens[this.#at]?.kind === "number";
  }

  /** The next word or mark, if it is this one. */
  takes(text: string): boolean {
    const next = this.#tokens[this.#at];
    if (next === undefined || next.text !== text || (next.kind !== "word" && next.kind !== "mark")) return false;
    this.#at++;
    return true;
  }

  needs(text: string): void {
    if (!this.takes(text)) this.fail(`"${text}"`);
  }

  /** One of these words. `told`: those that are said to be allowed. */
  oneOf<T extends string>(words: readonly T[], what: string, told: readonly string[] = words): T {
    const next = this.#tokens[this.#at];
    const found = next?.kind === "word" ? words.find((word) => word === next.text) : undefined;
    if (found === undefined) this.fail(`${what}: ${told.join(", ")}`);
    this.#at++;
    return found;
  }

  /** A name that is none of these words; undefined when there is none. */
  name(except: readonly string[]): string | undefined {
    const next = this.#tokens[this.#at];
    if (next?.kind === "text") {
      this.#at++;
      return next.value as string;
    }
    if (next?.kind !== "word" || except.includes(next.text)) return undefined;
    this.#at++;
    return next.text;
  }

  /** An integer in a range, both ends included. */
  integer(what: string, min: number, max: number): number {
    const value = this.#number(`${what}, ${min} to ${max}`);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    this.#at--;
    return this.fail(`${what}, ${min} to ${max}`);
  }

  /** A length of time with its unit, in milliseconds; to the microsecond. */
  time(what: string, maxMs: number): number {
    const value = this.#number(`${what}, such as "3 s" or "250 ms"`);
    const ms = this.oneOf(["s", "ms"], "a unit") === "s" ? value * 1000 : value;
    const rounded = Math.round(ms * 1000) / 1000;
    if (rounded >= 0 && rounded <= maxMs) return rounded;
    this.#at -= 2;
    return this.fail(`${what} of at most ${maxMs / 1000} s`);
  }

  /** Any piece of data, as JSON writes it. */
  data(what: string): unknown {
    const next = this.#tokens[this.#at];
    if (next === undefined || next.kind === "word" || next.kind === "mark") this.fail(`${what}, such as 7 or "x"`);
    this.#at++;
    return next.value;
  }

  /** A text in quotes; `padded to` makes it longer. */
  text(what: string): string {
    const next = this.#tokens[this.#at];
    if (next?.kind !== "text") this.fail(`${what}, a text such as "x"`);
    this.#at++;
    return this.padded(next.value) as string;
  }

  /** A value, made longer where the line says so. */
  padded(value: unknown): unknown {
    if (!this.takes("padded")) return value;
    this.needs("to");
    const size = this.integer("a number of characters", 1, PADDED_CHARS_MAX);
    if (typeof value !== "string") this.fail('a text before "padded"');
    return value.padEnd(size, "x");
  }

  /** Nothing may follow. `allowed`: what might have. */
  end(...allowed: readonly string[]): void {
    if (!this.isOver) this.fail(["the end of the line", ...allowed].join(", or "));
  }

  fail(wanted: string): never {
    const next = this.#tokens[this.#at];
    const column = next?.column ?? this.#end;
    const there = next === undefined ? "the line ends" : `there is ${shown(next.text)}`;
    throw new ScriptError(this.number, column, `here must be ${wanted}; ${there}`);
  }

  #number(what: string): number {
    const next = this.#tokens[this.#at];
    if (next?.kind !== "number") this.fail(what);
    this.#at++;
    return next.value as number;
  }
}
