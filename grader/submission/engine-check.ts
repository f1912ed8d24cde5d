import { Script } from "node:vm";
import type { Bundle } from "./bundle.ts";

/** What the engine that is to run a bundle says against it; line and column of the bundle, from 1, where it tells them. */
export interface Refusal {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

const HEAD = "(function (exports, module, __import) {\n";

/**
 * Has the engine read a bundle, of which nothing is run. The bundler lets through what the engine refuses: a regular expression
 * that is none, more arguments than a call may have, a chain of operators that is too long to be read by recursion. Null
 * when the engine takes it.
 */
export function refusedByEngine({ code, filename }: Pick<Bundle, "code" | "filename">): Refusal | null {
  try {
    new Script(`${HEAD}${code}\n})`, { filename, lineOffset: -1 });
    return null;
  } catch (error) {
    if (error instanceof RangeError) return { message: "it is nested too deep, or a chain in it is too long" };
    if (!(error instanceof SyntaxError)) throw error;
    return { message: error.message, ...placeIn(error.stack ?? "", filename) };
  }
}

/** Node puts the place in front of the stack: `submission.js:12`, that line, and below it a mark where the trouble begins, unless the line is long. */
function placeIn(stack: string, filename: string): Pick<Refusal, "line" | "column"> {
  const [first = "", text = "", marks = ""] = stack.split("\n", 3);
  const line = first.startsWith(`${filename}:`) ? Number(first.slice(filename.length + 1)) : Number.NaN;
  const marked = marks.trimStart().startsWith("^") ? marks : text;
  const column = marked.length - marked.trimStart().length + 1;
  return Number.isSafeInteger(line) ? { line, column } : {};
}
