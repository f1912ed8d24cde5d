import { readdirSync, readFileSync } from "node:fs";

/** Of each thread of this process, in milliseconds: how long it could have run, and waited for a CPU. */
export type Waits = ReadonlyMap<string, number>;

/** Who waits for more than this share of the time shares each CPU with three others. */
const STARVED_SHARE = 0.7;

/** Empty where the system does not tell. */
export function readWaits(): Waits {
  try {
    return new Map(readdirSync("/proc/self/task").map((thread) => [thread, waitOf(thread)]));
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

/** Three numbers: nanoseconds on a CPU, nanoseconds waiting for one, and how often it got one. */
function waitOf(thread: string): number {
  try {
    const [, waitedNs] = readFileSync(`/proc/self/task/${thread}/schedstat`, "latin1").split(" ");
    return Number(waitedNs) / 1e6 || 0;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
