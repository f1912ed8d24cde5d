import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../cli/run-cli.ts";
import { EXEMPT } from "./exempt.ts";
import { TABLE } from "./table.ts";

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
  "search",
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
