import { crc32, deflateRawSync } from "node:zlib";

/** A file of a zip file. */
export interface ZipFile {
  /** With `/` between folders; letters of any alphabet. */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** It is a program. */
  readonly isExecutable?: boolean;
}

/** Names are UTF-8. Source: PKWARE's APPNOTE.TXT, 4.4.4, bit 11. */
const UTF8 = 0x800;
const DEFLATE = 8;
/** The first of January 1980, which is the earliest: the same files give the same bytes, whenever that is. */
const DATE = (1 << 5) | 1;
/** What 2.0 of the specification needs, made on Unix, whose modes stand in the entries. */
const [NEEDS, MADE_BY_UNIX] = [20, (3 << 8) | 20];
const MOST_FILES = 65_535;

/**
 * A zip file of these files, in their order. Source: PKWARE's APPNOTE.TXT, 4.3.
 *
 * @throws Error where it would need what is newer than 2.0: more than 65 535 files, or 4 GB.
 */
export function zipOf(files: readonly ZipFile[]): Uint8Array {
  if (files.length > MOST_FILES) throw new Error(`a zip file of ${files.length} files is not made here`);
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, content, isExecutable = false } of files) {
    const bytes = Buffer.from(content);
    const name = Buffer.from(path);
    const packed = deflateRawSync(bytes);
    const shared = Buffer.alloc(24);
    shared.writeUInt16LE(UTF8, 0);
    shared.writeUInt16LE(DEFLATE, 2);
    shared.writeUInt16LE(DATE, 6);
    shared.writeUInt32LE(crc32(bytes), 8);
    shared.writeUInt32LE(packed.length, 12);
    shared.writeUInt32LE(bytes.length, 16);
    shared.writeUInt16LE(name.length, 20);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(((isExecutable ? 0o100755 : 0o100644) << 16) >>> 0, 6);
    place.writeUInt32LE(offset, 10);
    const entry = Buffer.concat([signature(0x04034b50), words(NEEDS), shared, name, packed]);
    directory.push(Buffer.concat([signature(0x02014b50), words(MADE_BY_UNIX, NEEDS), shared, place, name]));
    entries.push(entry);
    offset += entry.length;
  }
  const end = Buffer.alloc(8);
  end.writeUInt32LE(Buffer.concat(directory).length, 0);
  end.writeUInt32LE(offset, 4);
  const counts = words(0, 0, files.length, files.length);
  return Buffer.concat([...entries, ...directory, signature(0x06054b50), counts, end, words(0)]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, at) => {
    bytes.writeUInt16LE(value, 2 * at);
  });
  return bytes;
}
