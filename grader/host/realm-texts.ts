import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The code that is evaluated in every realm before the submission. */
export interface RealmTexts {
  readonly prelude: string;
  /** By module name without `node:`, for example `timers/promises`. */
  readonly modules: Readonly<Record<string, string>>;
}

/** Reads what `scripts/realm-build.mjs` built into that folder. */
export function loadRealmTexts(folder: string): RealmTexts {
  const modules: Record<string, string> = {};
  for (const file of readdirSync(join(folder, "modules")).sort()) {
    if (file.endsWith(".js")) modules[moduleName(file)] = readFileSync(join(folder, "modules", file), "utf8");
  }
  return { prelude: readFileSync(join(folder, "prelude.js"), "utf8"), modules };
}

/** "timers-promises.js" holds `timers/promises`. */
function moduleName(file: string): string {
  return file.slice(0, -".js".length).replace("-", "/");
}
