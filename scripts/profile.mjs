/** Where the time of a grading goes: `npm run profile`. */
import { existsSync } from "node:fs";

const built = new URL("../dist/profile.js", import.meta.url);
if (!existsSync(built)) {
  console.error('error: dist is missing: run "npm run build" first');
  process.exit(2);
}
await import(built.href);
