import { writeSync } from "node:fs";
import { type OwnLimits, OwnWatch, spentLine } from "./own-limits.ts";

const STDERR_FD = 2;

/** For a thread beside the one that a submission runs in: ends the process when its parent is gone, or a limit of its own is reached. */
export function makeSelfWatch(parent: number, progress: SharedArrayBuffer, limits: OwnLimits | null): () => void {
  const own = limits === null ? null : new OwnWatch(limits, new Int32Array(progress));
  return () => {
    const spent = own?.look(usedCpuMs(), residentBytes()) ?? null;
    if (spent !== null) writeSync(STDERR_FD, spentLine(spent));
    if (spent !== null || process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  };
}

/** CPU time of all threads of this process, in milliseconds. */
export function usedCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Null on a Linux without /proc, where Node cannot tell. */
function residentBytes(): number | null {
  try {
    return process.memoryUsage.rss();
  } catch {
    return null;
  }
}
