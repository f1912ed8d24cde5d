import { cutText } from "../../text/cut.ts";
import { oneLine } from "../../text/printable.ts";

/** A scenario file that cannot be read: one line with the place and what would be allowed. */
export class ScriptError extends Error {
  constructor(
    readonly line: number,
    readonly column: number,
    what: string,
  ) {
    super(`line ${line}, column ${column}: ${what}`);
    this.name = "ScriptError";
  }
}

export interface Token {
  readonly kind: "word" | "number" | "text" | "data" | "mark";
  /** As it stands there. */
  readonly text: string;
  /** Of a number, text or piece of data. */
  readonly value: unknown;
  /** From 1. */
  readonly column: number;
}

const SHOWN_CHARS = 40;
const MARKS = ["->", ",", "|"];
const BRACKETS: Readonly<Record<string, string>> = { "{": "}", "[": "]" };

/** What stands in a line up to its comment. Takes linear time. Throws `ScriptError`. */
export function tokensOf(line: string, lineNumber: number): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    const char = line[at] as string;
    if (char === "#") break;
    if (char === " " || char === "\t" || char === "\r") {
      at++;
      continue;
    }
    const token = tokenAt(line, at, lineNumber);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(line: string, at: number, lineNumber: number): Token {
  const column = at + 1;
  const mark = MARKS.find((known) => line.startsWith(known, at));
  if (mark !== undefined) return { kind: "mark", text: mark, value: undefined, column };
  const char = line[at] as string;
  if (char === '"') {
    const text = line.slice(at, endOfText(line, at));
    return { kind: "text", text, value: dataOf(text, lineNumber, column, "a text"), column };
  }
  if (char in BRACKETS) {
    const text = line.slice(at, endOfData(line, at));
    return { kind: "data", text, value: dataOf(text, lineNumber, column, "data"), column };
  }
  let end = at;
  while (end < line.length && !' \t\r,|#"{['.includes(line[end] as string) && !line.startsWith("->", end)) end++;
  const text = line.slice(at, Math.max(end, at + 1));
  if (/^-?\d{1,16}(\.\d{1,9})?$/.test(text)) return { kind: "number", text, value: Number(text), column };
  if (text === "true" || text === "false" || text === "null") {
    return { kind: "data", text, value: JSON.parse(text), column };
  }
  return { kind: "word", text, value: undefined, column };
}

/** Behind the closing quote, or at the end of the line. */
function endOfText(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at++) {
    if (line[at] === "\\") at++;
    else if (line[at] === '"') return at + 1;
  }
  return line.length;
}

/** Behind the bracket that closes the first one, or at the end of the line. */
function endOfData(line: string, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    const char = line[at] as string;
    if (char === '"') at = endOfText(line, at) - 1;
    else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) return at + 1;
  }
  return line.length;
}

function dataOf(text: string, line: number, column: number, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ScriptError(line, column, `${shown(text)} is not ${what} as JSON writes it`);
  }
}

/** What somebody wrote, as it can be shown. */
export function shown(text: string): string {
  return text.startsWith('"') ? oneLine(cutText(text, SHOWN_CHARS)) : `"${oneLine(cutText(text, SHOWN_CHARS))}"`;
}
