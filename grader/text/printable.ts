/**
 * Texts of others, as they can be shown and written to files that people open. A submission's texts are kept as they are in
 * results, which are data; each place that turns one into text or JSON uses a function of this file.
 */

/**
 * A text of a submission's own as it can be shown: without what moves a terminal's cursor, changes its colours, or turns
 * the direction of writing (control characters of C0 and C1, and those that only format). Line ends and tabs stay, and so does
 * what joins two letters or keeps them apart: Persian and Indian names are written with it, and pictures of several people.
 */
export function printable(text: string): string {
  return piecesOf(text)
    .map((piece) => piece.replace(STEERING, replaced))
    .join("");
}

/** But for a joiner (U+200C, U+200D) between two of what it joins. */
const STEERING =
  /(?:(?![\n\t])(?!(?<=[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d](?=[\p{L}\p{M}\p{Extended_Pictographic}]))[\p{Cc}\p{Cf}\p{Zl}\p{Zp}])+/gu;

/** By a function: to replace each by a text that is always the same V8 keeps many times what comes of it. */
function replaced(run: string): string {
  return "\ufffd".repeat([...run].length);
}

/** The same on one line: what is blank, line ends and tabs included, becomes one blank. */
export function oneLine(text: string): string {
  const pieces: string[] = [];
  for (const piece of piecesOf(text)) {
    const blanks = piece.replace(/\s+/g, " ");
    pieces.push(pieces.at(-1)?.endsWith(" ") && blanks.startsWith(" ") ? blanks.slice(1) : blanks);
  }
  return printable(pieces.join("").trim());
}

/** Where much is to be replaced, all of it is noted before: of a long text that takes many times the text's own memory. */
const PIECE = 65_536;

/** The text in pieces, none of which ends within a pair of surrogates. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const isInPair = /[\ud800-\udbff]/.test(text.charAt(at + PIECE - 1));
    const end = at + PIECE + (isInPair ? 1 : 0);
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

/**
 * JSON in which letters that only steer how text is shown, or steer a terminal, are written as escapes, so that the file can
 * be looked at, and reads back as the same value. `indent`: blanks for each level; on one line without.
 */
export function escapedJson(value: unknown, indent?: number): string {
  const escaped = (letter: string): string => {
    const half = escapeOf(letter.charCodeAt(0));
    return letter.length === 1 ? half : half + escapeOf(letter.charCodeAt(1));
  };
  return piecesOf(JSON.stringify(value, null, indent))
    .map((piece) => piece.replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, escaped))
    .join("");
}

function escapeOf(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
