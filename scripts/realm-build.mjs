/**
 * Builds the code that is evaluated inside each peer's realm: `prelude.js`, and a file for each module of Node's that a
 * submission can import (`modules/timers-promises.js` is `node:timers/promises`). All are CommonJS without imports, which
 * the host wraps into functions.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = fileURLToPath(new URL("../grader/host/realm/", import.meta.url));

/** Builds into that folder. */
export async function buildRealm(outDir) {
  const modules = readdirSync(`${source}modules`).filter((file) => file.endsWith(".ts"));
  await build({
    entryPoints: [`${source}prelude.ts`, ...modules.map((file) => `${source}modules/${file}`)],
    outbase: source,
    outdir: outDir,
    bundle: true,
    format: "cjs",
    // Nothing of Node's is there: an import that is left over must fail the build.
    platform: "neutral",
    target: "es2022",
    charset: "utf8",
    // Compiled once a process. Its lines stay short, since Node prints the line of an error that nobody caught.
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
  });
}
