import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let knownRoot: string | undefined;

/** The folder of this package, found from where this code stands: in its sources or in `dist`. */
export function packageRoot(): string {
  if (knownRoot === undefined) {
    let folder = dirname(fileURLToPath(import.meta.url));
    while (!existsSync(join(folder, "package.json"))) {
      if (dirname(folder) === folder)
        throw new Error("consensus-labs is not installed whole: its package.json is missing");
      folder = dirname(folder);
    }
    knownRoot = folder;
  }
  return knownRoot;
}

/** The path of a built file, such as `host.js`. Throws when it was not built. */
export function distFile(name: string): string {
  const path = join(packageRoot(), "dist", name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run "npm run build" in ${packageRoot()}`);
  return path;
}
