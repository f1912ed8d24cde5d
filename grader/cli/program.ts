import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../sandbox/dist-file.ts";
import { didYouMean } from "../text/nearest.ts";
import type { CiOptions } from "./commands/ci.ts";
import type { ExplainOptions } from "./commands/explain.ts";
import type { GradeOptions } from "./commands/grade.ts";
import type { InitOptions } from "./commands/init.ts";
import type { SearchOptions } from "./commands/search.ts";
import type { WatchOptions } from "./commands/watch.ts";
import {
  parseBoundary,
  parseMinutes,
  parsePeers,
  parsePoints,
  parsePort,
  parsePrefixes,
  parseRuns,
  parseSeed,
  parseShrinkBudget,
  parseVirtualTime,
  parseWorkers,
} from "./input/options.ts";
import { OWN_RAFT_OPTION, type OwnLayerWords, refuseOwnLayers } from "./input/own-layers.ts";
import { refuseRepeats } from "./input/refuse-repeats.ts";
import { UsageError } from "./input/usage-error.ts";
import { withLabs } from "./load.ts";
import type { Stdio } from "./output/stdio.ts";
import { addReplayOptions, addStaffCommands, replayStaffs } from "./staff/commands.ts";

// Each command is loaded when it is asked for: help and lists should not wait for a grader.

/**
 * All commands with their options. `help`: what is printed where help is asked for. `setExitCode` is told the exit status of the
 * command that was run.
 */
export function makeProgram(stdio: Stdio, help: string, setExitCode: (code: number) => void): Command {
  const program = new Command("grade")
    .usage("<lab> [submission]")
    .version(version())
    .argument("[lab]")
    .argument("[submission]")
    .option("--only <text>")
    .option("--failed")
    .option("--seed <n>", "", parseSeed)
    .option("--runs <n>", "", parseRuns)
    .option("--workers <n>", "", parseWorkers)
    .option("--all-runs")
    .option("--sandbox")
    .option("--no-sandbox")
    .option("--no-cache")
    .option("--boundary <where>", "", parseBoundary)
    .option("--no-audit")
    .option("--audit-all")
    .option("--no-shrink")
    .option("--shrink-budget <n>", "", parseShrinkBudget)
    .option("--json [file]")
    .option("--trace <dir>")
    .option(OWN_RAFT_OPTION)
    .enablePositionalOptions()
    .action(async (lab: string | undefined, submission: string | undefined, options: GradeOptions) => {
      const { gradeCommand, labs, defaultLab } = await withLabs(import("./commands/grade.ts"));
      if (lab === undefined)
        throw new UsageError(
          `name a lab, for example "grade ${defaultLab.suites[0]?.id ?? defaultLab.id}"; "grade list" shows them all`,
        );
      const commands = program.commands.map((command) => command.name());
      try {
        setExitCode(await gradeCommand(labs, lab, submission, options, stdio));
      } catch (error) {
        // A mistyped command looks like a lab.
        const suggestion = didYouMean(lab, commands);
        if (!(error instanceof UsageError) || !error.message.startsWith("unknown lab") || suggestion === "")
          throw error;
        throw new UsageError(`unknown lab or command "${lab}"${suggestion}`);
      }
    });

  program
    .command("watch <lab> [submission]")
    .option("--only <text>")
    .option("--failed")
    .option("--seed <n>", "", parseSeed)
    .option("--runs <n>", "", parseRuns)
    .option("--workers <n>", "", parseWorkers)
    .action(async (lab: string, submission: string | undefined, options: WatchOptions) => {
      const { watchCommand, labs } = await withLabs(import("./commands/watch.ts"));
      setExitCode(await watchCommand(labs, lab, submission, options, stdio));
    });
  const replay = program
    .command("replay <run> [submission]")
    .option("--trace [file]")
    .option("--last <time>", "", parseVirtualTime)
    .option("--from <time>", "", parseVirtualTime)
    .option("--to <time>", "", parseVirtualTime)
    .option("--peer <numbers>", "", parsePeers)
    .option("--rpc <name>")
    .option("--fold")
    .option("--columns")
    .option("--inspect <port>", "", parsePort)
    .option(OWN_RAFT_OPTION);
  addReplayOptions(replay);
  replay.action(async (run: string, submission: string | undefined, options: Parameters<typeof replayStaffs>[3]) => {
    const { replayCommand, labs } = await withLabs(import("./commands/replay.ts"));
    const staffs = await replayStaffs(labs, run, submission, options, stdio);
    setExitCode(staffs ?? (await replayCommand(labs, run, submission, options, stdio)));
  });
  program
    .command("explain <run> [submission]")
    .option("--shrink-budget <n>", "", parseShrinkBudget)
    .option("--workers <n>", "", parseWorkers)
    .option("--out <file>")
    .option("--only-file")
    .action(async (run: string, submission: string | undefined, options: ExplainOptions) => {
      const { explainCommand, labs } = await withLabs(import("./commands/explain.ts"));
      setExitCode(await explainCommand(labs, run, submission, options, stdio));
    });
  program
    .command("run <file> [submission]")
    .option("--workers <n>", "", parseWorkers)
    .action(async (file: string, submission: string | undefined, options: { workers?: number }) => {
      const { runCommand, labs } = await withLabs(import("./commands/run.ts"));
      setExitCode(await runCommand(labs, file, submission, options, stdio));
    });
  program
    .command("search <lab> [submission]")
    .option("--instance <name>")
    .option("--prefixes <n>", "", parsePrefixes)
    .option("--shrink-budget <n>", "", parseShrinkBudget)
    .option("--workers <n>", "", parseWorkers)
    .action(async (lab: string, submission: string | undefined, options: SearchOptions) => {
      const { searchCommand, labs } = await withLabs(import("./commands/search.ts"));
      setExitCode(await searchCommand(labs, lab, submission, options, stdio));
    });
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  const ci = program
    .command("ci [lab]")
    .option("--repo <dir>")
    .option("--event <file>")
    .option("--base <revision>")
    .option("--submission <folder>")
    .option("--config <file>")
    .option("--out <dir>")
    .option("--base-result <file>")
    .option("--min-points <n>", "", parsePoints)
    .option("--require <what>", "", collect)
    .option("--no-worse")
    .option("--budget <time>", "", parseMinutes)
    .option("--seed <n>", "", parseSeed)
    .option("--runs <n>", "", parseRuns)
    .option("--workers <n>", "", parseWorkers)
    .option("--sandbox")
    .option("--no-sandbox")
    .option(OWN_RAFT_OPTION)
    .action(async (lab: string | undefined, options: CiOptions & OwnLayerWords) => {
      refuseOwnLayers(options, "a check");
      const { ciCommand, labs } = await withLabs(import("./commands/ci.ts"));
      setExitCode(await ciCommand(labs, lab, options, stdio));
    });
  ci.command("comment <dir>").action(async (dir: string) => {
    const { ciCommentCommand } = await import("./commands/ci-comment.ts");
    setExitCode(ciCommentCommand(dir, stdio));
  });
  program
    .command("list [lab]")
    .option("--json")
    .action(async (lab: string | undefined, options: { json?: boolean }) => {
      const { listCommand, labs } = await withLabs(import("./commands/list.ts"));
      listCommand(labs, lab, options, stdio);
    });
  program
    .command("init [dir]")
    .option("--lab <lab>")
    .action(async (dir: string | undefined, options: InitOptions) => {
      const { initCommand, labs } = await withLabs(import("./commands/init.ts"));
      await initCommand(labs, dir, options, stdio);
    });
  program
    .command("test [words...]")
    .allowUnknownOption()
    .action(async (words: readonly string[]) => {
      const { testCommand } = await import("./commands/test.ts");
      setExitCode(await testCommand(words));
    });
  program.command("help [topic]").action(async (topic: string | undefined) => {
    const { helpOn } = await import("./help/help.ts");
    stdio.out.write(helpOn(topic));
  });
  program.command("completion <shell>").action(async (shell: string) => {
    const { completionScript, labs } = await withLabs(import("./help/completion.ts"));
    stdio.out.write(completionScript(shell, program, labs));
  });
  addStaffCommands(program, stdio, setExitCode);

  for (const command of [program, ...program.commands, ...ci.commands]) {
    refuseRepeats(command);
    command
      .exitOverride()
      .allowExcessArguments(false)
      .helpCommand(false)
      .configureHelp({ formatHelp: () => help })
      .configureOutput({
        writeOut: stdio.out.write,
        writeErr: stdio.err.write,
        // One line for one mistake.
        outputError: (text, write) => write(text.replace(/\n\(Did you mean (.+)\?\)/, "; did you mean $1?")),
      });
  }
  return program;
}

function version(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
}
