import { statSync } from "node:fs";
import { crc32 } from "node:zlib";
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import type { IntakeLimits } from "../limits.ts";
import { shown } from "../names.ts";
import { isSystemError, Refusal } from "./refusal.ts";
import type { Target } from "./target.ts";

const KIND_MASK = 0o170000;
const KINDS: ReadonlyMap<number, string> = new Map([
  [0o120000, "a symbolic link"],
  [0o020000, "a device"],
  [0o060000, "a device"],
  [0o010000, "a pipe"],
  [0o140000, "a socket"],
]);

/** One entry of a zip file that was listed, so that it can be unpacked without listing all of them again. */
export interface ZipItem {
  readonly name: string;
  readonly entry: Entry;
}

/** Unpacks a zip file. @throws Refusal when it is broken or holds what it may not. */
export async function unpackZip(path: string, target: Target, limits: IntakeLimits): Promise<void> {
  await withZip(path, async (zip) => {
    if (zip.entryCount > limits.entries) {
      throw new Refusal(`more than ${limits.entries} files and folders; hand in the sources only`);
    }
    for await (const entry of zip.eachEntry()) await unpackEntry(zip, entry, nameOf(entry), target);
  });
}

/** All entries of a zip file, in its order. @throws Refusal when it is broken. */
export async function listZip(path: string, maxEntries: number): Promise<ZipItem[]> {
  const items: ZipItem[] = [];
  await withZip(path, async (zip) => {
    if (zip.entryCount > maxEntries) throw new Refusal(`more than ${maxEntries} entries`);
    for await (const entry of zip.eachEntry()) items.push({ name: nameOf(entry), entry });
  });
  return items;
}

/** Unpacks some entries of a zip file that was listed, each under the name given. @throws Refusal */
export async function unpackItems(
  path: string,
  items: readonly { readonly as: string; readonly entry: Entry }[],
  target: Target,
): Promise<void> {
  await withZip(path, async (zip) => {
    for (const { as, entry } of items) await unpackEntry(zip, entry, as, target);
  });
}

/** The content of one entry of a zip file that was listed, as text. @throws Refusal */
export async function itemText(path: string, { name, entry }: ZipItem, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  await withZip(path, async (zip) => {
    let bytes = 0;
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Refusal(`${shown(name)} has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  });
  return Buffer.concat(chunks).toString("utf8");
}

async function withZip(path: string, use: (zip: ZipFile) => Promise<void>): Promise<void> {
  statSync(path);
  let zip: ZipFile | null = null;
  try {
    zip = await openPromise(path, { autoClose: false, decodeStrings: false, validateEntrySizes: true });
    zip.on("error", () => {});
    await use(zip);
  } catch (error) {
    if (error instanceof Refusal || isSystemError(error)) throw error;
    throw new Refusal(`the zip file is broken: ${shown((error as Error).message)}`);
  } finally {
    zip?.close();
  }
}

function nameOf(entry: Entry): string {
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
}

async function unpackEntry(zip: ZipFile, entry: Entry, name: string, target: Target): Promise<void> {
  const isFolder = name.endsWith("/");
  if (target.ignores(name)) {
    // Only to be counted.
    target.addFolder(name);
    return;
  }
  const kind = KINDS.get((entry.externalFileAttributes >>> 16) & KIND_MASK);
  if (kind !== undefined) throw new Refusal(`${shown(name)} is ${kind}; only files and folders are taken`);
  if (entry.isEncrypted()) throw new Refusal(`${shown(name)} is encrypted; hand in an archive without a password`);
  if (isFolder) {
    if (entry.uncompressedSize > 0) throw new Refusal(`the folder ${shown(name)} has content of its own`);
    target.addFolder(name);
    return;
  }
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw new Refusal(`${shown(name)} is compressed by method ${entry.compressionMethod}; use a plain zip (deflate)`);
  }
  const writer = target.addFile(name, entry.uncompressedSize);
  if (writer === null) return;
  try {
    let sum = 0;
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      writer.write(chunk);
      sum = crc32(chunk, sum);
    }
    if (sum !== entry.crc32) throw new Refusal(`the zip file is broken: the checksum of ${shown(name)} is wrong`);
  } finally {
    writer.end();
  }
}
