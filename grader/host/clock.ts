import type { Micros, PeerClock } from "../sim/peer-host.ts";

const MILLION = 1_000_000;

/** What a peer's clock shows at kernel time `timeUs`, in microseconds of its own. */
export function localTime(clock: PeerClock, timeUs: Micros): number {
  // Whole seconds apart from the rest, so that the product stays an exact integer however long a run is.
  const seconds = Math.floor(timeUs / MILLION);
  const rest = timeUs - seconds * MILLION;
  return clock.offsetUs + timeUs + seconds * clock.driftPpm + Math.floor((rest * clock.driftPpm) / MILLION);
}

/** The least kernel time at which that clock shows `localUs` or more; never below 0. */
export function kernelTime(clock: PeerClock, localUs: number): Micros {
  if (clock.driftPpm === 0) return Math.max(0, localUs - clock.offsetUs);
  const passed = localUs - clock.offsetUs;
  let timeUs = Math.max(0, Math.floor((passed / (MILLION + clock.driftPpm)) * MILLION));
  // The quotient is a float and can be off by a little on either side.
  while (timeUs > 0 && localTime(clock, timeUs - 1) >= localUs) timeUs--;
  while (localTime(clock, timeUs) < localUs) timeUs++;
  return timeUs;
}
