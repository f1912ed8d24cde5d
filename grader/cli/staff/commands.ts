import { Command } from "commander";
import type { Lab } from "../../harness/scenario.ts";
import { packageRoot } from "../../sandbox/dist-file.ts";
import type { BatchOptions } from "../commands/batch.ts";
import type { CalibrateOptions } from "../commands/calibrate.ts";
import type { PlanOptions } from "../commands/plan.ts";
import type { ReleaseOptions } from "../commands/release.ts";
import type { ReportOptions } from "../commands/report.ts";
import type { SimilarOptions } from "../commands/similar.ts";
import {
  parseBoundary,
  parseCount,
  parseExplainBudget,
  parseMachines,
  parsePoints,
  parseRetries,
  parseRuns,
  parseSample,
  parseSeed,
  parseSeeds,
  parseShard,
  parseShrinkBudget,
  parseWorkers,
} from "../input/options.ts";
import { OWN_RAFT_OPTION, type OwnLayerWords, refuseOwnLayers } from "../input/own-layers.ts";
import { UsageError } from "../input/usage-error.ts";
import { withLabs } from "../load.ts";
import type { Stdio } from "../output/stdio.ts";
import { HELP_FOR_STAFF, type StaffHelp } from "./help.ts";
import { addIntakeOptions } from "./intake-words.ts";
import type { ReplayOptions } from "./replay-handed-in.ts";

/** Adds the commands that are for staff. A kit has `absent.ts` beside this file in place of it, and nothing that these need. */
export function addStaffCommands(program: Command, stdio: Stdio, setExitCode: (code: number) => void): void {
  addIntakeOptions(program.command("batch <lab> <submissions...>"))
    .requiredOption("--out <dir>")
    .option("--config <file>")
    .option("--missing-as <points>", "", parsePoints)
    .option("--seed-file <file>")
    .option("--only <text>")
    .option("--runs <n>", "", parseRuns)
    .option("--workers <n>", "", parseWorkers)
    .option("--retries <n>", "", parseRetries)
    .option("--shard <i/n>", "", parseShard)
    .option("--regrade <what>")
    .option("--no-sandbox")
    .option(OWN_RAFT_OPTION)
    .action(async (lab: string, submissions: string[], options: BatchOptions & OwnLayerWords) => {
      refuseOwnLayers(options, "a batch");
      const { batchCommand, labs } = await withLabs(import("../commands/batch.ts"));
      setExitCode(await batchCommand(labs, lab, submissions, options, stdio));
    });
  addIntakeOptions(program.command("plan <lab> [submissions...]"))
    .option("--count <n>", "", parseCount)
    .option("--machines <list>", "", parseMachines)
    .option("--figures <dirs...>")
    .option("--json")
    .option("--config <file>")
    .option("--only <text>")
    .option("--runs <n>", "", parseRuns)
    .option("--workers <n>", "", parseWorkers)
    .option("--no-sandbox")
    .action(async (lab: string, submissions: string[], options: PlanOptions) => {
      const { planCommand, labs } = await withLabs(import("../commands/plan.ts"));
      setExitCode(await planCommand(labs, lab, submissions, options, stdio));
    });
  program
    .command("merge <dirs...>")
    .requiredOption("--out <dir>")
    .option("--missing-as <points>", "", parsePoints)
    .action(async (folders: string[], options: { out: string; missingAs?: number }) => {
      const { mergeCommand } = await import("../commands/merge.ts");
      setExitCode(await mergeCommand(folders, options, stdio));
    });
  addIntakeOptions(program.command("report <out>"))
    .requiredOption("--format <name>")
    .option("--to <path>")
    .option("--id <id>")
    .option("--after-due")
    .option("--at <time>")
    .option("--missing-as <points>", "", parsePoints)
    .option("--column <name>")
    .option("--against <out>")
    .option("--anonymous")
    .option("--batch <sources...>")
    .option("--config <file>")
    .option("--no-sandbox")
    .option("--explain-budget <minutes>", "", parseExplainBudget)
    .option("--shrink-budget <n>", "", parseShrinkBudget)
    .option("--workers <n>", "", parseWorkers)
    .action(async (out: string, options: ReportOptions) => {
      const { reportCommand, labs } = await withLabs(import("../commands/report.ts"));
      setExitCode(await reportCommand(labs, out, options, stdio));
    });
  program
    .command("similar <sources...>")
    .option("--lab <lab>")
    .option("--with <folders...>")
    .option("--batch <out>")
    .option("--roster <file>")
    .option("--anyway")
    .option("--follow-links")
    .option("--json [file]")
    .option("--out <file>")
    .action(async (sources: string[], options: SimilarOptions) => {
      const { similarCommand, labs } = await withLabs(import("../commands/similar.ts"));
      setExitCode(await similarCommand(labs, sources, options, stdio));
    });
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  program
    .command("calibrate <lab>")
    .option("--wrong <dir>", "", collect)
    .option("--right <dir>", "", collect)
    .option("--only <text>")
    .option("--scenarios <text>")
    .option("--runs <n>", "", parseRuns)
    .option("--seeds <n>", "", parseSeeds)
    .option("--sample <size>", "", parseSample)
    .option("--quick")
    .option("--killers <file>")
    .option("--seed <n>", "", parseSeed)
    .option("--workers <n>", "", parseWorkers)
    .option("--boundary <where>", "", parseBoundary)
    .option("--journal <file>")
    .option("--folders <dir>")
    .option("--renamed")
    .option("--matrix")
    .option("--suggest-points")
    .option("--json [file]")
    .option("--html <file>")
    .action(async (lab: string, options: CalibrateOptions) => {
      const { calibrateCommand, labs } = await withLabs(import("../commands/calibrate.ts"));
      setExitCode(await calibrateCommand(labs, lab, options, stdio));
    });
  program
    .command("release <lab>")
    .requiredOption("--out <dir>")
    .option("--config <file>")
    .option("--platforms <list>")
    .action(async (lab: string, options: ReleaseOptions) => {
      const { releaseCommand, labs } = await withLabs(import("../commands/release.ts"));
      await releaseCommand(labs, lab, options, stdio);
    });
}

/** Adds what only staff can have a run played from. `replayStaffs` plays it. */
export function addReplayOptions(replay: Command): void {
  addIntakeOptions(replay)
    .option("--batch <sources...>")
    .option("--id <id>")
    .option("--out <dir>")
    .option("--config <file>")
    .option("--no-sandbox");
}

/** What only says how a batch took something in would be taken for granted, and have no effect. */
function refuseReplayOptions(options: object): void {
  const replay = new Command("replay");
  addReplayOptions(replay);
  const said = new Map(Object.entries(options));
  const given = replay.options.find((option) => !option.negate && said.get(option.attributeName()) !== undefined);
  if (given !== undefined)
    throw new UsageError(
      `${given.long} is of a run of a batch: name it with --batch and --id, or leave ${given.long} out`,
    );
}

/** Gives null where the words are those that everybody has, else the exit status. */
export async function replayStaffs(
  labs: readonly Lab[],
  run: string,
  submission: string | undefined,
  options: ReplayOptions & OwnLayerWords & { readonly inspect?: number },
  stdio: Stdio,
): Promise<number | null> {
  if (options.batch === undefined && options.id === undefined) {
    refuseReplayOptions(options);
    return null;
  }
  if (submission !== undefined) {
    throw new UsageError(`${submission} and --batch are two submissions; leave one of them out`);
  }
  refuseOwnLayers(options, "a run of a batch");
  if (options.inspect !== undefined)
    throw new UsageError(
      "--inspect is not for a run of a batch, whose sandbox lets no debugger in; unpack it and name its folder",
    );
  const { replayHandedIn } = await import("./replay-handed-in.ts");
  return replayHandedIn(labs, run, options, stdio);
}

/** The folder of the package that students' projects are given: never the course itself, which holds a solution. */
export async function packageForStudents(labs: readonly Lab[]): Promise<string> {
  const root = packageRoot();
  const { freshStudentPackage, isClone } = await import("../../release/index.ts");
  if (!isClone(root))
    throw new UsageError(
      `${root} is the course itself without its sources: init works in a clone of it, and from a kit`,
    );
  return freshStudentPackage(root, labs);
}

export const STAFF_HELP: StaffHelp = HELP_FOR_STAFF;
