import type { Intake, IntakeOptions } from "./types.ts";

/**
 * Finds the submissions that the sources name, sorted by id. Reads listings only; each is unpacked when it is opened.
 *
 * @throws IntakeError when a source or the roster is no good; what is wrong with one submission shows when it is opened.
 */
export async function takeIn(_sources: readonly string[], _options: IntakeOptions): Promise<readonly Intake[]> {
  throw new Error("no source can be taken in yet");
}
