import { readFileSync } from "node:fs";
import type { HostLoss } from "./host-table.ts";
import type { HostLimits } from "./limits.ts";

/** What a process has used so far. */
export interface Usage {
  /** CPU time of all its threads; null where the system does not tell. */
  readonly cpuMs: number | null;
  readonly residentBytes: number | null;
}

/**
 * Decides, look by look, whether one host is within its limits.
 *
 * CPU time at the start of a window is what the process had used when the window was first seen, so a window is measured
 * at most one look short, never long.
 */
export class HostWatch {
  private window: number | null = null;
  private sinceMs = 0;
  private atStart: Usage = UNKNOWN;

  constructor(private readonly limits: HostLimits) {}

  /** `window`: the number of the window it is in, null between windows. `nowMs`: monotonic wall time. */
  look(window: number | null, usage: Usage, nowMs: number): HostLoss | null {
    const { limits, atStart } = this;
    if (usage.residentBytes !== null && usage.residentBytes > limits.residentBytes) {
      return loss("out-of-memory", `the peers used more than ${megabytes(limits.residentBytes)} of memory`);
    }
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

/** Reads a process's usage; nulls where there is no /proc, or the process is gone. */
export function readUsage(pid: number): Usage {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the command in parentheses and may hold anything; times are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    const pages = Number(fields[21]);
    if (!Number.isFinite(ticks) || !Number.isFinite(pages)) return UNKNOWN;
    return { cpuMs: ticks * MS_PER_TICK, residentBytes: pages * pageBytes() };
  } catch {
    return UNKNOWN;
  }
}

/** How much a figure grew; 0 where it is not known. */
function since(before: number | null, now: number | null): number {
  return before === null || now === null ? 0 : now - before;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}

const UNKNOWN: Usage = { cpuMs: null, residentBytes: null };
/** Linux shows times in hundredths of a second, whatever its own tick is. */
const MS_PER_TICK = 10;

let knownPageBytes: number | undefined;

/** 4, 16 or 64 KiB: found from this process's own size in pages and in bytes, since Node does not tell. */
function pageBytes(): number {
  if (knownPageBytes === undefined) {
    const pages = Number(readFileSync("/proc/self/statm", "latin1").split(" ")[1]);
    const ratio = process.memoryUsage.rss() / pages;
    knownPageBytes = ratio > 40_000 ? 65_536 : ratio > 10_000 ? 16_384 : 4_096;
  }
  return knownPageBytes;
}

function loss(verdict: HostLoss["verdict"], message: string): HostLoss {
  return { verdict, message, stackLines: [] };
}
