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
  /** What earlier runs left in the process, which is nothing that the present one takes. */
  private carriedBytes = 0;
  /** CPU time at the last look, and the most memory so far: they explain an end that comes before the next look. */
  seen: Usage = UNKNOWN_USAGE;

  constructor(private readonly limits: HostLimits) {}

  /** A run is about to begin on the host, which has used so much by then. */
  beginRun(usage: Usage): void {
    this.carriedBytes = Math.max(0, (usage.residentBytes ?? 0) - FRESH_BYTES);
  }

  /** `nowMs`: monotonic wall time. */
  look({ run, window }: Place, usage: Usage, nowMs: number): HostLoss | null {
    const { limits, atStart } = this;
    // A process that is being taken down has no memory any more.
    const residentBytes = Math.max(this.seen.residentBytes ?? 0, usage.residentBytes ?? 0);
    this.seen = { cpuMs: usage.cpuMs ?? this.seen.cpuMs, residentBytes };
    if (usage.residentBytes !== null && usage.residentBytes - this.carriedBytes > limits.residentBytes) {
      return memoryLoss(limits);
    }
    // A host that is still being started shows nothing yet.
    if (run !== this.run || this.runStart.cpuMs === null) {
      this.run = run;
      this.runStart = usage;
    }
    if (since(this.runStart.cpuMs, usage.cpuMs) >= limits.runCpuMs) return runCpuLoss(limits);
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
      return windowCpuLoss(limits);
    }
    const waitedMs = since(atStart.waitMs ?? null, usage.waitMs ?? null);
    if (nowMs - this.sinceMs - waitedMs >= limits.windowWallMs) {
      // So it is with a host that sleeps, and with one that the machine has stopped, or gives no memory.
      const message = `one step of virtual time did not end within ${limits.windowWallMs / 1000} s`;
      return { ...loss("hung", message), isDoubtful: true };
    }
    return null;
  }
}

/** A window took too much computing. */
export function windowCpuLoss({ windowCpuMs }: HostLimits): HostLoss {
  return loss("hung", `one step of virtual time took more than ${windowCpuMs / 1000} s of computing`);
}

/** A run took too much memory. */
export function memoryLoss({ residentBytes }: HostLimits): HostLoss {
  return loss("out-of-memory", `the peers used more than ${megabytes(residentBytes)} of memory`);
}

/** Also what the system's own limit on CPU time means, which holds when nobody looks. */
export function runCpuLoss({ runCpuMs, resources }: HostLimits): HostLoss {
  return budgetLoss("CPU", "run", Math.min(runCpuMs, resources.cpuSeconds * 1000));
}

/** A run, or a submission, has used up its time. */
export function budgetLoss(kind: "CPU" | "wall", of: "run" | "submission", ms: number): HostLoss {
  return loss("hung", `the peers used up the budget of ${kind} time of the ${of}, ${ms / 1000} s`);
}

/** A host that has loaded a submission and played nothing has about that much. */
const FRESH_BYTES = 64 * 1024 * 1024;

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
