import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { BatchError, fileError } from "./batch-error.ts";

/** The calls through which a batch writes: tests put a disk in their place that fills up. */
export interface FileWriter {
  write(fd: number, bytes: Uint8Array, offset: number, length: number): number;
  sync(fd: number): void;
}

export const DISK: FileWriter = {
  write: (fd, bytes, offset, length) => writeSync(fd, bytes, offset, length),
  sync: fsyncSync,
};

/** Writes all of it; a disk that takes a part only is asked again until it says why. */
export function writeAll(writer: FileWriter, fd: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writer.write(fd, bytes, offset, bytes.length - offset);
}

/** Makes the folder of a batch when it is missing. Throws `BatchError` when nothing can be written there. */
export function prepareFolder(folder: string): void {
  try {
    makeFolders(resolve(folder));
    // One name for all, so that a kill leaves nothing that the next start does not remove.
    const probe = join(folder, ".probe");
    closeSync(openSync(probe, "w"));
    rmSync(probe, { force: true });
  } catch (error) {
    throw fileError(error, `cannot write in --out ${folder}`);
  }
}

/** Step by step: Node's own recursive way never ends where the system has no folders to give, such as in /proc. */
function makeFolders(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another batch was faster, or it is a file: `probe` tells.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** What a file is made of, piece by piece, so that it need not fit into memory. */
export type Pieces = Iterable<string>;

/**
 * Replaces a file as a whole: whoever reads it, and whenever the machine stops, finds the old text or the new one.
 * Throws `BatchError`; the old text is then still there.
 */
export function replaceFile(path: string, pieces: Pieces, writer: FileWriter = DISK, mode = 0o666): void {
  const temporary = join(dirname(path), `.${basename(path)}.new`);
  try {
    const fd = openSync(temporary, "w", mode);
    try {
      for (const piece of pieces) writeAll(writer, fd, Buffer.from(piece));
      writer.sync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error instanceof BatchError ? error : fileError(error, `cannot write ${path}`);
  }
}

/** Makes what was created or renamed in a folder last. */
export function syncFolder(folder: string): void {
  let fd: number;
  try {
    fd = openSync(folder, "r");
  } catch {
    // Windows opens no folders, and has no need of it.
    return;
  }
  try {
    fsyncSync(fd);
  } catch {
    // Some file systems cannot; the file's own bytes are safe already.
  } finally {
    closeSync(fd);
  }
}
