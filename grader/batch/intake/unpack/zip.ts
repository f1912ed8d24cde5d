import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, statSync } from "node:fs";
import { crc32 } from "node:zlib";
import { type Entry, fromFdPromise, getFileNameLowLevel, type ZipFile } from "yauzl";
import type { IntakeLimits } from "../limits.ts";
import { shown } from "../names.ts";
import { inflate64 } from "./inflate64.ts";
import { ignoredPart } from "./paths.ts";
import { archiveTooLarge, isSystemError, LEFT_OUT_FACTOR, Refusal, tooManyEntries } from "./refusal.ts";
import { Target } from "./target.ts";

const DEFLATE64 = 9;
/** Not compressed, deflate, and what Windows and 7-Zip take for what is large. */
const METHODS = new Set([0, 8, DEFLATE64]);
const KIND_MASK = 0o170000;
const FOLDER_KIND = 0o040000;
const DOS_FOLDER = 0x10;
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

/** Room for the headers of an entry, beside its name, which stands twice. */
const HEADER_BYTES = 76;

/**
 * Unpacks a zip file into a new folder. What is left out of it does not count for its size.
 *
 * @returns what there is to note. @throws Refusal when it is broken or holds what it may not.
 */
export async function unpackZip(path: string, folder: string, limits: IntakeLimits): Promise<string[]> {
  const wholeBytes = statSync(path).size;
  return withZip(path, async (zip) => {
    if (zip.entryCount > limits.entries * LEFT_OUT_FACTOR) throw tooManyEntries(limits);
    const items: ZipItem[] = [];
    for await (const entry of zip.eachEntry()) items.push({ name: nameOf(entry), entry });
    const bytesOf = (isLeftOut: boolean) =>
      items
        .filter(({ name }) => (ignoredPart(name.split("/")) !== undefined) === isLeftOut)
        .reduce((sum, { entry }) => sum + entry.compressedSize + HEADER_BYTES + 2 * entry.fileNameRaw.length, 0);
    // An archive may claim more of what is left out than it has.
    const countedBytes = Math.min(wholeBytes, Math.max(wholeBytes - bytesOf(true), bytesOf(false)));
    if (countedBytes > limits.archiveBytes) throw archiveTooLarge(countedBytes, limits);
    const target = new Target(folder, limits, countedBytes);
    for (const { name, entry } of items) await unpackEntry(zip, entry, name, target);
    const hasBackslash = items.some(({ entry }) => entry.fileNameRaw.includes(BACKSLASH));
    const note = "its names have \\ between folders, which was taken as /";
    return hasBackslash ? [note, ...target.notes()] : target.notes();
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
    for await (const chunk of contentOf(zip, entry)) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Refusal(`${shown(name)} has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  });
  return Buffer.concat(chunks).toString("utf8");
}

async function withZip<T>(path: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  // Not to wait for a pipe that took the file's place.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  let zip: ZipFile | null = null;
  try {
    if (!fstatSync(fd).isFile()) throw new Refusal("it is no file any more");
    zip = await fromFdPromise(fd, { autoClose: false, decodeStrings: false, validateEntrySizes: true });
    zip.on("error", () => {});
    return await use(zip);
  } catch (error) {
    if (error instanceof Refusal || isSystemError(error)) throw error;
    throw new Refusal(`the zip file is broken: ${flawOf((error as Error).message)}`);
  } finally {
    if (zip === null) closeSync(fd);
    else zip.close();
  }
}

/** Of what the reader says in the words of the format: what it means for whoever packed it. */
function flawOf(message: string): string {
  if (message.startsWith("End of central directory record signature not found"))
    return "its end is missing, as of one that was not uploaded to its end; pack it anew, or upload it again";
  if (message.startsWith("Invalid comment length")) return "it goes on behind its end; pack it anew";
  return shown(message);
}

const UTF8_FLAG = 0x800;
const UNICODE_PATH = 0x7075;
const BACKSLASH = 0x5c;

/**
 * The name of an entry. Some systems write UTF-8 without saying so, and nothing else looks like it; some write \ between
 * folders.
 */
function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  const isTold =
    (generalPurposeBitFlag & UTF8_FLAG) !== 0 ||
    extraFields.some(({ id }) => id === UNICODE_PATH) ||
    !isUtf8(fileNameRaw);
  const flags = isTold ? generalPurposeBitFlag : generalPurposeBitFlag | UTF8_FLAG;
  return getFileNameLowLevel(flags, fileNameRaw, extraFields, true).replaceAll("\\", "/");
}

/** The content of an entry, piece by piece. */
async function* contentOf(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  if (entry.compressionMethod !== DEFLATE64) {
    yield* await zip.openReadStreamPromise(entry);
    return;
  }
  // What cannot be compressed grows by a few bytes for each block; all of it is held while it is unpacked.
  if (entry.compressedSize > entry.uncompressedSize * 1.01 + 100) throw new Error("too many bytes in the stream");
  let bytes = 0;
  for await (const piece of inflate64(await zip.openReadStreamPromise(entry, { decodeFileData: false }))) {
    bytes += piece.length;
    if (bytes > entry.uncompressedSize) throw new Error("too many bytes in the stream");
    yield piece;
  }
  if (bytes !== entry.uncompressedSize) throw new Error("not enough bytes in the stream");
}

async function unpackEntry(zip: ZipFile, entry: Entry, name: string, target: Target): Promise<void> {
  const unixKind = (entry.externalFileAttributes >>> 16) & KIND_MASK;
  // Some libraries write folders without the / behind them.
  const isMarked = unixKind === FOLDER_KIND || (entry.externalFileAttributes & DOS_FOLDER) !== 0;
  const isFolder = name.endsWith("/") || (isMarked && entry.uncompressedSize === 0);
  if (target.ignores(name)) {
    // Only to be counted.
    target.addFolder(name);
    return;
  }
  const kind = KINDS.get(unixKind);
  if (kind !== undefined) throw new Refusal(`${shown(name)} is ${kind}; only files and folders are taken`);
  if (entry.isEncrypted()) throw new Refusal(`${shown(name)} is encrypted; hand in an archive without a password`);
  if (isFolder) {
    if (entry.uncompressedSize > 0) throw new Refusal(`the folder ${shown(name)} has content of its own`);
    target.addFolder(name);
    return;
  }
  if (!METHODS.has(entry.compressionMethod)) {
    throw new Refusal(`${shown(name)} is compressed by method ${entry.compressionMethod}; use a plain zip (deflate)`);
  }
  const writer = target.addFile(name, entry.uncompressedSize);
  if (writer === null) return;
  try {
    let sum = 0;
    for await (const chunk of contentOf(zip, entry)) {
      writer.write(chunk);
      sum = crc32(chunk, sum);
    }
    if (sum !== entry.crc32) throw new Refusal(`the zip file is broken: the checksum of ${shown(name)} is wrong`);
  } finally {
    writer.end();
  }
}
