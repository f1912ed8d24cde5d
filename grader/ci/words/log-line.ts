import { cutText } from "../../text/cut.ts";
import { printable } from "../../text/printable.ts";

const LOG_CHARS = 50_000;

/**
 * Lines for the log of a job, where a runner takes some for commands: GitHub's takes what begins with `::`, blanks before it
 * not counted, and `##[` anywhere. Source: github.com/actions/runner, src/Runner.Common/ActionCommand.cs.
 */
export function logLines(text: string): readonly string[] {
  return printable(cutText(text, LOG_CHARS).replace(/\r/g, "\n"))
    .split("\n")
    .map((line) => {
      const open = line.replaceAll("##[", "## [");
      return open.trimStart().startsWith("::") ? `| ${open}` : open;
    });
}
