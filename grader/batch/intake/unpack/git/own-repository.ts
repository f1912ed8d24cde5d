import { randomBytes } from "node:crypto";
import { appendFileSync, closeSync, mkdirSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../refusal.ts";
import type { GitCommand } from "./command.ts";
import { MAX_OBJECTS } from "./limits.ts";

const MB = 1024 * 1024;
/** Of an object in an index: its id, its place and checksum, and its place in the reverse. */
const INDEX_ENTRY_BYTES = 48;

/** How ids are made: `sha1`, or `sha256` in repositories that were asked to. */
export type ObjectFormat = "sha1" | "sha256";

/** Makes the empty repository that objects are copied into. */
export async function initRepository(git: GitCommand, format: ObjectFormat): Promise<void> {
  mkdirSync(git.gitDir, { recursive: true });
  const made = await git.run(["init", "--quiet", "--bare", "--template=", `--object-format=${format}`]);
  if (made !== null) return;
  checkRoom(git.gitDir, 0);
  throw new Error(`git could not make a repository in ${git.gitDir}`);
}

/**
 * Makes the index of each pack that was copied. What a student's own index says of a pack need not be true, while making
 * one reads all of the pack and checks it.
 *
 * @param others how many objects may lie beside the packs. @param broken what is wrong when a pack is damaged.
 * @throws Refusal when a pack is damaged, or there are too many objects.
 */
export async function indexPacks(git: GitCommand, others: number, broken: (pack: string) => string) {
  const folder = join(git.gitDir, "objects", "pack");
  let objects = others;
  for (const name of readdirSync(folder).sort()) {
    const declared = declaredObjects(join(folder, name));
    objects += declared ?? 0;
    // Of a pack with another number than it declares no index is made.
    if (objects > MAX_OBJECTS) throw tooManyObjects();
    if (declared !== null && (await git.run(["index-pack", join(folder, name)])) !== null) continue;
    checkRoom(folder, (declared ?? 0) * INDEX_ENTRY_BYTES);
    throw new Refusal(broken(name));
  }
}

export function tooManyObjects(): Refusal {
  return new Refusal(`the repository has more than ${MAX_OBJECTS} objects`);
}

/** How many objects a pack says it has; null when it is no pack. */
function declaredObjects(path: string): number | null {
  const head = Buffer.alloc(12);
  const fd = openSync(path, "r");
  try {
    if (readSync(fd, head) < head.length || head.toString("latin1", 0, 4) !== "PACK") return null;
  } finally {
    closeSync(fd);
  }
  return head.readUInt32BE(8);
}

/**
 * Throws the error of the system when there is no room for so many bytes and a little more. Git has only words for that,
 * which a repository could make it say too, so it is tried.
 */
function checkRoom(folder: string, bytes: number): void {
  const probe = join(folder, "room");
  const piece = randomBytes(MB);
  try {
    for (let written = 0; written < bytes + MB; written += MB) appendFileSync(probe, piece);
  } finally {
    rmSync(probe, { force: true });
  }
}
