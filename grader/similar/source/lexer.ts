/** One token of TypeScript or JavaScript, as it was written. */
export interface Token {
  readonly kind: "word" | "number" | "string" | "regex" | "sign";
  /** Of strings, template texts and regular expressions nothing: what they say makes no difference. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Longest first among those that begin alike. */
const SIGNS = [
  ...[">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??="],
  ...["=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="],
  ...["<<", ">>", "**"],
];
const SIGNS_BY_FIRST = new Map<string, readonly string[]>();
for (const sign of SIGNS) {
  const first = sign.charAt(0);
  SIGNS_BY_FIRST.set(first, [...(SIGNS_BY_FIRST.get(first) ?? []), sign]);
}

/** After these words a slash begins a regular expression, and no operand ends. */
const BEFORE_OPERAND = new Set(
  "return typeof case in of throw yield await else do new delete void instanceof extends default".split(" "),
);

/** Whether a token ends an operand, so that what follows is an operator, an index, or arguments. */
export function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === "word") return !BEFORE_OPERAND.has(token.text);
  return token.kind !== "sign" || token.text === ")" || token.text === "]" || token.text === "}";
}

/**
 * The tokens of a source, without comments, and whatever it holds: what is no program gives some tokens too. Takes time in
 * proportion to the text, and no recursion.
 *
 * @param mostTokens What is behind so many is left out.
 */
export function tokensOf(text: string, mostTokens: number): readonly Token[] {
  const lexer = new Lexer(text);
  while (lexer.tokens.length < mostTokens && lexer.step());
  return lexer.tokens;
}

class Lexer {
  readonly tokens: Token[] = [];
  private at = 0;
  private line = 1;
  /** For each open brace: whether it is a template's, after which the template goes on. */
  private readonly braces: boolean[] = [];

  constructor(private readonly text: string) {
    if (text.startsWith("#!")) this.skipTo(text.indexOf("\n"));
  }

  /** Reads one token, comment or blank. Gives false at the end. */
  step(): boolean {
    const { text, at } = this;
    if (at >= text.length) return false;
    const letter = text.charAt(at);
    const next = text.charAt(at + 1);
    if (letter === "\n") {
      this.line++;
      this.at++;
    } else if (isBlank(letter)) this.at++;
    else if (letter === "/" && next === "/") this.skipTo(text.indexOf("\n", at));
    else if (letter === "/" && next === "*") this.skipTo(behind(text.indexOf("*/", at + 2), 2));
    else if (isDigit(letter) || (letter === "." && isDigit(next))) this.take("number", endOfWord(text, at + 1, true));
    else if (isWordLetter(letter)) this.take("word", endOfWord(text, at + 1, false));
    else if (letter === '"' || letter === "'") this.takeSilent("string", endOfString(text, at));
    else if (letter === "`") this.takeTemplate();
    else if (letter === "}" && this.braces.pop() === true) this.takeTemplate();
    else if (letter === "/" && !endsOperand(this.tokens.at(-1))) this.takeSilent("regex", endOfRegex(text, at));
    else this.takeSign(letter);
    return true;
  }

  private takeSign(letter: string): void {
    if (letter === "{") this.braces.push(false);
    const sign = SIGNS_BY_FIRST.get(letter)?.find((one) => this.text.startsWith(one, this.at)) ?? letter;
    // `a?.5:b` has no chain.
    const isTernary = sign === "?." && isDigit(this.text.charAt(this.at + 2));
    this.take("sign", this.at + (isTernary ? 1 : sign.length));
  }

  /** From a template's beginning, or the end of what stands in it, up to its end or the next `${`. */
  private takeTemplate(): void {
    const { text } = this;
    let end = this.at + 1;
    while (end < text.length && text.charAt(end) !== "`" && !text.startsWith("${", end)) {
      end += text.charAt(end) === "\\" ? 2 : 1;
    }
    const isOpen = text.charAt(end) === "$";
    if (isOpen) this.braces.push(true);
    this.takeSilent("string", end + (isOpen ? 2 : 1));
  }

  private take(kind: Token["kind"], end: number): void {
    this.tokens.push({ kind, text: this.text.slice(this.at, end), line: this.line });
    this.at = end;
  }

  private takeSilent(kind: Token["kind"], end: number): void {
    this.tokens.push({ kind, text: "", line: this.line });
    this.skipTo(end);
  }

  /** -1: to the end. */
  private skipTo(end: number): void {
    const stop = end === -1 ? this.text.length : Math.min(end, this.text.length);
    for (; this.at < stop; this.at++) if (this.text.charCodeAt(this.at) === 0x0a) this.line++;
  }
}

function behind(index: number, length: number): number {
  return index === -1 ? -1 : index + length;
}

function isBlank(letter: string): boolean {
  return letter <= " " || letter === "\u00a0" || letter === "\ufeff";
}

function isDigit(letter: string): boolean {
  return letter >= "0" && letter <= "9";
}

function isWordLetter(letter: string): boolean {
  return (
    (letter >= "a" && letter <= "z") ||
    (letter >= "A" && letter <= "Z") ||
    letter === "_" ||
    letter === "$" ||
    letter === "#" ||
    letter === "@" ||
    letter === "\\" ||
    letter > "\u007f"
  );
}

function endOfWord(text: string, start: number, isNumber: boolean): number {
  let end = start;
  for (; end < text.length; end++) {
    const letter = text.charAt(end);
    if (!isWordLetter(letter) && !isDigit(letter) && !(isNumber && letter === ".")) break;
  }
  return end;
}

/** A string ends with its line, if not before. */
function endOfString(text: string, start: number): number {
  const quote = text.charAt(start);
  let end = start + 1;
  while (end < text.length && text.charAt(end) !== quote && text.charAt(end) !== "\n") {
    end += text.charAt(end) === "\\" ? 2 : 1;
  }
  return end + (text.charAt(end) === quote ? 1 : 0);
}

/** Longer ones nobody writes; so that slashes which begin none cost little each. */
const MAX_REGEX_LETTERS = 200;

/** With its flags; what does not end on its line is one sign. */
function endOfRegex(text: string, start: number): number {
  const stop = Math.min(text.length, start + MAX_REGEX_LETTERS);
  let isInClass = false;
  for (let end = start + 1; end < stop && text.charAt(end) !== "\n"; end++) {
    const letter = text.charAt(end);
    if (letter === "\\") end++;
    else if (letter === "[") isInClass = true;
    else if (letter === "]") isInClass = false;
    else if (letter === "/" && !isInClass) return endOfWord(text, end + 1, false);
  }
  return start + 1;
}
