import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GradingResult } from "../../grader/run/result.ts";
import { alikeIn, runsMsOf } from "./alike.ts";
import { medianOf, ratiosOf, spread, turnsOf } from "./figures.ts";
import { type MeasuredGrading, measureGrading, outcomeOf } from "./grading.ts";

/** What people do: a whole grading, a quick look, on one core, a student's loop, and code that is not trusted. */
export const GRADINGS: readonly (readonly string[])[] = [
  ["lab2", "reference"],
  ["lab2", "reference", "--runs", "1"],
  ["lab2", "reference", "--workers", "1"],
  ["lab2b", "reference", "--only", "backup"],
  ["lab2", "reference", "--sandbox"],
];

export interface AgainstOptions {
  /** Folders of two checkouts, both built: the present one, and the one that it is compared with. */
  readonly checkouts: readonly [present: string, other: string];
  readonly rounds: number;
  readonly gradings: readonly (readonly string[])[];
  readonly measure?: typeof measureGrading;
  readonly print?: (line: string) => void;
}

/**
 * Grades with two checkouts in turns, and prints the ratios of their times. Ratios are of pairs that were measured one
 * directly after the other, and their median is what counts: on a noisy machine single times say little.
 *
 * @throws Error when a checkout is not built.
 */
export function compareCheckouts(options: AgainstOptions): void {
  const { checkouts, rounds, gradings, measure = measureGrading, print = console.log } = options;
  for (const checkout of checkouts) {
    if (!existsSync(join(checkout, "dist/cli.js"))) throw new Error(`${checkout} is not built: npm ci there`);
  }
  const caches = mkdtempSync(join(tmpdir(), "bench-"));
  const cachesOf = (kind: number) => join(caches, String(kind));
  try {
    print(`this checkout against ${checkouts[1]}; ${rounds} of each in turns; ratios pair by pair`);
    print("median, least … most; wall and CPU time in seconds\n");
    for (const args of gradings) {
      // What is read from the disk for the first time, and what is remembered, is so for both.
      const first = checkouts.map((checkout, kind) => measure(checkout, args, cachesOf(kind)));
      const all: MeasuredGrading[][] = checkouts.map(() => []);
      if (first.every(({ result }) => result !== null)) {
        for (const turn of turnsOf(checkouts.length, rounds)) {
          for (const kind of turn) all[kind]?.push(measure(checkouts[kind] as string, args, cachesOf(kind)));
        }
      }
      for (const line of linesOf(args, first, all)) print(line);
    }
  } finally {
    rmSync(caches, { recursive: true, force: true });
  }
}

function linesOf(args: readonly string[], first: readonly MeasuredGrading[], all: MeasuredGrading[][]): string[] {
  const title = `grade ${args.join(" ")}`;
  const measured = [...first, ...all.flat()];
  const failed = measured.find(({ result }) => result === null);
  if (failed !== undefined) return [title, `  not measured: ${failed.err.trim().split("\n", 1)[0]}`, ""];
  const [present = [], other = []] = all;
  const outcomes = new Set(measured.map(({ result }) => result !== null && outcomeOf(result)));
  const wall = (some: readonly MeasuredGrading[]) => some.map(({ wallMs }) => wallMs / 1000);
  const cpu = (some: readonly MeasuredGrading[]) => some.flatMap(({ cpuMs }) => (cpuMs === null ? [] : [cpuMs / 1000]));
  const lines = [title, ...rowsOf("wall", wall(present), wall(other))];
  if (cpu(measured).length === measured.length) lines.push(...rowsOf("CPU", cpu(present), cpu(other)));
  if (outcomes.size > 1)
    lines.push("  they do not come to the same: verdicts or traces differ", ...rowsOfAlike(first, all));
  return [...lines, ""];
}

/** Where runs differ, what those take that are about the same work in both. */
function rowsOfAlike(first: readonly MeasuredGrading[], all: readonly MeasuredGrading[][]): string[] {
  const [present, other] = first.map(({ result }) => result as GradingResult) as [GradingResult, GradingResult];
  const alike = alikeIn(present, other);
  if (alike.size === 0) return [];
  const seconds = all.map((some) => some.map(({ result }) => runsMsOf(result as GradingResult, alike) / 1000));
  const title = `  runs of ${alike.size} of ${present.scenarios.length} scenarios, alike in both: virtual time, RPCs and bytes within 5 %`;
  return [title, ...rowsOf("wall", ...(seconds as [number[], number[]]))];
}

function rowsOf(what: string, present: readonly number[], other: readonly number[]): string[] {
  const ratios = ratiosOf(present, other);
  const times = `${medianOf(present).toFixed(2)} against ${medianOf(other).toFixed(2)} s`;
  return [`  ${what.padEnd(5)} ${spread(ratios, 2).padEnd(26)} ${times}`];
}
