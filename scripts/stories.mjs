/** How short the stories of the corpus are: `node scripts/stories.mjs --help` after `npm run build`. */
import { existsSync } from "node:fs";

const built = new URL("../dist/stories.js", import.meta.url);
if (!existsSync(built)) {
  console.error('error: dist is missing: run "npm run build" first');
  process.exit(2);
}
await import(built.href);
