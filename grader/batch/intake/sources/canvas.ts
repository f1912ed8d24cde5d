import { extname } from "node:path";
import type { Material, NamedFile, ZippedExport } from "../material.ts";
import { shown } from "../names.ts";
import type { Found } from "./found.ts";

interface CanvasFile {
  readonly path: string;
  readonly who: string;
  readonly user: string;
  readonly isLate: boolean;
  /** Null of a text entry. */
  readonly fileNumber: number | null;
  readonly name: string;
}

/** `smithbob_LATE_340934_208490284_work.zip`: name, mark, user, file, name of the file; a text entry has no file number. */
function parseName(path: string): CanvasFile | null {
  // The first underscore that the rest fits behind ends the name of whoever handed it in.
  for (let at = path.indexOf("_", 1); at >= 0; at = path.indexOf("_", at + 1)) {
    const late = path.startsWith("LATE_", at + 1);
    const user = numberAt(path, at + 1 + (late ? "LATE_".length : 0));
    if (user === null) continue;
    const shared = { path, who: path.slice(0, at), user: user.digits, isLate: late };
    const rest = path.slice(user.end);
    if (rest === "text.html") return { ...shared, fileNumber: null, name: rest };
    const file = numberAt(path, user.end);
    if (file !== null && file.end < path.length) {
      return { ...shared, fileNumber: Number(file.digits), name: path.slice(file.end) };
    }
  }
  return null;
}

/** Digits and the underscore behind them. */
function numberAt(text: string, start: number): { readonly digits: string; readonly end: number } | null {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return end > start && text[end] === "_" ? { digits: text.slice(start, end), end: end + 1 } : null;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/**
 * Those of the files that a Canvas bulk download has; none when it is no such download. Most of its files have names as
 * Canvas gives, and no two have one file number: others may number their files too, but not so.
 */
export function canvasFiles(fileNames: readonly string[]): readonly string[] {
  const files = fileNames.flatMap((name) => parseName(name) ?? []);
  const numbers = files.map((file) => file.fileNumber).filter((number) => number !== null);
  const isExport = files.length > fileNames.length / 2 && new Set(numbers).size === numbers.length;
  return isExport ? files.map((file) => file.path) : [];
}

/**
 * The submissions of a Canvas bulk download.
 *
 * @param zip the download itself when it is not unpacked. @param where puts a file's name behind that of the download.
 */
export function readCanvas(
  fileNames: readonly string[],
  where: (name: string) => string,
  mainFile: string,
  zip?: ZippedExport,
): Found[] {
  const byUser = new Map<string, CanvasFile[]>();
  for (const path of [...fileNames].sort()) {
    const file = parseName(path);
    if (file === null) continue;
    const others = byUser.get(file.user);
    if (others === undefined) byUser.set(file.user, [file]);
    else others.push(file);
  }
  return [...byUser].map(([user, files]) => toFound(user, files, where, mainFile, zip));
}

function toFound(
  user: string,
  files: readonly CanvasFile[],
  where: (name: string) => string,
  mainFile: string,
  zip: ZippedExport | undefined,
): Found {
  const who = files[0]?.who ?? "";
  const { kept, notes } = keepLatest(files);
  const named = kept.map((file) => ({ path: file.path, as: file.name }));
  return {
    rawId: `${who}_${user}`,
    name: shown(who),
    origin: where(files[0]?.path ?? ""),
    members: [{ name: shown(who), studentId: user }],
    ...(kept.some((file) => file.isLate) && { markedLate: true as const }),
    notes,
    material: toMaterial(withoutSuffix(named, mainFile), where, zip),
  };
}

/** Of files that differ only in the number that Canvas adds when one is handed in again, the latest. */
function keepLatest(files: readonly CanvasFile[]): { kept: CanvasFile[]; notes: string[] } {
  const latest = new Map<string, CanvasFile>();
  const notes: string[] = [];
  for (const file of files) {
    const key = splitSuffix(file.name).plain;
    const other = latest.get(key);
    if (other === undefined) {
      latest.set(key, file);
      continue;
    }
    const [loser, winner] = isLater(file, other) ? [other, file] : [file, other];
    latest.set(key, winner);
    notes.push(`${shown(winner.name)} was taken, handed in after ${shown(loser.name)}`);
  }
  return { kept: [...latest.values()], notes };
}

function isLater(a: CanvasFile, b: CanvasFile): boolean {
  const [suffixA, suffixB] = [splitSuffix(a.name).suffix, splitSuffix(b.name).suffix];
  return suffixA === suffixB ? (a.fileNumber ?? 0) > (b.fileNumber ?? 0) : suffixA > suffixB;
}

/** `work-2.zip` is `work.zip`, handed in for the third time. */
function splitSuffix(name: string): { plain: string; suffix: number } {
  const ending = /\.tar\.gz$/i.exec(name)?.[0] ?? extname(name);
  const stem = name.slice(0, name.length - ending.length);
  const [, plain = stem, digits] = /^(.+)-(\d{1,4})$/s.exec(stem) ?? [];
  return { plain: plain + ending, suffix: Number(digits ?? 0) };
}

/**
 * Loose files are imported by their names, so what Canvas added to a name is taken off again: when the main file has a
 * number, all that have the same one.
 */
function withoutSuffix(files: readonly NamedFile[], mainFile: string): NamedFile[] {
  const main = files
    .map(({ as }) => splitSuffix(as))
    .find(({ plain }) => /\.[tj]s$/.test(plain) && stemOf(plain) === mainFile);
  if (main === undefined || main.suffix === 0) return [...files];
  return files.map((file) => {
    const { plain, suffix } = splitSuffix(file.as);
    return suffix === main.suffix ? { ...file, as: plain } : file;
  });
}

function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

function toMaterial(
  files: readonly NamedFile[],
  where: (name: string) => string,
  zip: ZippedExport | undefined,
): Material {
  const archives = files.filter(({ as }) => /\.(zip|tar|tgz|gz|bundle)$/i.test(as));
  if (archives.length > 1) {
    const names = archives.map(({ as }) => shown(as)).join(", ");
    return { kind: "none", reason: `several archives were handed in: ${names}; hand in one` };
  }
  if (archives.length === 1 && files.length > 1) {
    return { kind: "none", reason: `an archive and other files were handed in; hand in one archive with all of them` };
  }
  if (zip !== undefined) return { kind: "zipped", zip, files };
  return { kind: "files", files: files.map(({ path, as }) => ({ path: where(path), as })) };
}
