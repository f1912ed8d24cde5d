import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { BatchError, fileError } from "../store/batch-error.ts";
import { DISK, type FileWriter, syncFolder, writeAll } from "../store/files.ts";
import { type Entry, entrySchema } from "./entries.ts";
import { decodeLine, encodeLine } from "./line.ts";

/** Where an entry stands in the file. */
export interface Place {
  readonly offset: number;
  /** In bytes, the newline included. */
  readonly length: number;
}

export interface JournalOptions {
  /** Told of each entry that is there already, in order. */
  readonly onEntry: (entry: Entry, place: Place) => void;
  /** Told of each line that is not as it was written, and is passed over. */
  readonly onDamage: (message: string) => void;
  readonly writer?: FileWriter;
}

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 10;

/**
 * What happened in a batch, one line each, only ever added to. A line that was added is on the disk when `append` returns,
 * whatever happens to the process or the machine after that. A last line without its end was being written when the
 * machine stopped: it never counted, and is taken away.
 */
export class Journal {
  private constructor(
    readonly path: string,
    private readonly fd: number,
    private endOffset: number,
    private readonly writer: FileWriter,
  ) {}

  /** Goes on with a journal, or begins one. Only for whoever holds the folder's lock. Throws `BatchError`. */
  static open(path: string, { onEntry, onDamage, writer = DISK }: JournalOptions): Journal {
    try {
      const fd = openSync(path, "a+", 0o666);
      const endOffset = readEntries(path, fd, onEntry, onDamage);
      if (endOffset < fstatSync(fd).size) ftruncateSync(fd, endOffset);
      syncFolder(dirname(path));
      return new Journal(path, fd, endOffset, writer);
    } catch (error) {
      throw fileError(error, `cannot open the journal ${path}`);
    }
  }

  /** Reads a journal that others may be writing to, and leaves it as it is. */
  static scan(path: string, options: Omit<JournalOptions, "writer">): void {
    Journal.openToRead(path, options).close();
  }

  /** A journal that others may be writing to, as it is now; to be closed. Throws `BatchError`. */
  static openToRead(
    path: string,
    { onEntry, onDamage }: Omit<JournalOptions, "writer">,
  ): Pick<Journal, "read" | "close"> {
    try {
      const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      if (!fstatSync(fd).isFile()) {
        closeSync(fd);
        throw new BatchError("usage", `${path} is no file, so ${dirname(path)} is no --out folder of a batch`);
      }
      return new Journal(path, fd, readEntries(path, fd, onEntry, onDamage), DISK);
    } catch (error) {
      throw fileError(error, `cannot read the journal ${path}`);
    }
  }

  /** Throws `BatchError` when it could not be written; what stood there before is untouched. */
  append(entry: Entry): Place {
    return this.write(entry, true);
  }

  /** For many entries at once; they are safe after `flush`. */
  appendUnflushed(entry: Entry): Place {
    return this.write(entry, false);
  }

  flush(): void {
    try {
      this.writer.sync(this.fd);
    } catch (error) {
      throw fileError(error, `cannot write the journal ${this.path}`);
    }
  }

  read({ offset, length }: Place): Entry {
    const line = Buffer.alloc(length - 1);
    try {
      readFully(this.fd, line, offset);
    } catch (error) {
      throw fileError(error, `cannot read the journal ${this.path}`);
    }
    const decoded = decodeLine(line);
    if (decoded === null) {
      throw new BatchError(
        "machine",
        `${this.path} was changed by somebody else while the batch was at work; start the same command again`,
      );
    }
    return decoded.entry as Entry;
  }

  close(): void {
    closeSync(this.fd);
  }

  private write(entry: Entry, isFlushed: boolean): Place {
    const line = encodeLine(entry);
    try {
      writeAll(this.writer, this.fd, line);
      if (isFlushed) this.writer.sync(this.fd);
    } catch (error) {
      this.takeBack();
      throw fileError(error, `cannot write the journal ${this.path}`);
    }
    const place = { offset: this.endOffset, length: line.length };
    this.endOffset += line.length;
    return place;
  }

  /** A part of a line that did not fit goes away, as far as the disk lets it: else the next start does it. */
  private takeBack(): void {
    try {
      ftruncateSync(this.fd, this.endOffset);
    } catch {
      // The error that led here says more.
    }
  }
}

/** What was played beside the submission can have been forged by it. Throws `BatchError`. */
function believable(entry: Entry, where: string): Entry {
  if (entry.kind === "result" && entry.result.grading?.boundary === "none") {
    throw new BatchError(
      "usage",
      `${where}: the result of ${entry.result.id} was played without the process boundary (boundary "none"), ` +
        "so it cannot count; start the batch again in a new --out folder",
    );
  }
  return entry;
}

/** Gives the offset behind the last whole line. */
function readEntries(
  path: string,
  fd: number,
  onEntry: JournalOptions["onEntry"],
  onDamage: JournalOptions["onDamage"],
): number {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let parts: Buffer[] = [];
  let lineStart = 0;
  let position = 0;
  let lineNumber = 0;
  let damagedFrom: number | null = null;
  for (;;) {
    const got = readSync(fd, chunk, 0, chunk.length, position);
    if (got === 0) {
      tellDamage(lineNumber);
      return lineStart;
    }
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0 && end < got; end = chunk.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...parts, chunk.subarray(start, end)]);
      parts = [];
      lineNumber++;
      readEntry(line, { offset: lineStart, length: line.length + 1 });
      lineStart += line.length + 1;
      start = end + 1;
    }
    parts.push(Buffer.from(chunk.subarray(start, got)));
    position += got;
  }

  function readEntry(line: Buffer, place: Place): void {
    const where = `${path}:${lineNumber}`;
    const decoded = decodeLine(line);
    if (decoded === null) {
      damagedFrom ??= lineNumber;
      return;
    }
    tellDamage(lineNumber - 1);
    const parsed = entrySchema.safeParse(decoded.entry);
    if (parsed.success) onEntry(believable(parsed.data as Entry, where), place);
    else onDamage(`${where}: the line was written by another version of the grader and is passed over`);
  }

  /** Once for lines in a row: a journal that an editor saved with other line ends is damaged in every one. */
  function tellDamage(last: number): void {
    if (damagedFrom === null) return;
    const isOne = damagedFrom === last;
    onDamage(
      isOne
        ? `${path}:${last}: the line is damaged and is passed over; what it was about is done again`
        : `${path}:${damagedFrom}-${last}: ${last - damagedFrom + 1} lines are damaged and are passed over; what they were about is done again`,
    );
    damagedFrom = null;
  }
}

function readFully(fd: number, into: Buffer, offset: number): void {
  for (let done = 0; done < into.length; ) {
    const got = readSync(fd, into, done, into.length - done, offset + done);
    if (got === 0) throw new Error("it is shorter than it was");
    done += got;
  }
}
