/**
 * `npm run goldens`: plays the golden runs in this process and keeps them; with `--check` it only says which differ, and with
 * `--check --boundary process` or `none` it plays them as a grading does, with the boundary or without.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadRealmTexts } from "../grader/host/realm-texts.ts";
import { distFile, packageRoot } from "../grader/sandbox/dist-file.ts";
import {
  GOLDEN_SUBMISSIONS,
  GOLDENS_FILE,
  goldensText,
  playGoldens,
  playGoldensInPool,
  readGoldens,
} from "../test/run/goldens.ts";

const { check, boundary } = parseArgs({
  options: { check: { type: "boolean" }, boundary: { type: "string" } },
}).values;
if (boundary !== undefined && (!check || (boundary !== "none" && boundary !== "process"))) {
  console.error("error: --boundary is none or process, and goes with --check");
  process.exit(2);
}
const realm = loadRealmTexts(distFile("realm"));
const lines: string[] = [];
let whole = 0;
for (const submission of GOLDEN_SUBMISSIONS) {
  if (boundary === undefined) lines.push(...(await playGoldens(packageRoot(), submission, realm)).values());
  else {
    const played = await playGoldensInPool(packageRoot(), submission, boundary);
    lines.push(...played.lines);
    whole += played.whole;
  }
}
const path = join(packageRoot(), GOLDENS_FILE);
if (check) {
  const kept = new Set(readGoldens(readFileSync(path, "utf8")));
  const different = lines.filter((line) => !kept.has(line));
  for (const line of different) console.log(`differs: ${line}`);
  console.log(`Node ${process.version}: ${lines.length - different.length} of ${kept.size} runs as in ${GOLDENS_FILE}`);
  if (boundary !== undefined) console.log(`${whole} of them were played whole in the process of the peers`);
  if (different.length > 0 || lines.length !== kept.size) process.exitCode = 1;
} else {
  writeFileSync(path, goldensText(lines));
  console.log(`${lines.length} runs written to ${GOLDENS_FILE}`);
}
