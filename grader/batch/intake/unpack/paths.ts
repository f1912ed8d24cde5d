import type { IntakeLimits } from "../limits.ts";
import { shown } from "../names.ts";
import { Refusal } from "./refusal.ts";

/** What most file systems take in one name, in bytes. */
const MAX_NAME_BYTES = 255;

/** Left by systems and tools; never part of a solution. */
const IGNORED = new Set([
  "__macosx",
  ".ds_store",
  "icon\r",
  ".git",
  "node_modules",
  "thumbs.db",
  "desktop.ini",
  // Of disks, and of boxes that hold them.
  "$recycle.bin",
  "system volume information",
  "lost+found",
  "@eadir",
  "#recycle",
]);
/** What the Finder calls a folder's own icon. */
const ICON = /(^|\/)Icon\r$/i;

/**
 * The names along the path of an archive's entry, checked; none for the archive's own root.
 *
 * @throws Refusal when it leads out of the folder, or is no name that every system can have.
 */
export function entryParts(path: string, limits: IntakeLimits): readonly string[] {
  const refuse = (what: string) => new Refusal(`an entry has ${what}: ${shown(path)}`);
  if (path === "") throw new Refusal("an entry has no name");
  // First, so that the rest looks at short paths only.
  if (Buffer.byteLength(path) > limits.pathBytes) throw refuse(`a path of more than ${limits.pathBytes} bytes`);
  if (/\p{Cc}/u.test(path.replace(ICON, ""))) throw refuse("control characters in its name");
  if (path.startsWith("/")) throw refuse("an absolute path");
  if (/^[A-Za-z]:/.test(path)) throw refuse("a path with a drive letter");
  if (path.includes("\\")) throw refuse("a backslash in its name; make the archive with / between folders");
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw refuse("a path that leads out of its folder");
  if (parts.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES)) {
    throw refuse(`a name of more than ${MAX_NAME_BYTES} bytes`);
  }
  if (parts.length > limits.depth + 1) throw refuse(`more than ${limits.depth} folders inside each other`);
  return parts;
}

/** The name because of which an entry is left out, or undefined. */
export function ignoredPart(parts: readonly string[]): string | undefined {
  return parts.find((part) => IGNORED.has(part.toLowerCase()) || part.startsWith("._"));
}

/**
 * Settings of tools. They are left out silently: nothing of a student's own configuration may have a part in grading,
 * and where they do not lie, nobody can read them by mistake.
 */
export function isToolFile(name: string): boolean {
  return /^(package|package-lock|npm-shrinkwrap|tsconfig.*|jsconfig.*|biome|deno)\.jsonc?$|^(vite|vitest|jest|esbuild|rollup|webpack|babel|eslint|prettier)\.config\.|^\.(npmrc|babelrc|swcrc|env)/i.test(
    name,
  );
}

/** One key for all spellings of a path that some file system takes for the same. */
export function pathKey(path: string): string {
  return path.normalize("NFC").toLowerCase().normalize("NFC");
}
