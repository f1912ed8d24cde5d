const FENCE = "```";
const LFS = "version https://git-lfs.github.com/spec/";
/** What begins files that are no text. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "the file is a zip archive or a document; hand in the source as plain text"],
  [[0x25, 0x50, 0x44, 0x46], "the file is a PDF; hand in the source as plain text"],
  [[0x1f, 0x8b], "the file is an archive (gzip); hand in what is in it"],
  [[0x37, 0x7a, 0xbc, 0xaf], "the file is an archive (7z); hand in what is in it"],
  [[0x52, 0x61, 0x72, 0x21], "the file is an archive (RAR); hand in what is in it"],
  [[0x89, 0x50, 0x4e, 0x47], "the file is a picture; hand in the source as plain text"],
  [[0xff, 0xd8, 0xff], "the file is a picture; hand in the source as plain text"],
  [[0xd0, 0xcf, 0x11, 0xe0], "the file is a Word document; hand in the source as plain text"],
];
/** Enough to see what a file is. */
const HEAD_BYTES = 1_000;

/**
 * What a source file is instead of plain text in UTF-8, and what to do, to be put behind its place; null when it is not
 * one of the things that editors, chats, browsers and git make of a source.
 */
export function misread(content: Uint8Array): string | null {
  const head = content.subarray(0, HEAD_BYTES);
  if (isUtf16(head)) return "the file is saved as UTF-16; save it as UTF-8";
  const text = Buffer.from(head)
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .trimStart();
  if (text.startsWith(FENCE))
    return `the file begins with a markdown fence (${FENCE}); hand in the code without the fences`;
  if (text.startsWith(LFS)) {
    return "the file is a pointer of Git LFS, not the file itself; hand in the sources without Git LFS";
  }
  if (/^<(!doctype|html)\b/i.test(text)) return "the file is a web page; download the file itself (on GitHub: Raw)";
  if (/^\{\s*"(cells|metadata|nbformat)"\s*:/.test(text))
    return "the file is a notebook of Jupyter; hand in the source as plain text";
  if (/^(diff --git |--- a\/)/.test(text))
    return "the file is a patch, not the source; hand in the file that it changes";
  if (text.startsWith("[InternetShortcut]")) return "the file is a link of Windows; hand in the file that it leads to";
  if (text.startsWith("{\\rtf")) return "the file is saved as rich text (RTF); save it as plain text";
  return SIGNATURES.find(([bytes]) => bytes.every((byte, at) => head[at] === byte))?.[1] ?? null;
}

/** By its mark, or, without one, by every other byte of what should be letters being zero. */
function isUtf16(head: Uint8Array): boolean {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const halves = [0, 0];
  for (const [at, byte] of head.entries()) if (byte === 0) halves[at % 2] = (halves[at % 2] as number) + 1;
  const [even, odd] = halves as [number, number];
  return head.length >= 8 && Math.max(even, odd) > head.length / 4 && Math.min(even, odd) < head.length / 20;
}
