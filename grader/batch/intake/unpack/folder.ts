import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { shown } from "../names.ts";
import { ignoredPart } from "./paths.ts";
import { Refusal } from "./refusal.ts";
import type { Target } from "./target.ts";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
const CHUNK_BYTES = 64 * 1024;

/** Copies a folder, files and folders only. @throws Refusal when it holds anything else, or too much. */
export async function copyFolder(from: string, target: Target): Promise<void> {
  const waiting: (readonly string[])[] = [[]];
  for (let way = waiting.pop(); way !== undefined; way = waiting.pop()) {
    const entries = readdirSync(join(from, ...way), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const parts = [...way, entry.name];
      const path = parts.join("/");
      if (entry.isDirectory() || ignoredPart([entry.name]) !== undefined) {
        target.addFolder(path);
        if (ignoredPart([entry.name]) === undefined) waiting.push(parts);
      } else if (entry.isSymbolicLink()) {
        throw new Refusal(`${shown(path)} is a symbolic link; only files and folders are taken`);
      } else if (!entry.isFile()) {
        throw new Refusal(`${shown(path)} is no file; only files and folders are taken`);
      } else {
        copyFile(join(from, ...parts), path, target);
      }
    }
    // Others have their turn: the watch on running hosts among them.
    await setImmediate();
  }
}

/** Copies one file under a name of its own. @throws Refusal when it is none, or too large. */
export function copyFile(from: string, as: string, target: Target): void {
  const fd = openForReading(from, as);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new Refusal(`${shown(as)} is no file; only files and folders are taken`);
    const writer = target.addFile(as, stats.size);
    if (writer === null) return;
    try {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, stats.size + 1));
      for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer))
        writer.write(buffer.subarray(0, read));
    } finally {
      writer.end();
    }
  } finally {
    closeSync(fd);
  }
}

function openForReading(path: string, as: string): number {
  try {
    // Not to wait for a pipe that took the file's place.
    return openSync(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ELOOP") throw new Refusal(`${shown(as)} is a symbolic link; only files and folders are taken`);
    if (code === "ENOENT" && as.includes("\ufffd")) throw new Refusal(`${shown(as)} has a name that is not UTF-8`);
    throw error;
  }
}
