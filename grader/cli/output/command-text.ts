import type { Lab } from "../../harness/scenario.ts";
import type { LayerCommand } from "../../report/own-layers-text.ts";

/**
 * A command as a user types it; it asks no registry, whatever is installed. `named`: the submission as it was named, if it was.
 * `more`: what stands behind that.
 */
export function commandOn(command: string, named: string | undefined, more = ""): string {
  return `npx --no ${command}${named === undefined ? "" : ` ${quoted(named)}`}${more}`;
}

/** What grades a layer by itself, in the lab in which it is written; that may be in another kit. */
export function layerCommandOf(labs: readonly Lab[]): LayerCommand {
  return ({ lab, submission }) => {
    const command = commandOn(`grade ${lab}`, submission);
    return labs.some(({ id }) => id === lab) ? command : `${command} (with the kit of ${lab})`;
  };
}

/** As it can be typed in a shell. */
export function quoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
