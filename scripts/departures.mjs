/** What the rules of the explanations say of the corpus: its options stand at the top of scripts/departures.ts; after `npm run build`. */
import { existsSync } from "node:fs";

const built = new URL("../dist/departures.js", import.meta.url);
if (!existsSync(built)) {
  console.error('error: dist is missing: run "npm run build" first');
  process.exit(2);
}
await import(built.href);
