import type { Command } from "commander";
import { cellProblems, commitsCountUntil, type IntakeOptions, type Policy } from "../../batch/index.ts";

/** What staff says of where submissions come from: a batch, and whatever looks into one again, are told the same. */
export interface IntakeWords {
  readonly roster?: string;
  readonly idColumn?: string;
  readonly anyway?: boolean;
  readonly ref?: string;
  readonly deadline?: string;
  readonly followLinks?: boolean;
  readonly timeZone?: string;
}

export function addIntakeOptions(command: Command): Command {
  return command
    .option("--roster <file>")
    .option("--id-column <name>")
    .option("--anyway")
    .option("--ref <name>")
    .option("--deadline <time>")
    .option("--follow-links")
    .option("--time-zone <zone>");
}

/** Those words, and the policy's, as intake is told them. */
export function intakeOptions(
  { roster, idColumn, anyway, ref, deadline, followLinks, timeZone }: IntakeWords,
  policy: Policy,
  more: Pick<IntakeOptions, "mainFile" | "workDir" | "outDir" | "onRemark" | "onTakenFor">,
): IntakeOptions {
  return {
    ...more,
    limits: policy.intake,
    followLinks: followLinks === true,
    ...(timeZone !== undefined && { timeZone }),
    ...(roster !== undefined && { roster }),
    ...(idColumn !== undefined && { idColumn }),
    ...(anyway !== undefined && { anyway }),
    cellProblems: (columns) => cellProblems(policy, columns),
    deadlineOf: (time, rosters) => commitsCountUntil(policy, time, rosters),
    ...(ref !== undefined && { ref }),
    ...(deadline !== undefined && { deadline }),
  };
}
