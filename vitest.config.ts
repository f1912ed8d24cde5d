import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { beyondTests } from "./test/beyond-tests.ts";

// Tests start Node hundreds of times and fetch nothing: to read certificates again would triple what each start takes.
delete process.env.NODE_EXTRA_CA_CERTS;

/** What attacks, waits for a limit, or feeds megabytes takes some minutes; what needs browsers needs them. */
const APART = { attacks: /^test\/attacks\/|attacks\.test\.ts$/, browsers: /^test\/browsers\// };
/** Which tests are run: `npm run attacks` and `npm run browsers` are steps of their own. */
const step = process.env.ATTACKS !== undefined ? "attacks" : process.env.BROWSERS !== undefined ? "browsers" : "test";
const stepOf = (path: string) =>
  APART.attacks.test(path) ? "attacks" : APART.browsers.test(path) ? "browsers" : "test";

const files = readdirSync("test", { recursive: true, encoding: "utf8" })
  .map((path) => `test/${path}`)
  .filter((path) => path.endsWith(".test.ts") && !path.includes("/fixtures/") && stepOf(path) === step);
/**
 * They put something in a module's place, or go to another folder, or play hundreds of runs, of which V8 keeps so much that all that
 * comes after them is slow: they have a process for themselves.
 */
const ALONE = /\bvi\.mock\(|\bprocess\.chdir\(|\bplayGoldens\(|\bSCENARIOS\b.*\/play\.ts"/;
/** As hosts are started (`grader/sandbox/host-program.ts`): one thread collects garbage, of which runs make much, and less is inlined. */
const PLAYING = [
  "--single-threaded-gc",
  "--max-inlined-bytecode-size-cumulative=250",
  "--min-semi-space-size=16",
  "--max-semi-space-size=32",
];
const alone = files.filter((path) => ALONE.test(readFileSync(path, "utf8")));

export default defineConfig({
  resolve: {
    alias: { "consensus-labs": fileURLToPath(new URL("labs/api/index.ts", import.meta.url)) },
  },
  test: {
    setupFiles: ["test/each-file.ts"],
    // Tests start peer processes of their own: as many again in parallel would only make each slower.
    maxWorkers: 2,
    // No test is about how long it takes: this ends only what hangs, also on a machine that is slow and busy.
    testTimeout: 300_000,
    // What they make and take away may be many folders, which no test is about.
    hookTimeout: 300_000,
    reporters: process.env.CI
      ? [
          "default",
          beyondTests,
          [
            "json",
            {
              outputFile: `coverage/${step === "attacks" ? "attack" : step === "browsers" ? "browser" : "test"}-results.json`,
            },
          ],
        ]
      : ["default"],
    projects: [
      // To load the same modules for each file anew would be a fifth of the computing.
      {
        extends: true,
        test: {
          name: "tests",
          include: files.filter((path) => !alone.includes(path)),
          isolate: false,
          // Here, and not for both, which would try all sandboxes and say so three times.
          globalSetup: ["test/sandbox/confine/announce.ts", "test/dist-unchanged.ts"],
        },
      },
      { extends: true, test: { name: "alone", include: alone, execArgv: PLAYING } },
    ],
  },
});
