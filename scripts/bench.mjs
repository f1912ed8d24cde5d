/** How fast grading is: `npm run bench`. */
import { existsSync } from "node:fs";

const built = new URL("../dist/bench.js", import.meta.url);
if (!existsSync(built)) {
  console.error('error: dist is missing: run "npm run build" first');
  process.exit(2);
}
await import(built.href);
