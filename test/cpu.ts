/** What CPU time a call takes, and bounds of it that hold on a slow machine and in a process that has grown. */

/** What `yardstick` takes in a new process on a quiet machine. */
const YARDSTICK_MS = 20;
const TRIES = 3;

/** CPU time of this whole process while `use` ran, its collector of garbage included. */
export function cpuMsOf(use: () => unknown): number {
  const before = process.cpuUsage();
  use();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Always the same work, of the kind that readers and parsers do: small values are made, kept for a while, and looked through. */
function yardstick(): number {
  const kept: { at: number; text: string }[] = [];
  for (let at = 0; at < 150_000; at++) kept.push({ at, text: `${at % 977}` });
  const seen = new Map<string, number>();
  for (const { at, text } of kept) seen.set(text, at);
  return seen.size;
}

/**
 * How many times as long work takes here as in a new process on a quiet machine; at least 1. Limits of time that something must
 * stay within go by it, where whoever is after the limit would have to wait for a longer one.
 */
export function slowness(): number {
  const tries = Array.from({ length: TRIES }, () => cpuMsOf(yardstick));
  return Math.max(1, Math.min(...tries) / YARDSTICK_MS);
}

/**
 * What `use` takes at most goes by what the same work takes here and now: a loaded machine, and one whose heap holds the garbage of
 * a hundred other files, slows both. A square or a cube is far beyond, each time.
 * @returns null, or what it took against what it may, in the best of three times.
 */
export function tooMuchCpu(use: () => unknown, limitMs: number): string | null {
  let best = { tookMs: Number.POSITIVE_INFINITY, allowedMs: 1 };
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const tookMs = cpuMsOf(use);
    // Most are far below, where nothing needs to be compared.
    if (tookMs <= limitMs) return null;
    const allowedMs = limitMs * Math.max(1, cpuMsOf(yardstick) / YARDSTICK_MS);
    if (tookMs <= allowedMs) return null;
    if (tookMs / allowedMs < best.tookMs / best.allowedMs) best = { tookMs, allowedMs };
  }
  return `${Math.round(best.tookMs)} ms of CPU time, where ${Math.round(best.allowedMs)} are allowed`;
}
