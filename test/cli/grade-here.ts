// Loaded with the file and not in its first test, which would have to wait for it.
import "../../grader/cli/commands/batch.ts";
import "../../grader/cli/commands/calibrate.ts";
import "../../grader/cli/commands/explain.ts";
import "../../grader/cli/commands/grade.ts";
import "../../grader/cli/commands/replay.ts";
import "../../grader/cli/commands/run.ts";
import "../../grader/cli/commands/search.ts";
import "../../labs/index.ts";
import type { TextStream } from "../../grader/cli/output/stdio.ts";
import { runCommand } from "../../grader/cli/run-command.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { CACHES, type Finished } from "./run-cli.ts";

process.env.XDG_CACHE_HOME = CACHES;

/**
 * The command line, from the sources, in this process and its current folder: for all that is not about processes, signals,
 * the environment, or streams that close. To start Node and load the commands would take longer than most of them do.
 */
export async function gradeHere(args: readonly string[]): Promise<Finished> {
  const texts = { out: "", err: "" };
  const stream = (name: keyof typeof texts): TextStream => ({
    isTerminal: false,
    columns: undefined,
    style: makeStyle(false),
    write: (text) => {
      texts[name] += text;
    },
  });
  const code = await runCommand(["node", "grade", ...args], {
    out: stream("out"),
    err: stream("err"),
    onClosed: () => {},
  });
  return { code, ...texts };
}
