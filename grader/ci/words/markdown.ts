import { cutText } from "../../text/cut.ts";
import { oneLine, printable } from "../../text/printable.ts";

/** No line of ours is longer; a report that is not may have been made by anybody. */
const CODE_CHARS = 5_000;

/**
 * Markdown of texts that anybody may have written. GitHub makes links, mentions, issues and images of much that stands in a
 * text, and of entities too; of what stands in code it makes nothing. So what is not ours stands in code, fenced by more
 * backticks than there are in it.
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

/** A title or the like as plain words: letters, digits, and marks that mean nothing in Markdown. Also for tables. */
export function words(text: string): string {
  return oneLine(text.slice(0, 200).replace(/[^\p{L}\p{N} ,()'-]/gu, " ")).replace(/-(?=\d)/g, " ");
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

/**
 * Sections one after the other, with an empty line between, as many as there is room for; then `rest` says how many are
 * missing. `maxBytes`: of UTF-8; empty where not even that fits.
 */
export function fitSections(sections: readonly string[], maxBytes: number, rest: (missing: number) => string): string {
  const reserve = Buffer.byteLength(rest(sections.length)) + 4;
  if (reserve > maxBytes) return "";
  const kept: string[] = [];
  let bytes = 0;
  for (const section of sections) {
    bytes += Buffer.byteLength(section) + 2;
    if (bytes > maxBytes - reserve) return `${[...kept, rest(sections.length - kept.length)].join("\n\n")}\n`;
    kept.push(section);
  }
  return `${kept.join("\n\n")}\n`;
}
