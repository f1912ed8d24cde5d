/** What gradings of known-wrong submissions take: its options stand at the top of scripts/wrong-figures.ts; after `npm run build`. */
import { existsSync } from "node:fs";

const built = new URL("../dist/wrong-figures.js", import.meta.url);
if (!existsSync(built)) {
  console.error('error: dist is missing: run "npm run build" first');
  process.exit(2);
}
await import(built.href);
