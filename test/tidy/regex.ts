/**
 * Which regular expressions can take more than linear time. JavaScript's go back: where two quantifiers without a bound can
 * share what they match, or a search that fails may begin anew inside what it has read, the time grows with the square of the
 * text or worse. Conservative: some that it names are harmless for other reasons.
 */

/** A part of an expression: what it can match, as flags over `LETTERS`, and how often. */
interface Part {
  readonly letters: readonly boolean[];
  readonly isUnbounded: boolean;
  readonly isOptional: boolean;
}
type Sequence = readonly Part[];

/** Letters that stand for all: ASCII, and some beyond it of each kind that classes tell apart. */
const LETTERS = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  ..."\u0085\u00a0éßİ\u0301\u200b\u2028\u202e＝\ud800😀",
];
const NEWLINE = LETTERS.indexOf("\n");

/** What is wrong with an expression, in words; null when it takes linear time. */
export function backtrackingOf(pattern: string, flags: string): string | null {
  try {
    const parser = new Parser(pattern, flags);
    for (const way of parser.read()) {
      const problem = problemOf(way, flags);
      if (problem !== null) return problem;
    }
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const SHARED = "two quantifiers without a bound can share a text";
const ANEW = "a search that fails begins anew inside of what it read";

interface Way {
  readonly parts: Sequence;
  readonly isAnchored: boolean;
}

function problemOf({ parts, isAnchored }: Way, flags: string): string | null {
  for (const [at, part] of parts.entries()) {
    if (!part.isUnbounded) continue;
    // What follows can be reached inside of what this one matches, and goes on without a bound.
    for (const next of parts.slice(at + 1)) {
      if (next.isUnbounded && overlaps(part.letters, next.letters)) return SHARED;
      if (!next.isOptional && !overlaps(part.letters, next.letters)) break;
    }
    const isLast = parts.slice(at + 1).every((next) => next.isOptional);
    // A search begins anew at each place: what stands before must not lie in what this one reads.
    const mayBegin = parts.slice(0, at).every((before) => before.isOptional || overlaps(before.letters, part.letters));
    const isHeld = isAnchored && !(flags.includes("m") && part.letters[NEWLINE] === true);
    if (!isLast && mayBegin && !isHeld && !flags.includes("y")) return ANEW;
  }
  return null;
}

function overlaps(a: readonly boolean[], b: readonly boolean[]): boolean {
  return a.some((has, i) => has && b[i] === true);
}

const WAYS_MAX = 4_000;

/** Reads a pattern into all ways through its alternatives. */
class Parser {
  private at = 0;

  constructor(
    private readonly pattern: string,
    private readonly flags: string,
  ) {}

  read(): Way[] {
    const ways = this.alternatives();
    if (this.at < this.pattern.length) throw new Error("it cannot be read");
    return ways;
  }

  private alternatives(): Way[] {
    const ways = [...this.sequence()];
    while (this.pattern[this.at] === "|") {
      this.at++;
      ways.push(...this.sequence());
    }
    return ways;
  }

  private sequence(): Way[] {
    let ways: Way[] = [{ parts: [], isAnchored: false }];
    while (this.at < this.pattern.length && !"|)".includes(this.pattern[this.at] as string)) {
      const terms = this.term();
      ways = ways.flatMap((way) =>
        terms.map((term) => ({
          parts: [...way.parts, ...term.parts],
          isAnchored: way.isAnchored || (term.isAnchored && way.parts.every((part) => part.isOptional)),
        })),
      );
      if (ways.length > WAYS_MAX) throw new Error("it has too many ways to be judged");
    }
    return ways;
  }

  private term(): Way[] {
    const { pattern } = this;
    if (pattern[this.at] === "^") {
      this.at++;
      return [{ parts: [], isAnchored: true }];
    }
    const asserted = /^(?:\$|\\[bB])/.exec(pattern.slice(this.at))?.[0];
    if (asserted !== undefined) {
      this.at += asserted.length;
      // An end that must be met is something that can fail.
      return [{ parts: asserted === "$" ? [END] : [], isAnchored: false }];
    }
    const atoms = this.atom();
    const [text = "", least = "", comma = "", most = ""] =
      /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(pattern.slice(this.at)) ?? [];
    this.at += text.length;
    if (text === "") return atoms;
    const isUnbounded = text[0] === "*" || text[0] === "+" || (comma !== "" && most === "");
    const isOptional = text[0] === "*" || text[0] === "?" || least === "0";
    const isSingle = atoms.every(({ parts }) => parts.length === 1 && !parts.some((part) => part.isUnbounded));
    if (isUnbounded && atoms.some(({ parts }) => parts.some((part) => part.isUnbounded)))
      throw new Error("a quantifier without a bound stands inside another one");
    if (isUnbounded && !(isSingle && atoms.length === 1)) {
      const first = atoms.map(({ parts }) => parts[0]?.letters ?? []);
      const isApart = first.every((letters, i) => first.every((other, j) => i === j || !overlaps(letters, other)));
      if (!isApart) throw new Error("alternatives that begin alike are repeated without a bound");
    }
    if (isUnbounded) return [{ parts: [{ letters: unionOf(atoms), isUnbounded, isOptional }], isAnchored: false }];
    return atoms.map(({ parts, isAnchored }) => ({
      parts: parts.map((part) => ({ ...part, isOptional: part.isOptional || isOptional })),
      isAnchored: isAnchored && !isOptional,
    }));
  }

  private atom(): Way[] {
    const { pattern } = this;
    if (pattern[this.at] === "(") return this.group();
    const source =
      /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u....|x..|[\s\S])|[\s\S])/.exec(
        pattern.slice(this.at),
      )?.[0] ?? "";
    if (/^\\[1-9k]/.test(source)) throw new Error("a reference back cannot be judged");
    this.at += source.length;
    return [{ parts: [{ letters: this.lettersOf(source), isUnbounded: false, isOptional: false }], isAnchored: false }];
  }

  private group(): Way[] {
    const head = /^\((?:\?(?:[:=!]|<[=!]|<\w+>))?/.exec(this.pattern.slice(this.at))?.[0] ?? "(";
    this.at += head.length;
    const ways = this.alternatives();
    if (this.pattern[this.at] !== ")") throw new Error("it cannot be read");
    this.at++;
    if (!/^\(\?<?[=!]/.test(head)) return ways;
    // What is looked at is not taken; to look without a bound at each place costs as much as any such search.
    if (ways.some(({ parts }) => parts.some((part) => part.isUnbounded)))
      throw new Error("it looks around without a bound");
    return [{ parts: [], isAnchored: false }];
  }

  private lettersOf(source: string): readonly boolean[] {
    const flags = this.flags.replace(/[gym]/g, "");
    const whole = new RegExp(`^(?:${source})$`, flags);
    return LETTERS.map((letter) => whole.test(letter));
  }
}

const END: Part = { letters: LETTERS.map(() => false), isUnbounded: false, isOptional: false };

function unionOf(ways: readonly Way[]): readonly boolean[] {
  return LETTERS.map((_, i) => ways.some(({ parts }) => parts.some((part) => part.letters[i] === true)));
}
