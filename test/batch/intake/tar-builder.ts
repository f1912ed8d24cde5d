/** One entry of a tar file that is built by hand; whatever is said here is written, true or not. */
export interface TarEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** `0` a file, `1` hard link, `2` symbolic link, `3` `4` devices, `5` folder, `6` pipe, `x` pax, `L` long name. */
  readonly type?: string;
  readonly linkTo?: string;
  readonly size?: number;
  readonly mode?: number;
  readonly badChecksum?: boolean;
}

const END = Buffer.alloc(1024);

export function buildTar(entries: readonly TarEntry[], end: Buffer = END): Buffer {
  return Buffer.concat([...entries.map(buildEntry), end]);
}

/** Headers that give the next entry another path, in both ways that there are: GNU's, and the one of pax. */
export function longName(path: string): TarEntry[] {
  const record = (length: number) => `${length} path=${path}\n`;
  let length = 0;
  while (Buffer.byteLength(record(length)) !== length) length++;
  const gnu = { name: "././@LongLink", type: "L", content: `${path}\0` };
  // A path with a line end has no way to be said in pax that all readers understand.
  return path.includes("\n") ? [gnu] : [gnu, { name: "pax", type: "x", content: record(length) }];
}

function buildEntry(entry: TarEntry): Buffer {
  const content = Buffer.from((entry.content ?? "") as string);
  const header = Buffer.alloc(512);
  header.write(entry.name, 0, 100);
  header.write(octal(entry.mode ?? 0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(entry.size ?? content.length, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(" ".repeat(8), 148);
  header.write(entry.type ?? "0", 156);
  header.write(entry.linkTo ?? "", 157, 100);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0) + (entry.badChecksum ? 1 : 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding]);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
