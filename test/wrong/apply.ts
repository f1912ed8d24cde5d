import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Edit, Patch } from "./patch.ts";

/**
 * Calls `use` with a new folder that holds the files of `base` with the patch applied; the folder is removed afterwards.
 * Throws when the text that an edit looks for is not there exactly once.
 */
export async function withPatched<Result>(
  base: string,
  patch: Patch,
  use: (folder: string) => Result | Promise<Result>,
): Promise<Result> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "patched-")));
  try {
    cpSync(base, folder, { recursive: true });
    for (const edit of patch.edits) {
      const path = join(folder, edit.file);
      writeFileSync(path, applyEdit(readFileSync(path, "utf8"), edit, patch.id));
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The text with the edit applied; `id` names the patch in the error when it does not fit. */
export function applyEdit(text: string, { file, find, replace }: Edit, id: string): string {
  const parts = text.split(find);
  if (parts.length === 2) return parts.join(replace);
  const firstLine = find.trim().split("\n")[0];
  throw new Error(
    `patch ${id}: its text is in ${file} ${parts.length - 1} times instead of once, so it must be brought up to date: ${firstLine}`,
  );
}
