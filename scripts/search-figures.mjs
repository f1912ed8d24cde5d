/** What searches find of known mistakes, beside random schedules: `node scripts/search-figures.mjs --help` after `npm run build`. */
import { existsSync } from "node:fs";

const built = new URL("../dist/search-figures.js", import.meta.url);
if (!existsSync(built)) {
  console.error('error: dist is missing: run "npm run build" first');
  process.exit(2);
}
await import(built.href);
