/**
 * A text of the submission's own as it can be shown: without what moves a terminal's cursor, changes its colours, or turns
 * the direction of writing. Line ends and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
