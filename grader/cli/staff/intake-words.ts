import type { Command } from "commander";

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
