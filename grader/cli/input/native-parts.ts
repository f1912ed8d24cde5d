import { createRequire } from "node:module";
import { UsageError } from "./usage-error.ts";

/** What is needed at run time, and what the names of its native parts begin with. */
const NEEDED = [
  { name: "esbuild", native: "@esbuild/" },
  { name: "typescript", native: "@typescript/typescript-" },
] as const;

/**
 * Refuses to begin where bundler or compiler have no part for this system: a kit holds those of some systems only.
 *
 * @param from a file of this package.
 */
export function requireNativeParts(
  from: string = import.meta.url,
  platform = `${process.platform}-${process.arch}`,
): void {
  const missing = NEEDED.flatMap(({ name, native }) => {
    const main = createRequire(from).resolve(`${name}/package.json`);
    const needed = createRequire(main);
    return canResolve(needed, `${native}${platform}/package.json`)
      ? []
      : [`${native}${platform}@${(needed("./package.json") as { version: string }).version}`];
  });
  if (missing.length === 0) return;
  throw new UsageError(
    `nothing here can be graded on ${platform} yet: fetch its parts with "npm install --no-save ${missing.join(" ")}", or ask the course for a kit that holds them`,
  );
}

function canResolve({ resolve }: NodeJS.Require, name: string): boolean {
  try {
    resolve(name);
    return true;
  } catch {
    return false;
  }
}
