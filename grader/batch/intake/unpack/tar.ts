import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import type { IntakeLimits } from "../limits.ts";
import { shown } from "../names.ts";
import { entryParts, ignoredPart } from "./paths.ts";
import { isSystemError, LEFT_OUT_FACTOR, Refusal, tooManyEntries } from "./refusal.ts";
import type { FileWriter, Target } from "./target.ts";

const CHUNK_BYTES = 64 * 1024;
const FILES = new Set(["File", "OldFile", "ContiguousFile"]);
const FOLDERS = new Set(["Directory", "GNUDumpDir"]);
const KINDS: Readonly<Record<string, string>> = {
  SymbolicLink: "a symbolic link",
  Link: "a hard link",
  CharacterDevice: "a device",
  BlockDevice: "a device",
  FIFO: "a pipe",
};

/** What is done with what a tar file holds. */
type TarTarget = Pick<Target, "ignores" | "addFolder" | "addFile">;

/**
 * Unpacks a tar file, compressed with gzip or not.
 *
 * @throws Refusal when it is broken or holds what it may not.
 */
export async function unpackTar(path: string, isGzip: boolean, target: TarTarget, limits: IntakeLimits): Promise<void> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const gunzip = isGzip ? createGunzip({ chunkSize: CHUNK_BYTES }) : null;
  try {
    const content = gunzip === null ? file : file.on("error", (error) => gunzip.destroy(error)).pipe(gunzip);
    await feed(content, target, limits);
  } catch (error) {
    if (error instanceof Refusal || isSystemError(error)) throw error;
    const { message } = error as Error;
    if (isGzip && message.startsWith("TAR_BAD_ARCHIVE")) {
      throw new Refusal("it is packed with gzip, and what is in it is no tar file; hand in .zip, .tar or .tar.gz");
    }
    throw new Refusal(`the tar file is broken: ${shown(message)}`);
  } finally {
    gunzip?.destroy();
    file.destroy();
  }
}

/** Paths of all files and folders in a tar file, those of folders with `/` at their ends; nothing is written. @throws Refusal */
export async function listTar(path: string, isGzip: boolean, limits: IntakeLimits): Promise<readonly string[]> {
  const names: string[] = [];
  const list: TarTarget = {
    ignores: (name) => ignoredPart(entryParts(name, limits)) !== undefined,
    addFolder: (name) => void names.push(name.endsWith("/") ? name : `${name}/`),
    addFile: (name) => {
      if (names.push(name) > limits.entries * LEFT_OUT_FACTOR) throw tooManyEntries(limits);
      return null;
    },
  };
  await unpackTar(path, isGzip, list, limits);
  return names.filter((name) => ignoredPart(name.split("/")) === undefined);
}

async function feed(content: Readable, target: TarTarget, limits: IntakeLimits): Promise<void> {
  const parsing = new TarParsing(target);
  let bytes = 0;
  for await (const chunk of content) {
    // The parser would unpack it, past all limits.
    if (bytes === 0 && chunk[0] === 0x1f && chunk[1] === 0x8b) throw new Refusal("the tar file is compressed twice");
    bytes += chunk.length;
    if (bytes > limits.totalBytes + limits.entries * 1_024) {
      throw new Refusal(`unpacks to more than ${limits.totalBytes} bytes; hand in the sources only`);
    }
    parsing.write(chunk);
    // What follows the end of a tar is padding, which the parser would collect.
    if (parsing.isAtEnd) return;
  }
  parsing.end();
}

/** Entries are written to the folder while the parser reads them, in step, so that nothing piles up. */
class TarParsing {
  isAtEnd = false;
  private sawNullBlock = false;
  private error: Error | null = null;
  private open: FileWriter | null = null;
  private readonly parser = new Parser({ strict: true, brotli: false, zstd: false });

  constructor(private readonly target: TarTarget) {
    this.parser.on("error", (error: unknown) => this.fail(error));
    this.parser.on("nullBlock", () => {
      this.sawNullBlock = true;
    });
    this.parser.on("eof", () => {
      this.isAtEnd = true;
    });
    this.parser.on("ignoredEntry", ({ meta, path, type }: ReadEntry) => {
      const flaw = meta
        ? "a header that is too long"
        : `an entry of a kind that is not known (${type}): ${shown(path)}`;
      this.fail(new Refusal(`the tar file has ${flaw}`));
    });
    this.parser.on("entry", (entry: ReadEntry) => this.take(entry));
  }

  write(chunk: Buffer): void {
    this.guarded(() => this.parser.write(chunk));
  }

  end(): void {
    this.guarded(() => this.parser.end());
    if (!this.sawNullBlock) throw new Refusal("the tar file is broken: it ends in the middle");
  }

  private guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(error);
    }
    if (this.error === null) return;
    this.open?.end();
    throw this.error;
  }

  private take(entry: ReadEntry): void {
    let writer: FileWriter | null = null;
    try {
      if (this.error === null) writer = this.begin(entry);
    } catch (error) {
      this.fail(error);
    }
    this.open = writer;
    entry.on("data", (chunk: Buffer) => {
      try {
        if (this.error === null) writer?.write(chunk);
      } catch (error) {
        this.fail(error);
      }
    });
    entry.on("end", () => writer?.end());
  }

  private begin(entry: ReadEntry): FileWriter | null {
    const { path, type, size } = entry;
    if (this.target.ignores(path)) {
      this.target.addFolder(path);
      return null;
    }
    if (FOLDERS.has(type)) {
      this.target.addFolder(path);
      return null;
    }
    if (FILES.has(type)) return this.target.addFile(path, size);
    throw new Refusal(`${shown(path)} is ${KINDS[type] ?? "of an unknown kind"}; only files and folders are taken`);
  }

  private fail(error: unknown): void {
    this.error ??= error instanceof Error ? error : new Error(String(error));
  }
}
