import type { PageData } from "../../types.ts";

/** What the page holds as base64 of gzip. Throws where the browser knows no `DecompressionStream`, or the file is not whole. */
export async function unpack(base64: string): Promise<PageData> {
  const bytes = Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}
