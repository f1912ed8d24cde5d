import { readdirSync } from "node:fs";
import { readThreadUsage } from "../../sandbox/usage.ts";

/** Of each thread of this process, in milliseconds: how long it could have run, and waited for a CPU. */
export type Waits = ReadonlyMap<string, number>;

/** Who waits for more than this share of the time shares each CPU with three others. */
const STARVED_SHARE = 0.7;

/** Empty where the system does not tell. */
export function readWaits(): Waits {
  try {
    const threads = readdirSync("/proc/self/task");
    // One that has ended meanwhile tells nothing.
    return new Map(threads.map((tid) => [tid, readThreadUsage(process.pid, Number(tid))?.waitMs ?? 0]));
  } catch {
    return new Map();
  }
}

/** Whether some thread was kept from its work by others on the machine for most of a time: then that time says little. */
export function isStarved(before: Waits, after: Waits, wallMs: number): boolean {
  // One that is new has waited since it began, which is later.
  const waitedMs = Math.max(0, ...[...after].map(([thread, ms]) => ms - (before.get(thread) ?? 0)));
  return waitedMs > STARVED_SHARE * wallMs;
}
