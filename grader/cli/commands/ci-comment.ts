import { join } from "node:path";
import { commentText, logLines, readReport } from "../../ci/index.ts";
import { EXIT } from "../exit-code.ts";
import type { Stdio } from "../output/stdio.ts";

/**
 * `grade ci comment <dir>`: a comment from the `ci.json` of a check that ran where anybody could have written it. Gives the exit
 * status.
 */
export function ciCommentCommand(dir: string, stdio: Stdio): number {
  const report = readReport(join(dir, "ci.json"));
  if (typeof report === "string") {
    for (const line of logLines(`error: ${report}`)) stdio.err.write(`${line}\n`);
    return EXIT.usage;
  }
  stdio.out.write(commentText(report));
  return EXIT.passed;
}
