import { endsOperand, type Token } from "./lexer.ts";
import { endOfType, endOfTypeArguments } from "./type-end.ts";

/**
 * The tokens without what TypeScript adds to JavaScript, and without imports and exports: a source and its own JavaScript
 * give nearly the same. It goes by what stands around a token, not by a grammar, so that sources with errors can be compared
 * too; where it is wrong, a few tokens of a type stay.
 */
export function withoutTypes(tokens: readonly Token[]): readonly Token[] {
  const stripper = new Stripper(tokens);
  stripper.run();
  return stripper.kept;
}

type BracketKind = "paren" | "square" | "block" | "class" | "object";

interface Bracket {
  readonly kind: BracketKind;
  /** Ternaries that wait for their colon. */
  ternaries: number;
  /** After `case`, up to its colon. */
  isCase: boolean;
}

const MODIFIERS = new Set(
  "public private protected readonly override declare abstract static export default".split(" "),
);
/** More names nobody imports at once. */
const MAX_IMPORT_TOKENS = 400;
const CLOSING = new Set([")", "]", "}"]);
/** What an optional parameter or field has behind its question mark. */
const BEHIND_OPTIONAL = new Set([":", ",", ")", "=", ";"]);
/** After one of these a brace opens an object. */
const BEFORE_OBJECT = new Set(
  "= ( , [ ? : && || ?? ... ??= ||= &&= return of in yield await throw const let var".split(" "),
);

class Stripper {
  readonly kept: Token[] = [];
  private at = 0;
  private brackets: Bracket[] = [{ kind: "block", ternaries: 0, isCase: false }];
  private isInClassHead = false;

  constructor(private readonly tokens: readonly Token[]) {}

  run(): void {
    while (this.at < this.tokens.length) {
      const start = this.at;
      const isMember = this.textAt(start - 1) === "." || this.textAt(start - 1) === "?.";
      const end = isMember ? start : this.endOfOmission();
      if (end > start) this.at = end;
      else this.keep();
    }
  }

  private keep(): void {
    const token = this.tokens[this.at++] as Token;
    const { text, kind } = token;
    if (kind === "word") this.noteWord(text, this.kept.at(-1));
    else if (text === "(" || text === "[") this.open(text === "(" ? "paren" : "square");
    else if (text === "{") this.open(this.braceKind());
    else if (CLOSING.has(text) && this.brackets.length > 1) this.brackets.pop();
    else if (text === "?") this.top.ternaries++;
    else if (text === ":") this.noteColon();
    else if (text === ";") this.top.ternaries = 0;
    this.kept.push(token);
  }

  /** Where what begins here and is left out ends; here, where it is kept. */
  private endOfOmission(): number {
    const { kind, text } = this.tokens[this.at] as Token;
    if (kind === "word") return this.endOfWords(text);
    if (text === ":") return this.isAnnotation() ? this.typeEnd(this.textAt(this.at - 1) !== ")") : this.at;
    if (text === "?") return BEHIND_OPTIONAL.has(this.textAt(this.at + 1)) ? this.at + 1 : this.at;
    // What is not null says so behind itself; what is negated, before.
    if (text === "!") return endsOperand(this.kept.at(-1)) && !this.isOnNewLine() ? this.at + 1 : this.at;
    if (text === "<") return endOfTypeArguments(this.tokens, this.at);
    return this.at;
  }

  private endOfWords(text: string): number {
    const { at } = this;
    const next = this.textAt(at + 1);
    const isBeforeWord = this.tokens[at + 1]?.kind === "word" && this.tokens[at + 1]?.line === this.tokens[at]?.line;
    if (text === "import" && next !== "(" && next !== ".") return this.endOfImport();
    if (text === "export" && (next === "{" || next === "*")) return this.endOfImport();
    if (text === "interface" && isBeforeWord && !this.isValue()) return this.endOfInterface();
    if (text === "type" && isBeforeWord && !this.isValue()) return this.endOfAlias();
    if ((text === "as" || text === "satisfies") && endsOperand(this.kept.at(-1)) && !this.isOnNewLine())
      return this.typeEnd(true);
    if (text === "implements" && this.isInClassHead) return this.endOfInterface() - 1;
    if (MODIFIERS.has(text) && (isBeforeWord || next === "[" || next === "{" || next === "*"))
      return text === "default" && this.top.kind !== "block" ? at : at + 1;
    return at;
  }

  private typeEnd(allowsArrow: boolean): number {
    return endOfType(this.tokens, this.at + 1, { allowsArrow, endsWithLine: this.top.kind === "class" });
  }

  /** A statement of imports, or of what is passed on: up to the string that names a module, or to its closing brace. */
  private endOfImport(): number {
    const { tokens, at } = this;
    const stop = Math.min(tokens.length, at + MAX_IMPORT_TOKENS);
    for (let end = at + 1; end < stop; end++) {
      const { kind, text } = tokens[end] as Token;
      if (kind === "string") return this.textAt(end + 1) === ";" ? end + 2 : end + 1;
      if (text === ";") return end + 1;
      if (text === "(" || text === "=") return at;
      if (text === "}" && this.textAt(end + 1) !== "from") return this.textAt(end + 1) === ";" ? end + 2 : end + 1;
    }
    return at + 1;
  }

  /** Behind the braces. */
  private endOfInterface(): number {
    const { tokens, at } = this;
    let open = at + 1;
    while (open < tokens.length && this.textAt(open) !== "{") open++;
    if (this.textAt(at) === "implements") return open + 1;
    let depth = 0;
    for (let end = open; end < tokens.length; end++) {
      const text = this.textAt(end);
      if (text === "{") depth++;
      else if (text === "}" && --depth === 0) return end + 1;
    }
    return tokens.length;
  }

  private endOfAlias(): number {
    const { tokens, at } = this;
    const name = at + 2;
    const equals = this.textAt(name) === "<" ? endOfTypeArguments(tokens, name, true) : name;
    if (this.textAt(equals) !== "=") return at;
    const end = endOfType(tokens, equals + 1, { allowsArrow: true, endsWithLine: true, allowsConditions: true });
    return this.textAt(end) === ";" ? end + 1 : end;
  }

  private isAnnotation(): boolean {
    const { kind, ternaries, isCase } = this.top;
    if (ternaries > 0 || isCase) return false;
    return kind === "object" ? this.textAt(this.at - 1) === ")" : true;
  }

  private noteWord(text: string, before: Token | undefined): void {
    if (before?.text === "." || before?.text === "?.") return;
    if (text === "class") this.isInClassHead = true;
    if (text === "case" || (text === "default" && this.textAt(this.at) === ":")) this.top.isCase = true;
  }

  private noteColon(): void {
    if (this.top.ternaries > 0) this.top.ternaries--;
    else this.top.isCase = false;
  }

  private braceKind(): BracketKind {
    if (this.isInClassHead) {
      this.isInClassHead = false;
      return "class";
    }
    const before = this.kept.at(-1)?.text ?? ";";
    // Behind the colon of a case stands a block.
    if (before === ":" && this.top.kind === "block") return "block";
    return BEFORE_OBJECT.has(before) ? "object" : "block";
  }

  private open(kind: BracketKind): void {
    this.brackets.push({ kind, ternaries: 0, isCase: false });
  }

  private get top(): Bracket {
    return this.brackets.at(-1) as Bracket;
  }

  private textAt(index: number): string {
    return this.tokens[index]?.text ?? "";
  }

  /** Whether the word before makes this one part of an expression. */
  private isValue(): boolean {
    const before = this.kept.at(-1);
    return before !== undefined && before.kind === "sign" && ![";", "}", "{"].includes(before.text);
  }

  private isOnNewLine(): boolean {
    return this.tokens[this.at - 1]?.line !== this.tokens[this.at]?.line;
  }
}
