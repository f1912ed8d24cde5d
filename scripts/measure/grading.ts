import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { GradingResult } from "../../grader/run/result.ts";

export interface MeasuredGrading {
  /** From the start of the process to its end. */
  readonly wallMs: number;
  /** Of the process and all that it started and waited for; null where the system does not tell. */
  readonly cpuMs: number | null;
  /** `0` and `1`: something was graded; else there is no result. */
  readonly status: number | null;
  readonly result: GradingResult | null;
  readonly err: string;
}

const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

/** Grades with the built checkout in that folder, as a student does, with caches of its own in `caches`; with this Node or that. */
export function measureGrading(
  checkout: string,
  args: readonly string[],
  caches: string,
  node = process.execPath,
): MeasuredGrading {
  const cpuBeforeMs = childrenCpuMs();
  const startedMs = performance.now();
  const { status, stdout, stderr } = spawnSync(node, [join(checkout, "dist/cli.js"), ...args, "--json"], {
    cwd: checkout,
    env: { ...process.env, XDG_CACHE_HOME: caches },
    encoding: "utf8",
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  const wallMs = performance.now() - startedMs;
  const cpuAfterMs = childrenCpuMs();
  return {
    wallMs,
    cpuMs: cpuBeforeMs === null || cpuAfterMs === null ? null : cpuAfterMs - cpuBeforeMs,
    status,
    result: status === 0 || status === 1 ? (JSON.parse(stdout) as GradingResult) : null,
    err: stderr,
  };
}

/** What a grading came to, as far as it is the same each time: of each run its seed, verdict and hash. */
export function outcomeOf({ scenarios, points }: GradingResult): string {
  const runs = scenarios.map(({ id, runs }) => [id, runs.map((run) => [run.seed, run.verdict, run.traceHash])]);
  return JSON.stringify([points, runs]);
}

/** Milliseconds in a clock tick of /proc, of which Linux has 100 a second wherever Node runs. */
const TICK_MS = 10;
/** Where user and system time of children stand behind the name of the program. */
const CHILDREN_FIELDS = [13, 14];

/** CPU time of all children that have ended, and of theirs. */
function childrenCpuMs(): number | null {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return CHILDREN_FIELDS.reduce((sum, field) => sum + Number(fields[field]) * TICK_MS, 0);
  } catch {
    return null;
  }
}
