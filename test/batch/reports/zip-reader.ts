import { text } from "node:stream/consumers";
import { type Entry, fromBuffer, type ZipFile } from "yauzl";

/** The files of a zip file by their paths, read by a reader that checks names and sizes. */
export async function readZip(content: string | Uint8Array): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [entry, zip] of await entriesOf(content)) files.set(entry.fileName, await contentOf(zip, entry));
  return files;
}

/** Their Unix modes. */
export async function modesIn(content: string | Uint8Array): Promise<ReadonlyMap<string, number>> {
  const entries = await entriesOf(content);
  return new Map(entries.map(([entry]) => [entry.fileName, entry.externalFileAttributes >>> 16]));
}

function entriesOf(content: string | Uint8Array): Promise<[Entry, ZipFile][]> {
  return new Promise((resolve, reject) => {
    fromBuffer(Buffer.from(content as Uint8Array), { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error !== null) return reject(error);
      const found: [Entry, ZipFile][] = [];
      zip.on("entry", (entry: Entry) => {
        found.push([entry, zip]);
        zip.readEntry();
      });
      zip.once("end", () => resolve(found));
      zip.once("error", reject);
      zip.readEntry();
    });
  });
}

function contentOf(zip: ZipFile, entry: Entry): Promise<string> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error !== null) reject(error);
      else text(stream).then(resolve, reject);
    });
  });
}
