/** Prints the Action's outputs from a ci.json, as lines for GITHUB_OUTPUT; nothing when nothing was graded. */
import { existsSync, readFileSync } from "node:fs";

const [path] = process.argv.slice(2);
if (existsSync(path)) {
  const report = JSON.parse(readFileSync(path, "utf8"));
  console.log(JSON.stringify(report));
}
