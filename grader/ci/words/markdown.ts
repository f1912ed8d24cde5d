import { oneLine } from "../../text/printable.ts";

/** A title or the like as plain words: letters, digits, and marks that mean nothing in Markdown. Also for tables. */
export function words(text: string): string {
  return oneLine(text.slice(0, 200).replace(/[^\p{L}\p{N} ,()'-]/gu, " ")).replace(/-(?=\d)/g, " ");
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
