import { execFile } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Order } from "./debugger/play.ts";

/** More of them, all over the runs: `MOMENTS=200 npx vitest run test/host/debugger.test.ts`. */
const MOMENTS = Number(process.env.MOMENTS ?? 4);
const root = fileURLToPath(new URL("../..", import.meta.url));
/** Within the project, so that what is not bundled is found; not in `dist`, which is what this grader is known by. */
const folder = `${root}coverage/debugger-${process.pid}`;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await build({
    ...{ bundle: true, platform: "node", format: "esm", target: "node20", outExtension: { ".js": ".mjs" } },
    entryPoints: ["play", "look"].map((name) => `${root}test/host/debugger/${name}.ts`),
    ...{ outdir: folder, external: ["esbuild", "typescript"], logLevel: "warning" },
    banner: { js: 'import { createRequire as __r } from "node:module"; const require = __r(import.meta.url);' },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  [
    "lab 2",
    { submission: "reference/raft", scenario: "lab2d/snapshot-install", privates: ["encoded", "timer", "votes"] },
  ],
  ["lab 3", { submission: "reference/kv", scenario: "lab3b/restarts", privates: ["sessions"] }],
] as const)(
  "what is told of fields is what a debugger shows at the same moment: %s",
  async (_, run) => {
    const order: Order = {
      ...{ ...run, submission: `${root}${run.submission}`, realm: `${root}dist/realm`, seed: 7 },
      ...{ moments: MOMENTS, every: MOMENTS > 20 ? 4 : 40 },
    };
    const args = [`${folder}/play.mjs`, JSON.stringify(order)];
    const stdout = await outputOf(args);
    const found = JSON.parse(stdout);
    if (process.env.MOMENTS !== undefined) console.log(found);
    expect(found.differences).toEqual([]);
    expect(found.moments).toBe(MOMENTS);
    expect(found.compared).toBeGreaterThan(50 * MOMENTS);
    expect(found.privates).toBeGreaterThan(MOMENTS);
  },
  600_000,
);

function outputOf(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
}
