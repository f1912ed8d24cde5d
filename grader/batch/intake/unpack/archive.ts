import { closeSync, constants, openSync, readSync, statSync, writeFileSync } from "node:fs";
import type { HeldFile } from "../../../submission/held/held-file.ts";
import type { IntakeLimits } from "../limits.ts";
import { archiveTooLarge, LEFT_OUT_FACTOR, Refusal } from "./refusal.ts";
import { unpackTar } from "./tar.ts";
import { Target } from "./target.ts";
import { unpackZip } from "./zip.ts";

export type ArchiveKind = "zip" | "tar" | "tar.gz" | "bundle";

const ZIP_START = "PK\x03\x04";

const TAKEN = /\.(?:zip|tar|tgz|tar\.gz|bundle)$/i;
const FOREIGN_ENDING = /\.(?:tar\.\w{1,8}|rar|7z|gz|bz2|tbz2?|xz|txz|zst|tzst|lz4?|z|jar|cab|iso|dmg|zipx)$/i;

/** By the end of its name: an archive that can be taken. */
export function hasArchiveName(name: string): boolean {
  return TAKEN.test(name);
}

/** By the end of its name: an archive, though of a kind that is not taken. */
export function hasForeignArchiveName(name: string): boolean {
  return FOREIGN_ENDING.test(name) && !hasArchiveName(name);
}

/** The name without what says that it is an archive. */
export function withoutArchiveEnding(name: string): string {
  return name.replace(hasArchiveName(name) ? TAKEN : FOREIGN_ENDING, "") || name;
}

/**
 * What a file is by its first bytes; null: no archive that can be taken.
 *
 * @param name tells old tars, which have no mark, from what is none.
 */
export function archiveKind(path: string, name = path): ArchiveKind | null {
  const head = startBytes(path);
  const start = head.toString("latin1", 0, 20);
  if (start.startsWith(ZIP_START) || start.startsWith("PK\x05\x06")) return "zip";
  if (start.startsWith("\x1f\x8b")) return "tar.gz";
  if (/^# v[23] git bundle\n/.test(start)) return "bundle";
  if (head.toString("latin1", 257, 262) === "ustar") return "tar";
  return /\.tar$/i.test(name) && head[0] !== 0 ? "tar" : null;
}

function startBytes(path: string): Buffer {
  const head = Buffer.alloc(512);
  // Not to wait for a pipe that took the file's place.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    readSync(fd, head, 0, head.length, 0);
  } finally {
    closeSync(fd);
  }
  return head;
}

/** What begins so, and is handed in for an archive now and then. */
const FOREIGN: readonly (readonly [start: string, what: string])[] = [
  ["Rar!", "a RAR archive"],
  ["7z\xbc\xaf\x27\x1c", "a 7-Zip archive"],
  ["\xfd7zXZ", "packed with xz"],
  ["BZh", "packed with bzip2"],
  ["\x28\xb5\x2f\xfd", "packed with zstd"],
  ["PK\x07\x08", "one part of an archive that was split"],
  ["MZ", "a program, or an archive that unpacks itself"],
  ["%PDF", "a PDF document"],
  ["<!doctype html", "a page of HTML"],
  ["<html", "a page of HTML"],
];

function foreignKind(head: Buffer): string | null {
  const start = head.toString("latin1").toLowerCase();
  return FOREIGN.find(([letters]) => start.startsWith(letters.toLowerCase()))?.[1] ?? null;
}

/**
 * Copies an archive to a place of our own: it is read in several goes, and should be the same in all of them.
 *
 * @throws Refusal when it has nothing in it, or more than is taken. @throws EntryError when it changes.
 */
export function copyArchive(file: HeldFile, to: string, limits: IntakeLimits): void {
  const { sizeBytes } = file;
  if (sizeBytes === 0) throw new Refusal("the file is empty");
  const isZip = startOf(file).startsWith(ZIP_START);
  if (sizeBytes > limits.archiveBytes * (isZip ? LEFT_OUT_FACTOR : 1)) throw archiveTooLarge(sizeBytes, limits);
  const fd = openSync(to, "wx");
  try {
    for (const piece of file.pieces()) writeFileSync(fd, piece);
  } finally {
    closeSync(fd);
  }
}

function startOf(file: HeldFile): string {
  for (const piece of file.pieces()) return piece.toString("latin1", 0, 4);
  return "";
}

/** Unpacks an archive of a kind and size that is taken. @returns what there is to note. @throws Refusal */
export async function unpackArchive(
  path: string,
  kind: ArchiveKind | null,
  folder: string,
  limits: IntakeLimits,
): Promise<string[]> {
  if (kind === null || kind === "bundle") {
    const what = foreignKind(startBytes(path));
    throw new Refusal(
      what === null
        ? "the content is no archive that can be taken, or a broken one; hand in .zip, .tar or .tar.gz"
        : `the content is no archive that can be taken, but ${what}; hand in .zip, .tar or .tar.gz`,
    );
  }
  if (kind === "zip") return unpackZip(path, folder, limits);
  const target = new Target(folder, limits, statSync(path).size);
  await unpackTar(path, kind === "tar.gz", target, limits);
  return target.notes();
}
