/**
 * The pictures of a trace page in docs: `node scripts/page-pictures.mjs [browser]`, after `npm run build`. Plays a run in which
 * an entry of an earlier term is committed by counting copies, and has a Chromium, which is looked for under the usual names,
 * take the pictures.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RUN = "lab2b/earlier-term-entries@739358755661434";
/** What the wrong submission lacks. */
const FILE = "replication.ts";
const LINE = "  if (node.log.termAt(index) !== node.currentTerm) return;\n";
/** Where each picture is taken: what stands in the page's hash. */
const PICTURES = { "trace-page": "", "trace-page-dark": "theme=dark" };
const SIZE = "1400,1120";
const MAX_BYTES = 100 * 1024;

const folder = mkdtempSync(join(tmpdir(), "page-pictures-"));
try {
  const page = makePage();
  const browser = process.argv[2] ?? findBrowser();
  for (const [name, hash] of Object.entries(PICTURES)) takePicture(browser, `${pathToFileURL(page)}#${hash}`, name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function makePage() {
  const submission = join(folder, "submission");
  cpSync(join(ROOT, "test/right/raft/rich-base"), submission, { recursive: true });
  const text = readFileSync(join(submission, FILE), "utf8");
  if (!text.includes(LINE)) throw new Error(`${FILE} has changed: it has no line ${LINE.trim()}`);
  writeFileSync(join(submission, FILE), text.replace(LINE, ""));
  const page = join(folder, "page.html");
  try {
    execFileSync(process.execPath, [join(ROOT, "dist/cli.js"), "replay", RUN, submission, "--trace", page]);
  } catch (error) {
    // The run fails, which is what the page is about.
    if (error.status !== 1) throw error;
  }
  return page;
}

function findBrowser() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      execFileSync(name, ["--version"], { stdio: "ignore" });
      return name;
    } catch {
      // The next one.
    }
  }
  throw new Error("no Chromium is installed; name one: node scripts/page-pictures.mjs <browser>");
}

function takePicture(browser, url, name) {
  const path = join(ROOT, "docs", `${name}.webp`);
  const own = [
    "--headless",
    "--no-sandbox",
    "--hide-scrollbars",
    "--force-device-scale-factor=0.64",
    "--virtual-time-budget=8000",
  ];
  execFileSync(browser, [...own, `--window-size=${SIZE}`, `--screenshot=${path}`, url], { stdio: "ignore" });
  const { size } = statSync(path);
  console.log(`${path}: ${size} bytes`);
  if (size > MAX_BYTES) throw new Error(`${path} has more than ${MAX_BYTES} bytes`);
}
