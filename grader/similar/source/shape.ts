import { endsOperand, type Token } from "./lexer.ts";

/** What is left of a source when names, values, brackets, and the choice between ways to say the same are gone. */
export interface Shape {
  /** A number for each word of it: equal words, equal numbers, in every source. */
  readonly words: Uint8Array;
  /** Of each word, from 1. */
  readonly lines: Uint32Array;
}

/** Names that a submission cannot choose: whoever renames all else must leave them. */
const FIXED_NAMES = (
  "push pop shift unshift slice splice concat map filter reduce some every find findIndex findLast findLastIndex indexOf " +
  "includes sort reverse join fill flat flatMap entries keys values at from of isArray length has get set add delete clear " +
  "size min max floor ceil round random abs now setTimeout clearTimeout setInterval clearInterval setImmediate then catch " +
  "finally resolve reject all race Promise Map Set Array Object Math Date Number String Error JSON Uint8Array queueMicrotask " +
  "call readState readSnapshot save encode decode assign freeze stringify parse structuredClone isInteger"
).split(" ");

/** Different ways to say the same, by what they are taken for; "" for what is left out. */
const SAME: ReadonlyMap<string, string> = new Map([
  ...same("loop", "for while do forEach"),
  ...same("if", "if ? case"),
  ...same("==", "== === != !=="),
  ...same("<", "< > <= >="),
  ...same("&&", "&& || ??"),
  ...same("+", "+ -"),
  ...same("+=", "+= -= ++ --"),
  ...same("=", "= &&= ||= ??="),
  ...same("true", "true false"),
  ...same("null", "null undefined void"),
  ...same("", "{ } ( ) ; , : ! => const let var function async get set else switch default of in yield debugger as"),
]);

const KEPT =
  "return await new throw try catch finally break continue typeof instanceof delete class extends super loop if true null " +
  "== < && + += = * / % ** & | ^ ~ << >> >>> *= /= %= &= |= ^= <<= >>= >>>= **= [ ...";

const WORDS: readonly string[] = [
  ...new Set(["name", "number", "string", "regex", "call", "other", ...KEPT.split(" "), ...FIXED_NAMES]),
];
const CODES: ReadonlyMap<string, number> = new Map(WORDS.map((word, code) => [word, code]));

/** The shape of tokens from which types were taken. */
export function shapeOf(tokens: readonly Token[]): Shape {
  const words: number[] = [];
  const lines: number[] = [];
  const add = (word: string, { line }: Token) => {
    words.push(CODES.get(word) ?? (CODES.get("other") as number));
    lines.push(line);
  };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    const { kind, text } = token;
    const before = tokens[at - 1];
    if (kind === "word" && !isKeyword(text, before)) {
      // All of `this.log.entries` is one name, but for what is not theirs to name.
      if (isFixed(text, before, tokens[at + 1])) add(text === "forEach" ? "loop" : text, token);
      else if (!isDot(before)) add("name", token);
    } else if (kind === "word" || kind === "sign") {
      if (text === "(" && isCall(before, tokens[at - 2])) add("call", token);
      const word = SAME.get(text) ?? (CODES.has(text) ? text : "");
      if (word !== "") add(word, token);
      if (text === "++" || text === "--") add("number", token);
    } else add(kind, token);
  }
  return { words: Uint8Array.from(words), lines: Uint32Array.from(lines) };
}

/** What calls a function for each item is a loop, and has been called so. */
function isCall(before: Token | undefined, beforeThat: Token | undefined): boolean {
  return endsOperand(before) && !isKeyword(before?.text ?? "", beforeThat) && before?.text !== "forEach";
}

const KEYWORDS = new Set(
  (
    "for while do if case true false null undefined void const let var function async else switch default of in yield " +
    "debugger return await new throw try catch finally break continue typeof instanceof delete class extends super"
  ).split(" "),
);
const FIXED = new Set([...FIXED_NAMES, "forEach"]);
const FIXED_FIELDS = new Set(["length", "size"]);
const FIXED_GLOBAL = /^(?:[A-Z]|(?:set|clear)[A-Z]|(?:encode|decode|structuredClone|queueMicrotask)$)/;

function isKeyword(text: string, before: Token | undefined): boolean {
  return KEYWORDS.has(text) && !isDot(before);
}

/** Methods where they are called, and lengths, behind a dot; globals anywhere. */
function isFixed(text: string, before: Token | undefined, next: Token | undefined): boolean {
  if (!FIXED.has(text)) return false;
  return isDot(before) ? next?.text === "(" || FIXED_FIELDS.has(text) : FIXED_GLOBAL.test(text);
}

function isDot(token: Token | undefined): boolean {
  return token?.kind === "sign" && (token.text === "." || token.text === "?.");
}

function same(word: string, ways: string): [string, string][] {
  return ways.split(" ").map((way) => [way, word]);
}
