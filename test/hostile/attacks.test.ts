import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { folderWith, ROOT } from "../cli/run-cli.ts";
import { TABLE } from "./table.ts";

/** As on a small machine; V8 ends a process that needs more. */
const HEAP_MB = 500;

test("16 MB of anything are taken too, in bounded memory", async () => {
  const folder = folderWith();
  const outfile = join(folder, "large.mjs");
  await build({
    entryPoints: [join(ROOT, "test/hostile/large.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
    external: ["esbuild", "tinypool", "typescript"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const run = promisify(execFile)(process.execPath, [`--max-old-space-size=${HEAP_MB}`, outfile], {});
  const count = Object.keys(TABLE).length;
  await expect(run).resolves.toMatchObject({ stdout: `${count} of ${count} were fed\n` });
}, 900_000);
