import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../cli/run-cli.ts";
import { EXEMPT } from "./exempt.ts";
import { cpuMsOf, msFor, textsOf } from "./inputs.ts";
import { TABLE } from "./table.ts";

/** One after the other, so that what is worse than linear is found while it still comes to its end. */
const SIZES = [2_000, 16_000, 100_000];

describe.each(Object.entries(TABLE))("%s", (_name, use) => {
  test("takes linear time for whatever is repeated", () => {
    // What V8 has to do for the first calls is not the text's doing.
    for (const text of ["text", ...new Array(3).fill(" ".repeat(2_000))]) use(text);
    for (const size of SIZES) {
      for (const [what, text] of textsOf(size)) {
        const ms = cpuMsOf(() => use(text));
        expect(ms, `${size} letters: ${what}`).toBeLessThan(msFor(size));
      }
    }
  }, 120_000);
});

/** Where code of ours meets what submissions send. */
const FOLDERS = [
  "text",
  "submission",
  "audit",
  "check",
  "explain",
  "harness",
  "report",
  "page",
  "shrink",
  "batch/intake",
  "batch/outputs",
  "similar",
  "ci",
];
const FUNCTION = /export (?:async )?function\*? (\w+)(?:<[^>]*>)?\(([^)]*)\)/g;

test("every function of trusted code that takes texts or bytes is in the table, or left out with a reason", () => {
  const missing = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, "grader", folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .flatMap((path) => [...readFileSync(join(ROOT, "grader", folder, path), "utf8").matchAll(FUNCTION)])
      .filter(([, , parameters = ""]) => /: (?:readonly )?(?:string|Uint8Array|Buffer)\b/.test(parameters))
      .map(([, name = ""]) => name)
      .filter((name) => !(name in TABLE) && !(name in EXEMPT)),
  );
  expect(missing).toEqual([]);
});
