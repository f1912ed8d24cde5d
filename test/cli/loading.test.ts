import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./run-cli.ts";

/** The sources that a built file consists of, together with those of all files which are loaded with it. */
function sourcesOf(entry: string): string[] {
  const files = new Set([entry]);
  for (const file of files) {
    const imports = readFileSync(file, "utf8").matchAll(/^(?:import|\} from|export .* from) "(\.[^"]+)";$/gm);
    for (const [, path = ""] of imports) files.add(join(dirname(file), path));
  }
  // The bundler writes above each source where it stands.
  return [...files].flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^\/\/ (\S+)$/gm)].map(([, at = ""]) => at),
  );
}

test("what is typed is understood before any command is loaded: with it come commander and little else", () => {
  const built = join(ROOT, "dist/command-line.js");
  if (!existsSync(built)) throw new Error('dist/command-line.js is missing: run "npm run build" before the tests');
  const sources = sourcesOf(built);
  expect(sources).toContain("grader/cli/program.ts");
  const packages = sources.flatMap((source) => source.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []);
  expect([...new Set(packages)]).toEqual(["commander"]);
  const parts = sources.flatMap((source) => source.match(/^(labs|grader\/(?!cli\/)[^/]+)\//)?.[1] ?? []);
  expect(parts).not.toContain("labs");
  for (const heavy of ["batch", "sim", "check", "submission", "similar", "ci"])
    expect(parts).not.toContain(`grader/${heavy}`);
});
