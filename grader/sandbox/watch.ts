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
  /** CPU time at the last look, and the most memory so far: they explain an end that comes before the next look. */
  seen: Usage = UNKNOWN_USAGE;

  constructor(private readonly limits: HostLimits) {}

  /** `nowMs`: monotonic wall time. */
  look({ run, window }: Place, usage: Usage, nowMs: number): HostLoss | null {
    const { limits, atStart } = this;
    // A process that is being taken down has no memory any more.
    const residentBytes = Math.max(this.seen.residentBytes ?? 0, usage.residentBytes ?? 0);
    this.seen = { cpuMs: usage.cpuMs ?? this.seen.cpuMs, residentBytes };
    if (usage.residentBytes !== null && usage.residentBytes > limits.residentBytes) {
      return loss("out-of-memory", `the peers used more than ${megabytes(limits.residentBytes)} of memory`);
    }
    // A host that is still being started shows nothing yet.
    if (run !== this.run || this.runStart.cpuMs === null) {
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
    if (atStart.cpuMs === null) this.atStart = usage;
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
      // So it is with a host that sleeps, and with one that a loaded machine lets wait.
      const message = `one step of virtual time did not end within ${limits.windowWallMs / 1000} s`;
      return { ...loss("hung", message), isDoubtful: true };
    }
    return null;
  }
}

/** Also what the system's own limit on CPU time means, which holds when nobody looks. */
export function tooLongRun(limits: HostLimits): HostLoss {
  const seconds = Math.min(limits.runCpuMs / 1000, limits.resources.cpuSeconds);
  return loss("hung", `the peers took more than ${seconds} s of computing in all`);
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
