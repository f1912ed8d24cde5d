/** What is kept of texts that a submission sends, in UTF-16 units. All figures stand here. */
export const TEXT_LIMITS = {
  /** A sentence of its own: the message of an exception, what it broke, what was seen. */
  message: 2_000,
  /** A line that it wrote to its console. */
  line: 1_000,
  /** A name: of an exception, a function, a file. */
  name: 300,
} as const;

/** So many complaints of the compiler are kept, the first ones. */
export const TYPE_PROBLEMS_MAX = 500;
/** So many notes about one submission. */
export const NOTES_MAX = 50;

/**
 * A text cut to so many UTF-16 units; the mark at its end says that it was, and how long it had been. Takes time for what is
 * kept only, and what it gives does not hold the long text in memory.
 */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const mark = `… (cut off: ${text.length} characters)`;
  const end = Math.max(0, maxChars - mark.length);
  // Not between the halves of a letter beyond U+FFFF.
  const isSplit = isHighSurrogate(text.charCodeAt(end - 1)) && end > 0;
  // Joined, since a slice alone would be a view of the whole.
  return [text.slice(0, isSplit ? end - 1 : end), mark].join("");
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}
