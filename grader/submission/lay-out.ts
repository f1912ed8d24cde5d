import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Submission } from "./open.ts";

/** Writes what was read of a submission into an empty folder: its sources as they were hashed, its links, and nothing else. */
export function layOut({ contents, links }: Pick<Submission, "contents" | "links">, folder: string): void {
  for (const [path, content] of contents) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  for (const { path, target } of links) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // A link may lead to the folder that it lies in, which has no name from there.
    symlinkSync(relative(dirname(join(folder, path)), join(folder, target)) || ".", join(folder, path));
  }
}
