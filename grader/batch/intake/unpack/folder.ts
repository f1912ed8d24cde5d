import { setImmediate } from "node:timers/promises";
import { EntryError, PROBLEMS } from "../../../submission/held/entry-error.ts";
import type { HeldFile } from "../../../submission/held/held-file.ts";
import type { Entry, HeldFolder } from "../../../submission/held/held-folder.ts";
import { ignoredPart } from "./paths.ts";
import type { Target } from "./target.ts";

/**
 * Copies a folder, files and folders only. Whoever handed it in may still write to it: nothing outside of it is read for
 * that, and what does not stay as it was is refused.
 *
 * @throws EntryError when it holds anything else, or changes. @throws Refusal when there is too much of it.
 */
export async function copyFolder(from: HeldFolder, target: Target): Promise<void> {
  const folders: string[] = [];
  for (const { name, kind } of listed(from, target)) {
    const path = from.path === "" ? name : `${from.path}/${name}`;
    if (kind === "folder" || ignoredPart([name]) !== undefined) {
      target.addFolder(path);
      if (ignoredPart([name]) === undefined) folders.push(name);
    } else if (kind === "file") {
      copyHeldFile(from.file(name), path, target);
    } else {
      throw new EntryError(path, kind === "link" ? PROBLEMS.link : PROBLEMS.other);
    }
  }
  // Others have their turn: the watch on running hosts among them.
  await setImmediate();
  for (const name of folders) {
    const folder = from.folder(name);
    try {
      await copyFolder(folder, target);
    } finally {
      folder.close();
    }
  }
}

/** Sorted by name; no more than may be taken are gathered. */
function listed(folder: HeldFolder, target: Target): Entry[] {
  const entries: Entry[] = [];
  for (const entry of folder.list()) {
    entries.push(entry);
    target.checkRoom(entries.length);
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Copies one file under a name of its own, and closes it. @throws Refusal when it is too large. @throws EntryError */
export function copyHeldFile(file: HeldFile, as: string, target: Target): void {
  try {
    const writer = target.addFile(as, file.sizeBytes);
    if (writer === null) return;
    try {
      for (const piece of file.pieces()) writer.write(piece);
    } finally {
      writer.end();
    }
  } finally {
    file.close();
  }
}
