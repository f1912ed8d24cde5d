/** Many seeds, for as long as one likes: `npm run soak -- --help`. */
import { existsSync } from "node:fs";

const built = new URL("../dist/soak.js", import.meta.url);
if (!existsSync(built)) {
  console.error('error: dist is missing: run "npm run build" first');
  process.exit(2);
}
await import(built.href);
