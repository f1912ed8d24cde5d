import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../cli/run-cli.ts";
import { textsOf } from "./inputs.ts";
import { EXEMPT, TABLE } from "./table.ts";

/** One after the other, so that what is worse than linear is found while it still comes to its end. */
const SIZES = [2_000, 16_000, 100_000];
const LARGE = 16_000_000;
/** Of CPU time; a loaded machine makes none of it, and ten times as much would still be far from a square. */
const MS_EACH = 100;
const MS_PER_KB = 1;
/** Resident, of the whole test: what it feeds has 32 MB, and V8 is in no hurry to give memory back. */
const MEMORY_BYTES = 1_500_000_000;

function cpuMsOf(use: () => unknown): number {
  const before = process.cpuUsage();
  use();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe.each(Object.entries(TABLE))("%s", (_name, use) => {
  test("takes linear time for whatever is repeated", () => {
    for (const size of SIZES) {
      for (const [what, text] of textsOf(size)) {
        const ms = cpuMsOf(() => use(text));
        expect(ms, `${size} letters: ${what}`).toBeLessThan(MS_EACH + (size / 1000) * MS_PER_KB);
      }
    }
  }, 120_000);
});

test("16 MB of anything are taken too, in bounded memory", () => {
  const names = Object.keys(TABLE);
  // Each function with one of the texts, and each kind of text with a function.
  let at = 0;
  for (const [what, text] of textsOf(LARGE)) {
    if (at >= names.length) break;
    const name = names[at++] as string;
    const ms = cpuMsOf(() => TABLE[name]?.(text));
    expect(ms, `${name}: ${what}`).toBeLessThan(MS_EACH + (LARGE / 1000) * MS_PER_KB);
  }
  expect(process.resourceUsage().maxRSS * 1024).toBeLessThan(MEMORY_BYTES);
}, 300_000);

/** Where code of ours meets what submissions send. */
const FOLDERS = ["text", "submission", "audit", "check", "harness", "report", "batch/intake", "batch/outputs"];
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
