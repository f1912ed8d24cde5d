import { spawnSync } from "node:child_process";
import type { GradingPhases, GradingResult } from "../../grader/run/result.ts";
import { packageRoot } from "../../grader/sandbox/dist-file.ts";
import { medianOf, spread } from "./figures.ts";
import { measureGrading } from "./grading.ts";

/** One row: what happens from the step before to this one. */
interface Step {
  readonly title: string;
  /** When it was through, milliseconds since the process was started; undefined when it was not reached. */
  endOf(measured: TimedGrading): number | undefined;
}

interface TimedGrading {
  readonly wallMs: number;
  readonly nodeMs: number;
  readonly phases: GradingPhases;
}

const STEPS: readonly Step[] = [
  { title: "start of Node", endOf: ({ nodeMs }) => nodeMs },
  { title: "imports, the command's thread, options", endOf: ({ phases }) => phases.begun },
  { title: "intake (with --sandbox: the sandbox is tried)", endOf: ({ phases }) => phases.opened },
  { title: "bundling, in a process of its own", endOf: ({ phases }) => phases.bundled },
  { title: "first run: hosts are up, code is cold", endOf: ({ phases }) => phases.firstRun },
  { title: "all other runs, with their audits", endOf: ({ phases }) => phases.lastRun },
  { title: "end of processes and threads, late checks", endOf: ({ phases }) => phases.ended },
  { title: "report, end of the process", endOf: ({ wallMs }) => wallMs },
];

/**
 * Prints what the wall time of gradings is made of, and gives the result of the last one.
 *
 * @throws Error when nothing could be graded.
 */
export function printSteps(words: readonly string[], rounds: number, caches: string): GradingResult {
  const timed: TimedGrading[] = [];
  const cpuMs: number[] = [];
  let result: GradingResult | null = null;
  // The first one reads from the disk what the others find in memory, and leaves behind what is remembered.
  for (let round = 0; round <= rounds; round++) {
    const nodeMs = bareNodeMs();
    const measured = measureGrading(packageRoot(), words, caches);
    result = measured.result;
    const phases = result?.timing.phasesMs;
    if (result === null || phases === undefined) throw new Error(measured.err.trim() || "nothing was graded");
    if (round === 0) continue;
    // A bare Node also ends, so that it may have taken longer than what begins with one.
    timed.push({ wallMs: measured.wallMs, nodeMs: Math.min(nodeMs, phases.begun), phases });
    if (measured.cpuMs !== null) cpuMs.push(measured.cpuMs);
  }
  for (const line of stepLines(timed)) console.log(line);
  if (cpuMs.length > 0) console.log(`\nCPU time of all processes: ${spread(cpuMs.map(seconds), 2)} s`);
  return result as GradingResult;
}

/** The table; one grading for each of `timed`. */
export function stepLines(timed: readonly TimedGrading[]): string[] {
  const lines = [`wall time, seconds (median of ${timed.length}, least … most)`];
  const before = timed.map(() => 0);
  for (const { title, endOf } of STEPS) {
    const took = timed.map((one, i) => {
      const endMs = endOf(one) ?? (before[i] as number);
      const ms = endMs - (before[i] as number);
      before[i] = endMs;
      return ms;
    });
    lines.push(row(title, took));
  }
  lines.push(
    row(
      "the whole",
      timed.map(({ wallMs }) => wallMs),
    ),
  );
  const types = timed.flatMap(({ phases }) => phases.types ?? []);
  if (types.length > 0)
    lines.push(`  the check of types was through at ${seconds(medianOf(types)).toFixed(2)} s, beside the runs`);
  return lines;
}

const TITLE_WIDTH = 48;
const TENTH_MS = 100;

function row(title: string, ms: readonly number[]): string {
  const bar = "▪".repeat(Math.round(medianOf(ms) / TENTH_MS));
  return `  ${title.padEnd(TITLE_WIDTH)}${spread(ms.map(seconds), 2).padEnd(26)} ${title === "the whole" ? "" : bar}`.trimEnd();
}

function seconds(ms: number): number {
  return ms / 1000;
}

function bareNodeMs(): number {
  const startedMs = performance.now();
  spawnSync(process.execPath, ["-e", "0"]);
  return performance.now() - startedMs;
}
