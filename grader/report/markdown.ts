import { cutText } from "../text/cut.ts";
import { oneLine, printable } from "../text/printable.ts";

/** No line of ours is longer. */
const CODE_CHARS = 5_000;

/**
 * Markdown of texts that anybody may have written. Readers make links, images and pages of much that stands in a text; of what
 * stands in code they make nothing. So what is not ours stands in code, fenced by more backticks than there are in it.
 */

/** A text on one line as a code span; not for a table, where a bar would end the cell. */
export function code(text: string): string {
  const line = oneLine(cutText(text, CODE_CHARS));
  if (line === "") return "(empty)";
  const fence = "`".repeat(longestRun(line) + 1);
  // A blank on both sides is no part of the code, and keeps backticks of the text apart from the fence.
  return `${fence} ${line} ${fence}`;
}

/** Lines as a block of code. */
export function block(lines: readonly string[]): string {
  const text = lines.map((line) => printable(cutText(line, CODE_CHARS)).replace(/\n/g, " ")).join("\n");
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

/** A name, title or sentence as plain words: letters, digits, and marks that mean nothing in Markdown. Also for tables. */
export function sentence(text: string): string {
  const plain = text.slice(0, 500).replace(/[^\p{L}\p{M}\p{N} .,:;()/'-]/gu, " ");
  // What readers make links of though nothing marks it.
  return oneLine(plain.replaceAll("://", ": ").replace(/www\./gi, "www "));
}

function longestRun(text: string): number {
  let longest = 0;
  let run = 0;
  for (const letter of text) {
    run = letter === "`" ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
