import { brokenProtocol } from "./entries.ts";
import type { PeerRecord } from "./peer.ts";
import type { Micros, WindowResult } from "./peer-host.ts";

/** Whether the host has an incarnation of a peer at a moment, alive or about to be forgotten. */
export function isThere({ up, forgottenUs }: PeerRecord, timeUs: Micros): boolean {
  return up || timeUs < forgottenUs;
}

/** A host cannot make the kernel believe that time passed in which something may yet happen. */
export function checkEnd({ entries, endUs }: WindowResult, surelyUs: Micros, untilUs: Micros, spanUs: Micros): void {
  let latestUs = untilUs;
  for (const { timeUs, effects } of entries) {
    if (effects.length === 0) continue;
    latestUs = Math.min(untilUs, timeUs + spanUs);
    break;
  }
  const lastUs = entries[entries.length - 1]?.timeUs ?? -1;
  if (endUs < surelyUs || endUs > latestUs || lastUs >= endUs) throw brokenProtocol();
}
