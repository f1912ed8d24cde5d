/**
 * Texts of others, as they can be shown and written to files that people open. A submission's texts are kept as they are in
 * results, which are data; each place that turns one into text or JSON uses a function of this file.
 */

/**
 * A text of a submission's own as it can be shown: without what moves a terminal's cursor, changes its colours, or turns
 * the direction of writing (control characters of C0 and C1, and those that only format). Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

/** The same on one line: what is blank, line ends and tabs included, becomes one blank. */
export function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, " ").trim());
}

/**
 * JSON in which letters that only steer how text is shown, or steer a terminal, are written as escapes, so that the file can
 * be looked at, and reads back as the same value. `indent`: blanks for each level; on one line without.
 */
export function escapedJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (letter) => {
    const half = escapeOf(letter.charCodeAt(0));
    return letter.length === 1 ? half : half + escapeOf(letter.charCodeAt(1));
  });
}

function escapeOf(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
