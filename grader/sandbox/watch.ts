import type { HostLoss } from "./host-table.ts";
import type { HostLimits } from "./limits.ts";
import { UNKNOWN_USAGE, type Usage } from "./usage.ts";

/** Where a host is: the number of its run, and that of the window it is in, null between windows. */
export interface Place {
  readonly run: number;
  readonly window: number | null;
}

/**
 * Decides, look by look, whether one host is within its limits.
 *
 * CPU time at the start of a window is what the process had used when the window was first seen, so a window is measured
 * at most one look short, never long. The same holds for a run.
 */
export class HostWatch {
  private window: number | null = null;
  private run: number | null = null;
  private sinceMs = 0;
  private atStart: Usage = UNKNOWN_USAGE;
  private runStart: Usage = UNKNOWN_USAGE;
  /** What was seen at the last look: it explains an end that comes before the next one. */
  last: Usage = UNKNOWN_USAGE;

  constructor(private readonly limits: HostLimits) {}

  /** `nowMs`: monotonic wall time. */
  look({ run, window }: Place, usage: Usage, nowMs: number): HostLoss | null {
    const { limits, atStart } = this;
    this.last = usage;
    if (usage.residentBytes !== null && usage.residentBytes > limits.residentBytes) {
      return loss("out-of-memory", `the peers used more than ${megabytes(limits.residentBytes)} of memory`);
    }
    if (run !== this.run) {
      this.run = run;
      this.runStart = usage;
    }
    if (since(this.runStart.cpuMs, usage.cpuMs) >= limits.runCpuMs) return tooLongRun(limits);
    if (window === null || window !== this.window) {
      this.window = window;
      this.sinceMs = nowMs;
      this.atStart = usage;
      return null;
    }
    // Where CPU time is unknown the wall clock decides alone: a slow machine must not look like a hanging peer.
    if (since(atStart.cpuMs, usage.cpuMs) >= limits.windowCpuMs) {
      const grownBytes = since(atStart.residentBytes, usage.residentBytes);
      if (grownBytes >= limits.growthBytes) {
        return loss(
          "out-of-memory",
          `one step of virtual time took ${megabytes(grownBytes)} of memory, and more and more`,
        );
      }
      return loss("hung", `one step of virtual time took more than ${limits.windowCpuMs / 1000} s of computing`);
    }
    if (nowMs - this.sinceMs >= limits.windowWallMs) {
      return loss("hung", `one step of virtual time did not end within ${limits.windowWallMs / 1000} s`);
    }
    return null;
  }
}

/** Also what the system's own limit on CPU time means, which holds when nobody looks. */
export function tooLongRun(limits: HostLimits): HostLoss {
  return loss("hung", `the run took more than ${limits.runCpuMs / 1000} s of computing in all`);
}

/** How much a figure grew; 0 where it is not known. */
function since(before: number | null, now: number | null): number {
  return before === null || now === null ? 0 : now - before;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

function loss(verdict: HostLoss["verdict"], message: string): HostLoss {
  return { verdict, message, stackLines: [] };
}
