import { Command } from "commander";
import type { Stdio } from "../../grader/cli/output/stdio.ts";
import { addReplayOptions, addStaffCommands, replayStaffs } from "../../grader/cli/staff/commands.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { labs } from "../../labs/index.ts";

/** Lines of the code blocks of a page that call the grader, as words; comments behind them are none. */
export function commandsIn(markdown: string): readonly (readonly string[])[] {
  const blocks = markdown.split(/^\s*```.*$/m).filter((_, at) => at % 2 === 1);
  return blocks
    .flatMap((block) => block.split("\n"))
    .map((line) => line.trim().replace(/ {2,}#.*$/, ""))
    .filter((line) => line.startsWith("npx --no grade "))
    .map((line) => wordsOf(line).slice(3));
}

/** As a shell has them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
}

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of staff in this process, as the command line does. */
export async function runCommand(words: readonly string[]): Promise<Said> {
  const said = { code: 0, out: "", err: "" };
  const stream = (name: "out" | "err") => ({
    isTerminal: false,
    columns: undefined,
    style: makeStyle(false),
    write: (text: string) => {
      said[name] += text;
    },
  });
  const stdio: Stdio = { out: stream("out"), err: stream("err"), onClosed: () => {} };
  const program = makeProgram(stdio, (code) => {
    said.code = code;
  });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    return { ...said, code: 2, err: `${said.err}${(error as Error).message}\n` };
  }
  return said;
}

function makeProgram(stdio: Stdio, setExitCode: (code: number) => void): Command {
  const program = new Command("grade").exitOverride();
  const replay = program.command("replay <run> [submission]");
  addReplayOptions(replay);
  replay.action(async (run: string, submission: string | undefined, options: Parameters<typeof replayStaffs>[3]) => {
    setExitCode((await replayStaffs(labs, run, submission, options, stdio)) ?? 2);
  });
  addStaffCommands(program, stdio, setExitCode);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: stdio.err.write });
  return program;
}

/** What is wrong with the words of a command, without running it; null when nothing is, or it is no command of staff's. */
export async function misuseOf(words: readonly string[]): Promise<string | null> {
  const problems: string[] = [];
  const stdio = { err: { write: (text: string) => problems.push(text) } } as unknown as Stdio;
  const program = makeProgram(stdio, () => {});
  if (!program.commands.some((command) => command.name() === words[0])) return null;
  for (const command of program.commands) command.action(() => {});
  try {
    await program.parseAsync(words, { from: "user" });
    return null;
  } catch (error) {
    return [...problems, (error as Error).message].join("");
  }
}
