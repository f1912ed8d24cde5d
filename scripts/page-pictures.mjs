/**
 * The pictures of trace pages in docs and handouts: `node scripts/page-pictures.mjs`, after `npm run build`. Plays two runs of
 * submissions with a planted mistake, and has the browser of the tests (Chromium, with its driver) take the pictures.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MAX_BYTES = 150 * 1024;

if (typeof WebSocket === "undefined") {
  // Node 20 has it behind a flag.
  const again = spawnSync(process.execPath, ["--experimental-websocket", ...process.argv.slice(1)], {
    stdio: "inherit",
  });
  process.exit(again.status ?? 1);
}

const folder = mkdtempSync(join(tmpdir(), "page-pictures-"));
try {
  await build({
    entryPoints: [join(ROOT, "test/browsers/browser.ts"), join(ROOT, "scripts/page-pictures.ts")],
    outdir: folder,
    entryNames: "[name]",
    outExtension: { ".js": ".mjs" },
    ...{ bundle: true, platform: "node", format: "esm", logLevel: "warning" },
  });
  const { Browser } = await import(pathToFileURL(join(folder, "browser.mjs")).href);
  const { PICTURES, RUNS } = await import(pathToFileURL(join(folder, "page-pictures.mjs")).href);
  const pages = Object.fromEntries(Object.entries(RUNS).map(([name, run]) => [name, makePage(name, run)]));
  const browser = await Browser.start("chromium");
  try {
    for (const picture of PICTURES) await take(browser, pages[picture.run], picture);
  } finally {
    await browser.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Plays a run of a submission with its mistake; gives the page's file. */
function makePage(name, { base, file, edits, run }) {
  const submission = join(folder, name);
  cpSync(join(ROOT, base), submission, { recursive: true });
  writeFileSync(join(submission, file), edits.reduce(withMistake, readFileSync(join(submission, file), "utf8")));
  const page = join(folder, `${name}.html`);
  try {
    execFileSync(process.execPath, [join(ROOT, "dist/cli.js"), "replay", run, submission, "--trace", page]);
  } catch (error) {
    // The run fails, which is what the page is about.
    if (error.status !== 1) throw error;
  }
  return page;
}

function withMistake(text, [right, wrong]) {
  if (text.split(right).length !== 2) throw new Error(`a submission has changed: it does not have once: ${right}`);
  return text.replace(right, wrong);
}

async function take(
  browser,
  page,
  { file, hash = "", size = { width: 1400, height: 950 }, keys = [], prepare = "", element },
) {
  const tab = await browser.open(`${pathToFileURL(page)}#${hash}`, size);
  await tab.until("document.querySelector('#app[aria-busy]') === null");
  if (keys.length > 0) await tab.press(...keys);
  if (prepare !== "") await tab.run(prepare);
  await tab.settle();
  const path = join(ROOT, file);
  await tab.picture(path, element);
  await tab.close();
  const { size: bytes } = statSync(path);
  console.log(`${file}: ${bytes} bytes`);
  if (bytes > MAX_BYTES) throw new Error(`${file} has more than ${MAX_BYTES} bytes`);
}
