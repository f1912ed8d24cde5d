/** One line of a call stack. */
export interface StackFrame {
  /** What stands before the place, `at ` included when there is text before it; may be empty. */
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Reads `at async Raft.start (submission.js:12:5)` or `at submission.js:12:5`, also with text before, as in a call chain; null
 * when it is no frame. The line is a submission's: it is read once from its end, and never gone back over.
 */
export function parseFrame(line: string): StackFrame | null {
  const text = line.trim();
  const end = text.endsWith(")") ? text.length - 1 : text.length;
  const column = numberBefore(text, end);
  const row = column === null ? null : numberBefore(text, column.start);
  if (column === null || row === null) return null;
  const file = wordBefore(text, row.start);
  if (file === "") return null;
  const start = row.start - file.length;
  let name = text.slice(0, text[start - 1] === "(" ? start - 1 : start).trimEnd();
  if (name === "at") name = "";
  if (name.startsWith("at ")) name = name.slice("at ".length).trimStart();
  return { name, file, line: row.value, column: column.value };
}

/** The number that ends at `end`, and where the colon before it stands. */
function numberBefore(text: string, end: number): { value: number; start: number } | null {
  let start = end;
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--;
  if (start === end || text[start - 1] !== ":") return null;
  const value = Number(text.slice(start, end));
  return Number.isSafeInteger(value) ? { value, start: start - 1 } : null;
}

/** What ends at `end` without blanks and parentheses. */
function wordBefore(text: string, end: number): string {
  let start = end;
  while (start > 0 && !ENDS_WORD.has(text[start - 1] as string)) start--;
  return text.slice(start, end);
}

const ENDS_WORD = new Set(["(", ")", " ", "\t", "\r", "\n", "\v", "\f", "\u00a0"]);

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
