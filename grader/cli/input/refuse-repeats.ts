import type { Command } from "commander";
import { UsageError } from "./usage-error.ts";

/**
 * Options of which somebody may mean several at once: with the last alone, as everywhere else, half of what was meant would be
 * left out, and nobody would hear of it.
 */
const ONCE: ReadonlySet<string> = new Set(["only", "scenarios", "roster", "config"]);

/** Refuses what may be there once only. */
export function refuseRepeats(command: Command): void {
  for (const option of command.options.filter((one) => ONCE.has(one.name()))) {
    const values: string[] = [];
    command.on(`option:${option.name()}`, (value: string) => {
      values.push(value);
      if (values.length > 1) throw new UsageError(`${option.long} takes one, and there are ${values.join(" and ")}`);
    });
  }
}
