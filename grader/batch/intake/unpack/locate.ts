import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { shown } from "../names.ts";
import { Refusal } from "./refusal.ts";

const LISTED = 8;

/**
 * Finds the folder that has the main file: the one that was unpacked, or the only one just below it that has it.
 *
 * @throws Refusal when there is none, or several.
 */
export function locateMain(root: string, mainFile: string): { folder: string; note?: string } {
  const wanted = [`${mainFile}.ts`, `${mainFile}.js`];
  const hasMain = (folder: string) => wanted.some((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }));
  const names = readdirSync(root).sort();
  if (wanted.some((name) => names.includes(name))) return { folder: root };
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const candidates = folders.filter((name) => hasMain(join(root, name)));
  const [only, ...more] = candidates;
  if (only === undefined) throw new Refusal(describeMissing(root, wanted[0] ?? "", names, folders));
  if (more.length > 0) {
    throw new Refusal(`several folders have ${wanted[0]}: ${list(candidates)}; hand in one of them only`);
  }
  return { folder: join(root, only), note: `${wanted[0]} was found one folder down, in ${shown(only)}` };
}

function describeMissing(root: string, wanted: string, names: readonly string[], folders: readonly string[]): string {
  if (names.length === 0) return `it is empty; it must hold ${wanted}`;
  const otherCase = names.find((name) => name.toLowerCase() === wanted.toLowerCase());
  if (otherCase !== undefined) return `it has ${shown(otherCase)}, but the file must be named ${wanted}; rename it`;
  const deeper = folders.flatMap((name) => foldersIn(join(root, name)).map((inner) => `${name}/${inner}`));
  const found = deeper.find((way) => lstatSync(join(root, way, wanted), { throwIfNoEntry: false }));
  if (found !== undefined) return `${wanted} lies too deep, in ${shown(found)}; put it at the top of what is handed in`;
  return `there is no ${wanted} in it, nor one folder down; it holds ${list(names)}`;
}

function foldersIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function list(names: readonly string[]): string {
  const rest = names.length - LISTED;
  return `${names.slice(0, LISTED).map(shown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
