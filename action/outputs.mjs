/** Prints the Action's outputs from a ci.json, as lines for GITHUB_OUTPUT; points are missing when nothing was graded. */
import { existsSync, readFileSync } from "node:fs";

const [path] = process.argv.slice(2);
if (existsSync(path)) {
  const { outcome, result } = JSON.parse(readFileSync(path, "utf8"));
  console.log(`passed=${outcome === "passed"}`);
  if (["passed", "failed"].includes(outcome)) {
    console.log(`points=${Number(result.points)}`);
    console.log(`max-points=${Number(result.maxPoints)}`);
  }
} else {
  console.log("passed=false");
}
