import { spawnSync } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";

/** System folders come after the search path, since that of a service may lack them. */
const SYSTEM_FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];

/** The absolute path of a program of the system, or null. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  const folder = folders.find((candidate) => candidate.startsWith("/") && isExecutable(join(candidate, name)));
  return folder === undefined ? null : join(folder, name);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A file, and where a confined process finds it. */
export type Bind = readonly [outside: string, inside: string];

/** Dynamic libraries that programs are linked with. Empty when they are linked statically. Throws without `ldd`. */
export function librariesOf(...programs: readonly string[]): Bind[] {
  const ldd = findProgram("ldd");
  if (ldd === null) throw new Error("`ldd` is not installed");
  const paths = new Set<string>();
  for (const program of programs) {
    const { stdout } = spawnSync(ldd, [program], { encoding: "utf8", env: { LC_ALL: "C" } });
    // `name => /path (0x…)`, or only `/path (0x…)` for the loader.
    for (const [, path] of stdout.matchAll(/(?:=>|^)\s+(\/\S+) \(0x/gm)) if (path !== undefined) paths.add(path);
  }
  return [...paths].sort().map((path) => [realpathSync(path), path]);
}
