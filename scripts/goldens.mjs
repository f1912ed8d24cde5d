/** Golden runs: `npm run goldens`, or `node scripts/goldens.mjs --check` to compare under another version of Node. */
import { existsSync } from "node:fs";

const built = new URL("../dist/goldens.js", import.meta.url);
if (!existsSync(built)) {
  console.error('error: dist is missing: run "npm run build" first');
  process.exit(2);
}
await import(built.href);
