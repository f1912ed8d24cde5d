import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { EntryError } from "../submission/held/entry-error.ts";
import { readNamedFile } from "../submission/held/named-file.ts";
import { CorpusError } from "./corpus/corpus-error.ts";
import type { Grading, GradingRun } from "./gradings.ts";

/**
 * By the id of a wrong submission: the run of a default grading that killed it the last time, a hint and no more; or that
 * it is known to get through, which only a person writes.
 */
export type Killers = ReadonlyMap<string, GradingRun | typeof SURVIVES>;
/** A thousand times what a corpus of a few hundred has. */
const MAX_BYTES = 64_000_000;
export const SURVIVES = "survives";

/**
 * Reads a file of killers: a JSON object from ids to runs, counted from 1: `lab2b/rejoin run 2`, or `survives`. No file:
 * none are known.
 */
export function readKillers(path: string): Killers {
  if (!existsSync(path)) return new Map();
  const bad = (what: string) => new CorpusError(`${path}: ${what}; delete it, and it is made anew`);
  let data: unknown;
  try {
    data = JSON.parse(readNamedFile(path, MAX_BYTES).toString("utf8"));
  } catch (error) {
    if (error instanceof EntryError) throw new CorpusError(error.message);
    throw bad(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) throw bad("it is no JSON object");
  return new Map(
    Object.entries(data).map(([id, text]: [string, unknown]): [string, GradingRun | typeof SURVIVES] => {
      if (text === SURVIVES) return [id, SURVIVES];
      const [, scenario, run] = /^(\S+) run ([1-9]\d{0,8})$/.exec(String(text)) ?? [];
      if (scenario === undefined)
        throw bad(`${id}: ${JSON.stringify(text)} is neither a run such as "lab2b/rejoin run 2" nor "${SURVIVES}"`);
      return [id, { scenario, index: Number(run) - 1 }];
    }),
  );
}

/**
 * Writes what killed this time, and leaves alone what was not played or lived. Nothing is written when all is as before.
 */
export function writeKillers(path: string, before: Killers, gradings: ReadonlyMap<string, readonly Grading[]>): void {
  const after = new Map(before);
  for (const [id, [grading]] of gradings) {
    if (grading?.kill !== undefined) after.set(id, grading.kill);
  }
  const texts = [...after].map(([id, killer]): [string, string] => [
    id,
    killer === SURVIVES ? SURVIVES : `${killer.scenario} run ${killer.index + 1}`,
  ]);
  const sorted = texts.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CorpusError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The order of a grading with the run first that killed the last time. */
export function killerFirst(
  order: readonly GradingRun[],
  killer: GradingRun | typeof SURVIVES | undefined,
): readonly GradingRun[] {
  if (killer === undefined || killer === SURVIVES) return order;
  const isKiller = ({ scenario, index }: GradingRun) => scenario === killer.scenario && index === killer.index;
  return [...order.filter(isKiller), ...order.filter((run) => !isKiller(run))];
}
