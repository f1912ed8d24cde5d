import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import type { Launch } from "./confinement.ts";

/**
 * Starts what `launch` describes, in a process group of its own. `stdio` holds what stands before the filter's file
 * descriptor, which is thus the number of its entries.
 */
export function spawnLaunch(start: Launch, stdio: Exclude<StdioOptions, string>): ChildProcess {
  const child = spawn(start.file, start.args, {
    cwd: start.cwd ?? "/",
    env: start.env,
    detached: true,
    // Dropped by Node itself, other groups of the user too.
    ...(start.uid !== null && { uid: start.uid, gid: start.uid }),
    stdio: start.filter === null ? stdio : [...stdio, "pipe"],
  });
  if (start.filter !== null) {
    const pipe = child.stdio[stdio.length] as NodeJS.WritableStream | null | undefined;
    // A process that ended before it read the filter is told of by its exit.
    pipe?.on("error", () => {});
    pipe?.end(start.filter);
  }
  return child;
}

/** Kills a process and its group. Until it is reaped its id cannot belong to another one. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}
