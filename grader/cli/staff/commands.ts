import type { Command } from "commander";
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
import type { Stdio } from "../output/stdio.ts";
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
      const [{ batchCommand }, { labs }] = await Promise.all([
        import("../commands/batch.ts"),
        import("../../../labs/index.ts"),
      ]);
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
      const [{ planCommand }, { labs }] = await Promise.all([
        import("../commands/plan.ts"),
        import("../../../labs/index.ts"),
      ]);
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
      const [{ reportCommand }, { labs }] = await Promise.all([
        import("../commands/report.ts"),
        import("../../../labs/index.ts"),
      ]);
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
      const [{ similarCommand }, { labs }] = await Promise.all([
        import("../commands/similar.ts"),
        import("../../../labs/index.ts"),
      ]);
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
      const [{ calibrateCommand }, { labs }] = await Promise.all([
        import("../commands/calibrate.ts"),
        import("../../../labs/index.ts"),
      ]);
      setExitCode(await calibrateCommand(labs, lab, options, stdio));
    });
  program
    .command("release <lab>")
    .requiredOption("--out <dir>")
    .option("--config <file>")
    .option("--platforms <list>")
    .action(async (lab: string, options: ReleaseOptions) => {
      const [{ releaseCommand }, { labs }] = await Promise.all([
        import("../commands/release.ts"),
        import("../../../labs/index.ts"),
      ]);
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

/** Gives null where the words are those that everybody has, else the exit status. */
export async function replayStaffs(
  labs: readonly Lab[],
  run: string,
  submission: string | undefined,
  options: ReplayOptions & OwnLayerWords,
  stdio: Stdio,
): Promise<number | null> {
  if (options.batch === undefined && options.id === undefined) return null;
  if (submission !== undefined) {
    throw new UsageError(`${submission} and --batch are two submissions; leave one of them out`);
  }
  refuseOwnLayers(options, "a run of a batch");
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

/** Ends a line of `grade --help` where there is more to read. */
export const SEE_STAFF_GUIDE: string = "; see GRADING.md";
/** Lines of `grade --help`: the commands, and their options. */
export const STAFF_COMMANDS_HELP: string = `  grade calibrate <lab>        grades the grader: known-wrong submissions must fail, known-right ones pass
  grade batch <lab> <submissions...> --out <dir>
                               grades many submissions; goes on where it was when started again
  grade plan <lab> [submissions...]
                               how long a batch will take on how many machines, and what each must have
  grade merge <dirs...> --out <dir>
                               puts the shards of a batch together
  grade report <out> --format <name>
                               what to upload, or to show students, of a batch: csv, html, class, canvas, moodle and others
  grade similar <sources...>   which submissions are alike, names and comments apart: a place to look, never a verdict
  grade release <lab> --out <dir>
                               makes what students are given: skeleton, handouts, and a package of their own
`;
export const STAFF_OPTIONS_HELP: string = `
calibrate:
  --wrong <dir>, --right <dir> folders of submissions, more than one if wanted (default test/wrong/<lab> and test/right/<lab>)
  --only <text>                submissions whose id contains the text
  --scenarios <text>           scenarios whose id contains the text
  --sample <size>              minutes on two cores, such as 5m, or a share, such as 10% (default 30m)
  --runs <n>, --seeds <n>      runs of each submission in each scenario, and base seeds of gradings; nothing is left out
                               then (default 20 and 100, of which the sample takes what fits)
  --quick                      one grading of each wrong one, up to its first kill; --sample is for right ones (default 1m)
  --killers <file>             with --quick: the runs that killed the last time, tried first, and brought up to date
  --boundary <where>           as above (default process; none pays for very many runs of each submission only)
  --journal <file>             keeps every run, and goes on from there
  --folders <dir>              keeps the patched submissions, for grade replay
  --renamed                    plays them with nonsense for the names of RPCs and their fields: nothing may change
  --suggest-points             how well each scenario tells right from wrong ones, and points that follow from it
  --matrix, --html <file>      the kills of each scenario, as text, or as a page to look at

batch, of folders, archives, git repositories, or folders and exports full of them:
  --config <file>              policy: runs, what must pass, late days, limits (YAML or JSON; see GRADING.md)
  --roster <file>              CSV with the columns id, name, path, or as a learning platform exports it
  --id-column <name>           the roster's column that the submissions are called by
  --missing-as <points>        in the gradebook, for who handed nothing in (default: an empty field)
  --anyway                     goes on where what was found looks like a mistake: a class in one archive, a foreign roster
  --ref <name>, --deadline <time>
                               of git repositories: what to take, or the last commit before a time
  --seed-file <file>           the secret base seed; drawn and kept in --out by default
  --shard <i/n>                this part of the submissions only
  --regrade <what>             grades again: failed, changed, all, or one id; tells which grades went down, and why
  --follow-links               follows the symbolic links of a directory of submissions, which you made
  --time-zone <zone>           of times that a platform writes without one: +01:00, or Europe/Berlin (default UTC)
  --retries <n>                of a submission on which the grader itself went wrong (default 2)
  --no-sandbox                 where there is none, for code that you trust
  --only, --runs, --workers    as above

plan, of what batch takes:
  --count <n>                  so many submissions, when there are none yet
  --machines <list>            estimates for so many machines (default 1,2,4,8,16), with --workers on each
  --figures <dirs...>          from the times of earlier batches, or of parts of this one (default: the reference is graded
                               here, once by each worker to get warm, and once to measure)
  --json                       for programs
  --config, --only, --runs, --roster and the others
                               as for batch

replay, of what was handed in to a batch:
  --batch <sources...>, --id <id>
                               plays a run of that submission, taken from where the batch takes it, in the batch's sandbox
  --out <dir>                  the batch's folder: what is played must be what was graded, or --anyway
  --config, --roster, --id-column, --ref, --deadline, --follow-links, --time-zone, --no-sandbox
                               as the batch was told

report, from a batch's --out folder, at any time:
  --format <name>              for people: csv, markdown, html, class, junit, github; for platforms: canvas, moodle,
                               moodle-feedback, blackboard, brightspace, gradescope, gradescope-autograder,
                               github-classroom, autolab, autolab-feedback, nbgrader
  --to <path>                  the file to write, or the folder for pages (default: standard output; <out>/reports)
  --id <id>                    one submission only
  --after-due, --at <time>     shows what is hidden until the last hand-in is over
  --missing-as <points>        for who handed nothing in (default: an empty field)
  --batch <sources...>         makes the stories of failures that pages have: each student's first of each stage, of what was graded, in
                               the batch's sandbox; with --config, --roster and the others as the batch was told
  --explain-budget <minutes>   for all of them in this call (default: 30); the next call goes on. --shrink-budget <n>: replays for each
  --column <name>              the column, grade item or assignment on the platform, such as "Lab 2 (4711)" in Canvas

similar, of what batch takes:
  --lab <lab>                  which lab they are of (default: the first of grade list)
  --with <folders...>          of earlier years, compared with the new ones only; behind the sources
  --batch <out>                a batch's folder, for names and points
  --out <file>, --json [file]  a page with pairs side by side; all that was found, for programs
  --roster, --anyway, --follow-links
                               as for batch

release, in a clone of the course:
  --config <file>              policy: scenarios that it hides, after-due ones included, are not in the kit at all
  --platforms <list>           whose native parts are packed: linux-x64,linux-arm64,darwin-x64,darwin-arm64 (default: this
                               machine's); what is missing here it says how to fetch
  Commands for staff (calibrate, batch, plan, merge, report, similar, release, soak) are not in a kit.

A batch: 0 every submission has a verdict, 3 the grader went wrong on some (attention.txt) or the machine failed.
`;
