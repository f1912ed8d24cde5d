/** `npm run goldens`: plays the golden runs and keeps them; with `--check` it only says which differ. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadRealmTexts } from "../grader/host/realm-texts.ts";
import { distFile, packageRoot } from "../grader/sandbox/dist-file.ts";
import { GOLDEN_SUBMISSIONS, GOLDENS_FILE, goldensText, playGoldens, readGoldens } from "../test/run/goldens.ts";

const realm = loadRealmTexts(distFile("realm"));
const lines: string[] = [];
for (const submission of GOLDEN_SUBMISSIONS) {
  lines.push(...(await playGoldens(packageRoot(), submission, realm)).values());
}
const path = join(packageRoot(), GOLDENS_FILE);
if (process.argv.includes("--check")) {
  const kept = new Set(readGoldens(readFileSync(path, "utf8")));
  const different = lines.filter((line) => !kept.has(line));
  for (const line of different) console.log(`differs: ${line}`);
  console.log(`Node ${process.version}: ${lines.length - different.length} of ${kept.size} runs as in ${GOLDENS_FILE}`);
  if (different.length > 0 || lines.length !== kept.size) process.exitCode = 1;
} else {
  writeFileSync(path, goldensText(lines));
  console.log(`${lines.length} runs written to ${GOLDENS_FILE}`);
}
