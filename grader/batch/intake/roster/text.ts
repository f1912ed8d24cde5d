/** A table as text, and what it was written in when that had to be guessed; or why it is none, to be put behind its path. */
export type TableText = { readonly text: string; readonly guessed: string | null } | { readonly problem: string };

/** What begins a file that is no text, and what it is. */
const FOREIGN: readonly (readonly [signature: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "a workbook or another zip file"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF"],
];
const ADVICE = "save it as CSV UTF-8";
/** Pages, also those that are called a workbook, or that a platform shows in place of a download. */
const PAGE = /^\s*<(?:!doctype|html|head|body|table|meta|\?xml)\b/i;

/**
 * The text of a table as spreadsheets write it: UTF-8, UTF-16 in either order, with a mark in front or without, and else
 * Windows-1252, which every file is.
 */
export function tableText(bytes: Uint8Array): TableText {
  const foreign = FOREIGN.find(([signature]) => signature.every((byte, at) => bytes[at] === byte));
  if (foreign !== undefined) return { problem: `is ${foreign[1]}; ${ADVICE}` };
  const wide = wideEncodingOf(bytes);
  if (wide !== null) {
    const text = decoded(bytes, wide);
    return text === null
      ? { problem: `is UTF-16 with an end in the middle of a letter; ${ADVICE}` }
      : found(text, null);
  }
  const text = decoded(bytes, "utf-8");
  if (text !== null) return found(text, null);
  return found(windows1252(bytes), "Windows-1252");
}

/** What Windows-1252 has from 0x80 on where Latin-1 has control characters; Node 20's own decoder leaves these. */
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

function windows1252(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes).toString("latin1");
  return latin1.replace(/[\u0080-\u009f]/g, (letter) => WINDOWS_1252[letter.charCodeAt(0) - 0x80] as string);
}

function found(text: string, guessed: string | null): TableText {
  if (text.includes("\0")) return { problem: `is no text; ${ADVICE}` };
  return PAGE.test(text.slice(0, 400))
    ? { problem: `is a web page, or a table that was saved as one; open it with a spreadsheet, and ${ADVICE}` }
    : { text, guessed };
}

/** UTF-16, by its mark, or since every other byte of its beginning is 0, as Latin letters have it. */
function wideEncodingOf(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  const length = Math.min(bytes.length, 400) & ~1;
  for (let at = 0; at < length; at++) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd * 4 > length && even * 8 < length) return "utf-16le";
  return even * 4 > length && odd * 8 < length ? "utf-16be" : null;
}

/** Null when it is not that encoding. A mark at the beginning is left out. */
function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
